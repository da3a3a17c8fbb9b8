package io.tern.store;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.store.archive.ArchiverLimits;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.RocksTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A store as a killed process leaves it, with a ledger of what it had acknowledged: sessions with messages of their
/// own and shared ones, a group, retained and delayed messages; part of them in the archive, the rest in the journal
/// alone.
final class Kept {

    static final String PROGRAM = "a test";
    static final int SEGMENT_BYTES = 64 * 1024;
    static final int SESSIONS = 8;
    private static final int BATCH = 10;
    /// Lines of the ledger that each frame brings: of queues, of a shared, a delayed and a retained message.
    static final int FRAME = BATCH + SESSIONS + 2;
    /// In the ledger, the queue of delayed messages.
    static final String DELAYED = "delayed";

    private static final JournalOptions JOURNAL = new JournalOptions(SEGMENT_BYTES, 64L * SEGMENT_BYTES, 2);
    private static final StoreSettings SETTINGS =
            new StoreSettings(JOURNAL, new ArchiverLimits(1L << 40, 1L << 40, 16), true, 0, 100);

    private final Shard shard = new Shard();
    private final Random random = new Random(4711);
    private final Set<String> ledger = new TreeSet<>();
    private final long[] sequences = new long[SESSIONS + 1];
    private JournaledStore store;
    private io.tern.api.Journal journal;
    private long epoch;
    private int number;

    private final String prefix;
    private final int times;

    private Kept(String prefix, int times) {
        this.prefix = prefix;
        this.times = times;
    }

    /// @return the lines that an export of it has to have
    static Set<String> make(Path folder) throws IOException {
        return make(folder, "", 1);
    }

    /// @param prefix of all topics
    /// @param times as many messages
    static Set<String> make(Path folder, String prefix, int times) throws IOException {
        Kept kept = new Kept(prefix, times);
        kept.run(folder);
        return kept.ledger;
    }

    /// Starts it once more, has more messages acknowledged, and all of them taken over by the archive.
    static void more(Path folder) throws IOException {
        starts(folder, true, store -> {
            Kept kept = new Kept("more-", 1);
            kept.store = store;
            kept.journal = store.open(0, kept.shard, kept.shard);
            for (int frame = 0; frame < 5; frame++) {
                kept.journal.retainedSet(kept.message("retained/" + frame), store.firstId() + frame);
                kept.safe();
            }
            kept.archive();
        });
    }

    /// What somebody does with a store.
    interface Use {
        void of(JournaledStore store) throws IOException;
    }

    /// Starts it, and lets go of it as a kill does.
    static void starts(Path folder, boolean forces, Use use) throws IOException {
        StoreFolder parts = new StoreFolder(folder);
        RealDisk disk = parts.makeJournal();
        RocksTable table = parts.openArchive(PROGRAM);
        try {
            JournaledStore store = opened(parts, disk, table, forces);
            use.of(store);
            store.segments().close();
        } finally {
            table.close();
        }
    }

    private static JournaledStore opened(StoreFolder parts, RealDisk disk, RocksTable table, boolean forces)
            throws IOException {
        Random salts = new Random(1);
        StoreSettings settings = new StoreSettings(JOURNAL, SETTINGS.archiver(), forces, 0, 100);
        JournaledStore store = new JournaledStore(disk, table, settings, PROGRAM, salts::nextLong, () -> 0,
                nanos -> { }, () -> { },
                failure -> {
                    throw new UncheckedIOException(failure);
                });
        parts.acquaint(store.contents());
        store.look();
        return store;
    }

    private void run(Path folder) throws IOException {
        StoreFolder parts = new StoreFolder(folder);
        RealDisk disk = parts.makeJournal();
        RocksTable table = parts.openArchive(PROGRAM);
        store = opened(parts, disk, table, true);
        journal = store.open(0, shard, shard);
        epoch = store.firstId();
        for (int i = 0; i < SESSIONS; i++) {
            journal.sessionOpened(epoch + i + 1, "client-" + i, Owner.of(null), 3600, null);
            journal.subscribed(epoch + i + 1, "own/" + i, 1, 0);
            ledger.add("session client-" + i);
        }
        journal.groupOpened(epoch + SESSIONS + 1, "$share/g/own/#");
        journal.delayedOpened(epoch + SESSIONS + 2);
        safe();
        for (int part = 0; part < 3; part++) {
            messages(30 * times);
            archive();
            table.compactSlice();
        }
        messages(30);
        archive();
        messages(60);
        table.close(); // Without a flush, as after a kill.
        store.segments().close();
    }

