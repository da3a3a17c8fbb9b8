package io.tern.app;

import io.tern.api.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The time by which everything goes that lasts: sessions, messages, wills, in memory and on disk.
///
/// While the process runs it goes on as the machine's monotonic timer does, so that neither a clock that is set nor a
/// machine that sleeps ends anything early. Over the end of the process it goes on by what the machine's clock says has
/// passed since. For that the file `clock` in the data folder says what both showed together: at the start, every
/// minute, at the end, and whenever the machine's clock has jumped, which is looked at each second and logged.
///
/// It begins as the machine's clock, and is that as long as nobody sets it by more than a second.
final class ServerClock implements Clock, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerClock.class);

    /// A clock that is set by less than that is only drifting.
    private static final long JUMP_MILLIS = 1_000;
    private static final long WRITE_MILLIS = 60_000;
    private static final long LOOK_NANOS = 1_000_000_000;
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    /// A clock that says less is wrong: this program is younger.
    private static final long YOUNGER_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final Pattern FORM = Pattern.compile("tern clock 1 kept (\\d{1,16}) machine (-?\\d{1,16})\\s*");

    /// What both showed together.
    private record Reading(long keptMillis, long machineMillis) {}

    private final Path file;
    private final LongSupplier machineMillis;
    private final LongSupplier nanos;
    private final long startNanos;
    private final long startMillis;
    private final Thread thread;
    private long seenMachineMillis;
    private long seenMillis;
    private long writtenMillis;
    private boolean failed;
    private volatile boolean closing;

    /// Goes on with the time of a data folder, which nobody else uses.
    ///
    /// @param dataDir where the file stands
    /// @return looked after by a thread of its own
    static ServerClock open(Path dataDir) {
        ServerClock clock = new ServerClock(dataDir.resolve("clock"), System::currentTimeMillis, System::nanoTime);
        clock.thread.start();
        return clock;
    }

    ServerClock(Path file, LongSupplier machineMillis, LongSupplier nanos) {
        this.file = file;
        this.machineMillis = machineMillis;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.seenMachineMillis = machineMillis.getAsLong();
        Reading before = read(file);
        this.startMillis = before == null
                ? seenMachineMillis
                : before.keptMillis + passed(before.machineMillis, seenMachineMillis);
        this.seenMillis = startMillis;
        this.thread = Thread.ofPlatform().name("tern-clock").daemon().unstarted(this::run);
        write(startMillis, seenMachineMillis);
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

    /// Notices whether the machine's clock has been set, or the machine has slept.
    ///
    /// @return by how much it is ahead of what it was expected to say, 0 if that is next to nothing
    synchronized long look() {
        long millis = nowMillis();
        long machine = machineMillis.getAsLong();
        long jumpMillis = machine - seenMachineMillis - (millis - seenMillis);
        seenMillis = millis;
        seenMachineMillis = machine;
        if (Math.abs(jumpMillis) >= JUMP_MILLIS) {
            LOG.warn("the machine's clock has jumped {} by {}, or the machine has slept: it says {}; sessions and"
                    + " messages don't expire any sooner or later for that",
                    jumpMillis > 0 ? "forward" : "back", Duration.ofMillis(Math.abs(jumpMillis)),
                    Instant.ofEpochMilli(machine));
            write(millis, machine);
            return jumpMillis;
        }
        if (millis - writtenMillis >= WRITE_MILLIS) {
            write(millis, machine);
        }
        return 0;
    }

    private void run() {
        while (!closing) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            try {
                look();
            } catch (RuntimeException e) {
                LOG.error("could not look at the clock", e);
            }
        }
    }

    /// @return null if there is none that could be understood
    private static Reading read(Path file) {
        try {
            if (!Files.exists(file)) {
                return null;
            }
            Matcher matcher = FORM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (matcher.matches()) {
                return new Reading(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
            }
            LOG.warn("{} can't be understood; the time goes on by the machine's clock", file);
        } catch (IOException e) {
            LOG.warn("{} can't be read ({}); the time goes on by the machine's clock", file, e.toString());
        }
        return null;
    }

    /// Replaces the file at once: after a crash there is the one before, or this one.
    private void write(long millis, long machine) {
        writtenMillis = millis;
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        String text = "tern clock 1 kept " + millis + " machine " + machine + "\n";
        try {
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                LOG.warn("{} can't be written ({}); after a restart the time may go on wrongly", file, e.toString());
            }
            failed = true;
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        synchronized (this) {
            look();
            write(nowMillis(), machineMillis.getAsLong());
        }
    }
}
