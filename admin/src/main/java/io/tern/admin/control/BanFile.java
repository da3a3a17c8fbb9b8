package io.tern.admin.control;

import io.tern.admin.ConfigFile;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.json.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps bans over restarts: a list in JSON, written anew and put in place in one step after each change. Many changes
/// at once are one writing.
public final class BanFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BanFile.class);

    private static final Option<String> KIND = Option.text("kind", "", "What it goes by.");
    private static final Option<String> VALUE = Option.text("value", "", "Of that kind.");
    private static final Option<String> BY = Option.text("by", "", "Who has made it.");
    private static final Option<String> REASON = Option.text("reason", "", "Why.");
    private static final Option<String> AT = Option.text("at", "0", "Since when.");
    private static final Option<String> UNTIL = Option.text("until", "", "Until when; for ever if it is left out.");

    private final Path file;
    private final Bans bans;
    private final Clock clock;
    private final Semaphore changed = new Semaphore(0);
    private final Thread thread;
    private volatile boolean ending;

    /// Reads what is there, and writes from then on.
    ///
    /// @param file which may not exist yet
    /// @param bans to be filled and watched
    /// @param clock the time
    /// @throws ConfigException if what is there can't be used
    public BanFile(Path file, Bans bans, Clock clock) throws ConfigException {
        this.file = file;
        this.bans = bans;
        this.clock = clock;
        if (Files.exists(file)) {
            read();
        }
        this.thread = Thread.ofVirtual().name("bans").start(this::run);
        bans.onChange(changed::release);
    }

    private void read() throws ConfigException {
        Problems problems = new Problems(file.toString());
        if (!(ConfigFile.tree(file, problems) instanceof Setting.Items list)) {
            throw new ConfigException(List.of(file + ": expected a list of bans"));
        }
        List<Ban> read = new ArrayList<>();
        for (Setting item : list.items()) {
            Options given =
                    new SectionReader(List.of(KIND, VALUE, BY, REASON, AT, UNTIL), problems).read(item);
            try {
                Ban ban = new Ban(
                        Ban.Kind.of(given.get(KIND)),
                        given.get(VALUE),
                        given.get(BY),
                        given.get(REASON),
                        Long.parseLong(given.get(AT)),
                        given.isGiven(UNTIL) ? Long.parseLong(given.get(UNTIL)) : Ban.FOR_EVER);
                if (!ban.isOver(clock.nowMillis())) {
                    read.add(ban);
                }
            } catch (IllegalArgumentException e) {
                problems.at(item, e.getMessage());
            }
        }
        problems.check();
        bans.addAll(read);
    }

    private void run() {
        boolean last = false;
        while (!last) {
            changed.acquireUninterruptibly();
            changed.drainPermits();
            last = ending; // Asked before writing: what was changed while the file was written is written, too.
            write();
        }
    }

    private void write() {
        List<Object> all = new ArrayList<>();
        for (Ban ban : bans.list(clock.nowMillis())) {
            all.add(facts(ban));
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(next, Json.text(all).replace("},{", "},\n {") + "\n");
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.error("the bans can't be written to {}: {}", file, e.toString());
        }
    }

    /// What is told of a ban.
    ///
    /// @param ban any
    /// @return names with texts and numbers
    static Map<String, Object> facts(Ban ban) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", ban.kind().word());
        facts.put("value", ban.value());
        facts.put("by", ban.by());
        facts.put("reason", ban.reason());
        facts.put("at", ban.atMillis());
        if (ban.untilMillis() != Ban.FOR_EVER) {
            facts.put("until", ban.untilMillis());
        }
        return facts;
    }

    /// Writes what is not written yet, then ends.
    @Override
    public void close() {
        // Not by interrupting it: that would close the file that it is writing.
        ending = true;
        changed.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