    private Message message(String topic) {
        byte[] payload = new byte[200 + random.nextInt(300)];
        random.nextBytes(payload);
        return new Message(TopicName.of(topic), payload, 1, false, Properties.NONE, "p", Message.NEVER);
    }

    private void messages(int frames) throws IOException {
        for (int frame = 0; frame < frames; frame++) {
            for (int i = 0; i < BATCH; i++) {
                int whose = random.nextInt(SESSIONS + 1);
                String topic = prefix + "own/" + whose + "/" + number++;
                journal.queued(epoch + whose + 1, sequences[whose]++, message(topic), 1, false, null, 0);
                ledger.add("queued " + whose + " " + topic);
            }
            String topic = prefix + "shared/" + number++;
            Message shared = message(topic);
            journal.shared(shared);
            for (int whose = 0; whose < SESSIONS; whose++) {
                journal.queued(epoch + whose + 1, sequences[whose]++, shared, 1, false, null, 0);
                ledger.add("queued " + whose + " " + topic);
            }
            journal.shared(null);
            String later = prefix + "later/" + number++;
            // Due before those that came before, or long after.
            long dueMillis = 1_790_000_000_000L + (number % 2 == 0 ? -number : 100_000L * number);
            journal.delayed(epoch + SESSIONS + 2, DueSequence.of(dueMillis, 0), message(later), 0);
            ledger.add("queued " + DELAYED + " " + later);
            String retained = prefix + "retained/" + number++;
            journal.retainedSet(message(retained), epoch + 1000 + number);
            ledger.add("retained " + retained);
            safe();
        }
    }

    private void safe() {
        journal.sent();
        journal.commit(0);
        do {
            while (!shard.tasks.isEmpty()) {
                shard.tasks.remove().run();
            }
        } while (store.committer().step());
        while (!shard.tasks.isEmpty()) {
            shard.tasks.remove().run();
        }
        journal.commit(1_000_000);
        while (store.committer().step()) {
            continue;
        }
        while (!shard.tasks.isEmpty()) {
            shard.tasks.remove().run();
        }
    }

    private void archive() throws IOException {
        while (store.archiver().takeOver()) {
            continue;
        }
        store.archiver().flush();
    }

    /// Whether a number in the ledger is that of the group.
    static boolean isGroup(String whose) {
        return whose.equals(String.valueOf(SESSIONS));
    }

    /// What an export says, in the words of the ledger.
    static Set<String> told(Stream<String> lines) {
        Set<String> told = new TreeSet<>();
        java.util.Map<String, String> bodies = new java.util.HashMap<>();
        java.util.Map<String, String> sessions = new java.util.HashMap<>();
        lines.forEach(line -> {
            String topic = part(line, "\"topic\":\"");
            if (line.startsWith("{\"body\"")) {
                bodies.put(part(line, "\"id\":"), topic);
            } else if (line.startsWith("{\"session\"")) {
                String client = part(line, "\"client_id\":\"");
                sessions.put(part(line, "\"epoch\":"), client.substring("client-".length()));
                told.add("session " + client);
            } else if (line.startsWith("{\"group\"")) {
                sessions.put(part(line, "\"epoch\":"), String.valueOf(SESSIONS));
            } else if (line.startsWith("{\"delayed\"")) {
                sessions.put(part(line, "\"epoch\":"), DELAYED);
            } else if (line.startsWith("{\"delayed_message\"")) {
                told.add("queued " + sessions.get(part(line, "\"epoch\":")) + " " + topic);
            } else if (line.startsWith("{\"queued\"")) {
                String body = part(line, "\"body\":");
                told.add("queued " + sessions.get(part(line, "\"epoch\":")) + " "
                        + (body == null ? topic : bodies.get(body)));
            } else if (line.startsWith("{\"retained\"")) {
                told.add("retained " + topic);
            }
        });
        return told;
    }

    private static String part(String line, String name) {
        int at = line.indexOf(name);
        if (at < 0) {
            return null;
        }
        int end = at + name.length();
        while (end < line.length() && "\",}".indexOf(line.charAt(end)) < 0) {
            end++;
        }
        return line.substring(at + name.length(), end);
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
