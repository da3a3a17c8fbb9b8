package io.tern.interop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits, but not for ever.
final class Waiting {

    private static final long POLL_NANOS = 1_000_000;

    private Waiting() {}

    /// Until something holds that nobody tells of.
    static void until(BooleanSupplier condition, String what) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(Setup.DEADLINE_MILLIS)) {
                throw new AssertionError("not " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// The result of something asked of a client.
    static <T> T await(CompletableFuture<T> future, String what) throws InterruptedException {
        try {
            return future.get(Setup.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(what + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(what + ": no answer", e);
        }
    }
}
