package io.tern.examples.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// What happens at the same time: each task on a virtual thread of its own.
final class Together {

    /// Something to do.
    interface Task {
        void run() throws Exception;
    }

    private final List<Callable<Void>> tasks = new ArrayList<>();

    void add(Task task) {
        tasks.add(() -> {
            task.run();
            return null;
        });
    }

    /// Runs them all, and waits until they are done. What is not done in time is interrupted.
    ///
    /// @throws Exception the first failure there was
    void run(int limitSeconds) throws Exception {
        List<Future<Void>> all;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            all = threads.invokeAll(tasks, limitSeconds, TimeUnit.SECONDS);
        }
        for (Future<Void> done : all) {
            if (done.isCancelled()) {
                throw new IllegalStateException(String.format(Locale.ROOT,
                        "not done within %d seconds: the broker or this machine is too slow", limitSeconds));
            }
            if (done.state() == Future.State.FAILED) {
                throw done.exceptionNow() instanceof Exception e ? e : new IllegalStateException(done.exceptionNow());
            }
        }
    }
}
