package io.tern.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Publishers at work until a number of messages is through.
final class Rush {

    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Loop loop;
    private final Publisher[] publishers;

    Rush(Loop loop, Publisher... publishers) {
        this.loop = loop;
        this.publishers = publishers;
    }

    /// Reads, publishes and writes until a count is reached, or until it hasn't moved for five seconds.
    ///
    /// @param count what is counted
    /// @param wanted how much of it is enough
    /// @return whether it was reached
    boolean until(LongSupplier count, long wanted) throws IOException {
        long before = count.getAsLong();
        long movedNanos = System.nanoTime();
        while (before < wanted) {
            for (Publisher publisher : publishers) {
                publisher.pump(loop.nowNanos());
            }
            loop.flush();
            loop.read(10);
            long now = count.getAsLong();
            if (now != before) {
                before = now;
                movedNanos = loop.nowNanos();
            } else if (loop.nowNanos() - movedNanos > STALLED_NANOS) {
                return false;
            }
            for (Publisher publisher : publishers) {
                if (!publisher.isOpen()) {
                    throw new IOException("a publisher has lost its connection");
                }
            }
        }
        loop.flush();
        return true;
    }
}
