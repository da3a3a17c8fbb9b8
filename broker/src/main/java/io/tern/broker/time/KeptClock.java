package io.tern.broker.time;

import io.tern.api.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The time by which everything goes that lasts: sessions, messages, wills, in memory and on disk.
///
/// While the process runs it goes on as the machine's monotonic timer does, so that neither a clock that is set nor a
/// machine that sleeps ends anything early. Over the end of the process it goes on by what the machine's clock says has
/// passed since a [Reading] that outlived it: its owner keeps one at the start, now and then, and each time that
/// [#look] has seen the machine's clock jump.
///
/// It begins as the machine's clock, and is that as long as nobody sets it by more than a second. Any thread may ask.
public final class KeptClock implements Clock {

    private static final Logger LOG = LoggerFactory.getLogger(KeptClock.class);

    /// A clock that is set by less than that is only drifting.
    private static final long JUMP_MILLIS = 1_000;
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    /// A clock that says less is wrong: this program is younger.
    private static final long YOUNGER_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    /// What both clocks showed together.
    ///
    /// @param keptMillis this one, in milliseconds since 1970
    /// @param machineMillis the machine's
    public record Reading(long keptMillis, long machineMillis) {}

    private final LongSupplier machineMillis;
    private final LongSupplier nanos;
    private final long startNanos;
    private final long startMillis;
    private Reading seen;

    /// Goes on from what was kept.
    ///
    /// @param before the last that a process before this one has kept, null if there is none
    /// @param machineMillis the machine's clock, which may be set
    /// @param nanos the machine's timer, which may not
    public KeptClock(Reading before, LongSupplier machineMillis, LongSupplier nanos) {
        this.machineMillis = machineMillis;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        long machine = machineMillis.getAsLong();
        this.startMillis = before == null ? machine : before.keptMillis + passed(before.machineMillis, machine);
        this.seen = new Reading(startMillis, machine);
    }

    @Override
    public long nowMillis() {
        return startMillis + (nanos.getAsLong() - startNanos) / 1_000_000;
    }

    @Override
    public long machineMillis() {
        return machineMillis.getAsLong();
    }

    /// How much time counts as passed from the end of the process before to the start of this one.
    private static long passed(long beforeMillis, long nowMillis) {
        Instant before = Instant.ofEpochMilli(beforeMillis);
        Instant now = Instant.ofEpochMilli(nowMillis);
        long millis = nowMillis - beforeMillis;
        if (millis < 0) {
            LOG.warn("the machine's clock says {}, but {} when this data folder was used last: it was set back, and"
                    + " nothing counts as having passed meanwhile", now, before);
            return 0;
        }
        if (beforeMillis < YOUNGER_MILLIS && nowMillis >= YOUNGER_MILLIS) {
            LOG.warn("the machine's clock said {} when this data folder was used last, and was wrong: now it says {},"
                    + " and nothing counts as having passed meanwhile", before, now);
            return 0;
        }
        if (millis > DAY_MILLIS) {
            LOG.warn("the machine's clock says {}, {} days more than when this data folder was used last ({}): if the"
                    + " server was not stopped for so long, the clock was set; sessions and messages that have expired"
                    + " by it end", now, millis / DAY_MILLIS, before);
        }
        return millis;
    }

    /// Notices whether the machine's clock has been set, or the machine has slept. To be asked each second.
    ///
    /// @return by how many milliseconds it is ahead of what it was expected to say, 0 if that is next to nothing
    public synchronized long look() {
        Reading before = seen;
        seen = new Reading(nowMillis(), machineMillis.getAsLong());
        long jumpMillis = seen.machineMillis - before.machineMillis - (seen.keptMillis - before.keptMillis);
        if (Math.abs(jumpMillis) < JUMP_MILLIS) {
            return 0;
        }
        LOG.warn("the machine's clock has jumped {} by {}, or the machine has slept: it says {}; sessions and"
                + " messages don't expire any sooner or later for that",
                jumpMillis > 0 ? "forward" : "back", Duration.ofMillis(Math.abs(jumpMillis)),
                Instant.ofEpochMilli(seen.machineMillis));
        return jumpMillis;
    }

    /// What both showed when [#look] was asked last, or at the start.
    ///
    /// @return to be kept where the next process finds it
    public synchronized Reading seen() {
        return seen;
    }
}
