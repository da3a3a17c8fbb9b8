package io.tern.testkit.sim;

import io.tern.api.Clock;

/// Time that passes when the simulation says so.
final class SimClock implements Clock {

    private long nowMillis = 1_700_000_000_000L;

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    void advance(long millis) {
        assert millis >= 0 : millis;
        nowMillis += millis;
    }
}
