package io.tern.admin.control;

import io.tern.api.Clock;
import io.tern.api.FolderSync;
import io.tern.api.SecurityEvent;
import io.tern.api.Worker;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.json.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps bans over restarts: a list in JSON, an entry a line, written anew and put in place in one step after changes.
/// Many changes at once are one writing.
///
/// It never keeps the broker from starting. What can't be read is passed over with an alarm, and the file as it was is
/// put aside before it is written for the first time.
public final class BanFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BanFile.class);

    /// Between two attempts to write what can't be written.
    private static final long AGAIN_SECONDS = 10;
    /// Automatic bans come by the hundred; nobody waits for them.
    private static final long GATHERED_MILLIS = 100;

    private final Path file;
    private final Bans bans;
    private final Clock clock;
    private final SecurityEvent.Sink events;
    private final AtomicLong changes = new AtomicLong();
    private final Semaphore changed = new Semaphore(0);
    private final ReentrantLock writing = new ReentrantLock();
    private final Worker worker;
    private long written;
    private boolean failing;

    /// Reads what is there, and writes from then on.
    ///
    /// @param file which may not exist yet
    /// @param bans to be filled and watched
    /// @param clock the time
    /// @param events takes an alarm while the file can't be read or written
    public BanFile(Path file, Bans bans, Clock clock, SecurityEvent.Sink events) {
        this.file = file;
        this.bans = bans;
        this.clock = clock;
        this.events = events;
        boolean differs = Files.exists(file) && read();
        bans.onChange(this::changed);
        this.worker = Worker.start("bans", this::round, bug -> LOG.error("bug while bans are written", bug));
        if (differs) {
            changed();
        }
    }

    /// @return whether not all of it holds any more
    private boolean read() {
        long now = clock.nowMillis();
        String wrong;
        boolean[] over = new boolean[1];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            wrong = new BanEntries(in, ban -> {
                if (ban.isOver(now)) {
                    over[0] = true;
                } else {
                    bans.add(ban);
                }
            }).readAll();
        } catch (IOException e) {
            wrong = "it can't be read: " + e;
        }
        if (wrong != null) {
            LOG.error("{}: {}", file, wrong);
            events.on(new SecurityEvent.BanList(true, file + ": " + wrong + putAside()));
        }
        return wrong != null || over[0];
    }

    private String putAside() {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        try {
            if (Files.isReadable(file)) {
                Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            }
            return "; the file as it was is " + aside.getFileName();
        } catch (IOException e) {
            return "; it can't be put aside either: " + e;
        }
    }

    private void changed() {
        changes.incrementAndGet();
        changed.release();
    }

    private void round() throws InterruptedException {
        if (isFailing()) {
            changed.tryAcquire(AGAIN_SECONDS, TimeUnit.SECONDS);
        } else {
            changed.acquire();
        }
        TimeUnit.MILLISECONDS.sleep(GATHERED_MILLIS);
        changed.drainPermits();
        try {
            save();
        } catch (IOException e) {
            LOG.debug("told as an alarm", e);
        }
    }

    private boolean isFailing() {
        writing.lock();
        try {
            return failing;
        } finally {
            writing.unlock();
        }
    }

    /// Writes all that has changed up to now. Blocks on the disk; from any thread.
    ///
    /// @throws IOException if it can't be written: the bans are in force, and will be forgotten with this process
    public void save() throws IOException {
        writing.lock();
        try {
            long upTo = changes.get();
            if (written == upTo) {
                return;
            }
            write();
            written = upTo;
            if (failing) {
                failing = false;
                events.on(new SecurityEvent.BanList(false, file + " is written again"));
            }
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.error("the bans can't be written to {}: {}", file, e.toString());
                events.on(new SecurityEvent.BanList(true, file + " can't be written: " + e));
            }
            throw e;
        } finally {
            writing.unlock();
        }
    }

    private void write() throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try (Writer out = Files.newBufferedWriter(next)) {
            String separator = "[";
            for (Ban ban : bans.list(clock.nowMillis())) {
                out.append(separator).append(Json.text(BanEntries.facts(ban)));
                separator = ",\n ";
            }
            out.append(separator.equals("[") ? "[]\n" : "]\n");
        }
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        FolderSync.force(file.toAbsolutePath().getParent());
    }

    /// Writes what is not written yet, then ends.
    @Override
    public void close() {
        // Not by interrupting it, as that might close the file that it is writing; the lock waits for its end.
        worker.stop();
        try {
            save();
        } catch (IOException e) {
            LOG.debug("told as an alarm", e);
        }
        writing.lock();
        worker.close();
        writing.unlock();
    }
}
