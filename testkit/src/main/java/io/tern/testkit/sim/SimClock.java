package io.tern.testkit.sim;

import io.tern.api.Clock;
import io.tern.broker.time.KeptClock;

/// Time that passes when the simulation says so, and a machine's clock that may show another one.
final class SimClock {

    private static final long BEGIN_MILLIS = 1_700_000_000_000L;
    /// A machine without a battery begins so long after 1970.
    private static final long BOOT_MILLIS = 7_000;
    private static final long LOOK_MILLIS = 1_000;
    private static final long KEEP_MILLIS = 60_000;

    private final Simulation sim;
    private long nowMillis = BEGIN_MILLIS;
    private long aheadMillis;
    private KeptClock.Reading kept;
    /// The process's that runs, null while there is none.
    private KeptClock process;
    private long lookedMillis;
    private boolean unseen;
    private long seenAheadMillis;
    private boolean doubted;

    SimClock(Simulation sim) {
        this.sim = sim;
        this.aheadMillis = sim.oddities().beginsIn1970() ? BOOT_MILLIS - BEGIN_MILLIS : 0;
    }

    /// What has passed in truth, whatever any clock says.
    long nowMillis() {
        return nowMillis;
    }

    void advance(long millis) {
        assert millis >= 0 : millis;
        nowMillis += millis;
        if (process != null && nowMillis - lookedMillis >= LOOK_MILLIS) {
            look();
        }
    }

    /// A process begins.
    ///
    /// @return what it goes by
    Clock start() {
        process = new KeptClock(kept, () -> nowMillis + aheadMillis, () -> nowMillis * 1_000_000);
        kept = process.seen();
        lookedMillis = nowMillis;
        seenAheadMillis = aheadMillis;
        return sim.faults().clock(process);
    }

    /// Somebody sets the machine's clock, once between two looks at it.
    void set() {
        long byMillis = sim.oddities().setByMillis();
        // It doesn't show what was before 1970.
        if (!unseen && nowMillis + aheadMillis + byMillis >= 0) {
            sim.trace().event("time", "is set", byMillis, 0);
            aheadMillis += byMillis;
            unseen = true;
        }
    }

    /// The process is about to end by itself.
    void stop() {
        look();
        kept = process.seen();
    }

    /// The process ends in the midst of everything, and the machine is away for some time.
    ///
    /// @return how much more than that may count as passed
    long crash(long downMillis) {
        process = null;
        nowMillis += downMillis;
        long aheadBefore = seenAheadMillis;
        if (sim.oddities().setsClockWhileDown()) {
            set();
        }
        doubted |= unseen;
        unseen = false;
        return Math.max(0, aheadMillis - aheadBefore);
    }

    private void look() {
        lookedMillis = nowMillis;
        if (process.look() != 0 || process.seen().keptMillis() - kept.keptMillis() >= KEEP_MILLIS) {
            kept = process.seen();
        }
        unseen = false;
        seenAheadMillis = aheadMillis;
    }

    /// Whether what is older than the process that runs may have grown older by more or less than what has passed.
    boolean isDoubted() {
        return doubted;
    }
}
