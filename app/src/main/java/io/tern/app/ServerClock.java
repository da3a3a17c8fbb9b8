package io.tern.app;

import io.tern.api.Clock;
import io.tern.api.LostProcess;
import io.tern.broker.time.KeptClock.Reading;
import io.tern.broker.time.KeptClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The [KeptClock] of a data folder. The file `clock` there says what both clocks showed together: at the start, every
/// minute, at the end, and whenever the machine's clock has jumped, which is looked at each second.
final class ServerClock implements Clock, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerClock.class);

    private static final long WRITE_MILLIS = 60_000;
    private static final long LOOK_NANOS = 1_000_000_000;
    private static final Pattern FORM = Pattern.compile("tern clock 1 kept (\\d{1,16}) machine (-?\\d{1,16})\\s*");

    private final Path file;
    private final KeptClock kept;
    private final Thread thread;
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
        this.kept = new KeptClock(read(file), machineMillis, nanos);
        this.thread = Thread.ofPlatform().name("tern-clock").daemon().unstarted(this::run);
        write(kept.seen());
    }

    @Override
    public long nowMillis() {
        return kept.nowMillis();
    }

    @Override
    public long machineMillis() {
        return kept.machineMillis();
    }

    /// Notices whether the machine's clock has been set, or the machine has slept.
    ///
    /// @return by how much it is ahead of what it was expected to say, 0 if that is next to nothing
    synchronized long look() {
        long jumpMillis = kept.look();
        if (jumpMillis != 0 || kept.seen().keptMillis() - writtenMillis >= WRITE_MILLIS) {
            write(kept.seen());
        }
        return jumpMillis;
    }

    private void run() {
        while (!closing) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            try {
                look();
            } catch (RuntimeException | Error e) {
                LostProcess.endIf(e);
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
    private void write(Reading reading) {
        writtenMillis = reading.keptMillis();
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        String text = "tern clock 1 kept " + reading.keptMillis() + " machine " + reading.machineMillis() + "\n";
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
            write(kept.seen());
        }
    }
}
