package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Workers go on.
class WorkerTest {

    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();

    private void round() throws InterruptedException {
        Throwable next = thrown.take();
        done.add(next.getMessage());
        WorkerTest.<RuntimeException>throwAny(next);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAny(Throwable any) throws T {
        throw (T) any;
    }

    @Test
    void whatever_a_round_throws_the_next_one_is_done() throws InterruptedException {
        try (Worker _ = Worker.start("worker", this::round, told::add, 0)) {
            for (Throwable each : new Throwable[] {
                new IllegalStateException("exception"), new StackOverflowError("stack"),
                new AssertionError("assertion"), new NoClassDefFoundError("class"), new IOException("sneaked")
            }) {
                thrown.add(each);
                assertThat(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(each);
            }
            assertThat(done).hasSize(5);
        }
    }

    @Test
    void who_is_told_may_fail_himself() throws InterruptedException {
        try (Worker _ = Worker.start("worker", this::round, bug -> {
            throw new StackOverflowError();
        }, 0)) {
            thrown.add(new IllegalStateException("first"));
            thrown.add(new IllegalStateException("second"));
            assertThat(done.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("first");
            assertThat(done.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("second");
        }
    }

    @Test
    void it_ends_where_it_waits() {
        Worker worker = Worker.start("worker", this::round, told::add);
        worker.close();
        assertThat(worker.join(PATIENCE_SECONDS * 1000)).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void it_ends_in_the_pause_after_a_bug() throws InterruptedException {
        Worker worker = Worker.start("worker", this::round, told::add, Long.MAX_VALUE);
        thrown.add(new IllegalStateException());
        told.take();
        worker.close();
        assertThat(worker.join(PATIENCE_SECONDS * 1000)).isTrue();
    }
}
