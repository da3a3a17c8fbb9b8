package io.tern.client;

import io.tern.wire.ReasonCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The answer to something asked of the server. Whoever waits for it (or for a stage made from it) is known to be
/// waiting, so that the driver can tell a consumer that waits for an acknowledgement from one that is merely slow.
final class Reply<T> extends CompletableFuture<T> {

    /// Brackets a wait.
    interface Waiting {
        /// @return to be given to [#leave]
        boolean enter();

        void leave(boolean entered);
    }

    private final Waiting waiting;
    private final boolean shared;
    private final Function<List<ReasonCode>, T> reader;

    /// @param shared whether the application holds this future: its callbacks then run on a thread of their own,
    ///     since they may wait for the very threads that complete it
    /// @param reader what the answer is in terms of the server's reason codes
    Reply(Waiting waiting, boolean shared, Function<List<ReasonCode>, T> reader) {
        this.waiting = waiting;
        this.shared = shared;
        this.reader = reader;
    }

    /// The answer to a PUBLISH: a refusal is an exception.
    static Reply<ReasonCode> ofPublish(Waiting waiting, boolean shared) {
        return new Reply<>(waiting, shared, List::getFirst);
    }

    /// The answer to a SUBSCRIBE or UNSUBSCRIBE: refusals stand in the list.
    static Reply<List<ReasonCode>> ofRequest(Waiting waiting) {
        return new Reply<>(waiting, false, Function.identity());
    }

    void settle(List<ReasonCode> reasons) {
        T value = reader.apply(reasons);
        if (value instanceof ReasonCode reason && reason.isError()) {
            fail(MqttException.rejected(reason));
        } else if (shared) {
            Thread.startVirtualThread(() -> complete(value));
        } else {
            complete(value);
        }
    }

    void fail(MqttException cause) {
        if (shared) {
            Thread.startVirtualThread(() -> completeExceptionally(cause));
        } else {
            completeExceptionally(cause);
        }
    }

    /// Waits, and speaks the language of the blocking face.
    T await() throws MqttException, InterruptedException {
        try {
            return get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MqttException cause) {
                throw cause.again();
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Reply<>(waiting, true, reasons -> null);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        boolean entered = !isDone() && waiting.enter();
        try {
            return super.get();
        } finally {
            waiting.leave(entered);
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        boolean entered = !isDone() && waiting.enter();
        try {
            return super.get(timeout, unit);
        } finally {
            waiting.leave(entered);
        }
    }

    @Override
    public T join() {
        boolean entered = !isDone() && waiting.enter();
        try {
            return super.join();
        } finally {
            waiting.leave(entered);
        }
    }
}
