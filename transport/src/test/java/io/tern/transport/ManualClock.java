package io.tern.transport;

import io.tern.api.Clock;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that a test moves.
final class ManualClock implements Clock {

    private final AtomicLong millis = new AtomicLong(1_000_000);

    @Override
    public long nowMillis() {
        return millis.get();
    }

    void advance(long byMillis) {
        millis.addAndGet(byMillis);
    }
}
