package io.tern.store.archive;

import io.tern.store.table.Batch;
import io.tern.store.table.DamagedTableException;
import io.tern.store.table.SoundEntries;
import io.tern.store.table.Table;
import io.tern.wire.TopicName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads all of an archive's folder, as far as it can be read, and takes out what makes sense by itself and with the
/// rest: no entry without its message, no session without a name. Changes nothing there. For one thread.
public final class SoundArchive implements Closeable {

    private static final int BATCH_BYTES = 4 << 20;

    private final SoundEntries entries;
    private final Table to;
    private final SoundQueues queues;
    private final SoundSessions sessions;
    private final Losses losses;
    private final String program;
    private final Faults faults = new Faults();
    private final List<Transactions.Part> pending = new ArrayList<>();
    private final Batch batch = new Batch();
    private long position = -1;
    private long highestEpoch;
    private long highestId;
    private long highestRetained;
    private long leaks;
    private long count;
    private String id;
    private boolean saysFormat;

    private SoundArchive(SoundEntries entries, SoundQueues queues, String program, Table to, Losses losses) {
        this.queues = queues;
        this.entries = entries;
        this.program = program;
        this.to = to;
        this.losses = losses;
        this.sessions = new SoundSessions(queues, losses, faults, this::put);
    }

    /// Reads it.
    ///
    /// @param folder of the archive
    /// @param libraryFolder of RocksDB's library
    /// @param journalFrame the first frame that the journal has. Should the archive seem to end before it, and have
    ///     files that its manifest doesn't name, then the manifest isn't trusted
    /// @param program that reads it
    /// @param to gets what makes sense; null if nobody wants it
    /// @param losses is told what is lost
    /// @return what was found
    /// @throws IOException if it can't be read at all, or was written by a newer program
    public static SoundArchive read(
            Path folder, Path libraryFolder, long journalFrame, String program, Table to, Losses losses)
            throws IOException {
        return read(folder, libraryFolder, journalFrame, program, to, losses, new SoundQueues());
    }

    static SoundArchive read(Path folder, Path libraryFolder, long journalFrame, String program, Table to,
            Losses losses, SoundQueues queues) throws IOException {
        SoundEntries entries = SoundEntries.open(folder, libraryFolder, SoundForm.FORM, true);
        if (entries.strays() && endsBefore(entries, journalFrame)) {
            entries.close();
            entries = SoundEntries.open(folder, libraryFolder, SoundForm.FORM, false);
        }
        SoundArchive archive = new SoundArchive(entries, queues, program, to, losses);
        try {
            entries.walk(archive::take);
            archive.finish();
            return archive;
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private static boolean endsBefore(SoundEntries entries, long journalFrame) throws IOException {
        byte[] key = Keys.meta("position");
        byte[] value = entries.get(key);
        return value != null && new ByteReader(key, value, 0).varint() < journalFrame;
    }

    private void put(byte[] key, byte[] value) {
        if (to != null) {
            batch.put(key, value);
        }
    }

    private void take(byte[] key, byte[] value) throws IOException {
        count++;
        try {
            sound(key, value);
        } catch (DamagedTableException | IllegalArgumentException e) {
            broken(key, value);
        }
        if (batch.bytes() >= BATCH_BYTES) {
            to.write(batch);
            batch.clear();
        }
    }

    private void broken(byte[] key, byte[] value) {
        faults.add(Keys.describe(key) + " makes no sense");
        try {
            if (key.length > 0 && key[0] == Keys.QUEUE) {
                losses.messages(Keys.read(key).ordered(), 1, false);
                TopicName topic = Entries.delayedTopic(key, value);
                if (topic != null) {
                    losses.other(Losses.delayed(topic, QueueReader.sequence(key)));
                }
                return;
            }
        } catch (DamagedTableException e) {
            losses.other(Keys.describe(key));
            return;
        }
        if (key.length > 0 && key[0] == Keys.RETAINED) {
            losses.retained(new String(key, 1, key.length - 1, StandardCharsets.UTF_8));
        } else if (key.length == 0 || key[0] != Keys.SUSPECT && key[0] != Keys.REFERENCE && key[0] != Keys.CLEARED) {
            losses.other(Keys.describe(key));
        }
    }

    private void sound(byte[] key, byte[] value) throws IOException {
        ByteReader in = Keys.read(key);
        switch (key[0]) {
            case Keys.BODY -> {
                long body = in.ordered();
                content(key, value);
                queues.body(body);
                highestId = Math.max(highestId, body);
                put(key, value);
                put(Keys.suspect(body), Archive.NOTHING); // Whoever sweeps sees whether somebody needs it.
            }
            case Keys.ENDED -> {
                queues.ended(in.ordered());
                put(key, value);
            }
            case Keys.REFERENCE -> reference(in);
            case Keys.SUSPECT -> in.ordered();
            case Keys.META -> meta(key, value);
            case Keys.QUEUE -> queued(key, value, in.ordered(), in.ordered());
            case Keys.RETAINED -> {
                RetainedForm.Content content = RetainedForm.read(key, value);
                TopicName topic = RetainedForm.topic(key);
                assert topic != null;
                highestRetained = Math.max(highestRetained, content.sequence());
                put(key, value);
            }
            case Keys.SESSION -> {
                long epoch = in.ordered();
                highestEpoch = Math.max(highestEpoch, epoch);
                sessions.part(epoch, in.octet(), key, value);
            }
            case Keys.PENDING -> pending(key, value);
            case Keys.CLEARED -> put(key, value);
            default -> throw in.damaged("its kind is unknown");
        }
    }

    /// They are made anew. What they refer to isn't looked up, as that comes later, but a shared message has to be
    /// there.
    private void reference(ByteReader in) throws DamagedTableException {
        leaks += hasBody(in.ordered()) ? 0 : 1;
    }

    private void meta(byte[] key, byte[] value) throws IOException {
        String name = new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
        ByteReader in = new ByteReader(key, value, 0);
        switch (name) {
            case "position" -> {
                position = in.varint();
                highestEpoch = Math.max(highestEpoch, in.varint());
                highestId = Math.max(highestId, in.varint());
                highestRetained = Math.max(highestRetained, in.varint());
            }
            case "format" -> {
                Archive.checkFormat(value, program);
                saysFormat = true;
            }
            case "id" -> id = new String(value, StandardCharsets.US_ASCII);
            default -> faults.add(Keys.describe(key) + " is not known");
        }
        if (!name.equals("position")) {
            put(key, value);
        }
    }

    private void queued(byte[] key, byte[] value, long epoch, long sequence) throws IOException {
        highestEpoch = Math.max(highestEpoch, epoch);
        Entries.Entry entry = Entries.read(key, value, true);
        if (queues.hasEnded(epoch)) {
            put(key, value);
            return;
        }
        if (entry.bodyId() != 0 && !hasBody(entry.bodyId())) {
            losses.messages(epoch, 1, false);
            faults.add(Keys.describe(key) + " refers to shared message " + entry.bodyId() + ", which is not there");
            return;
        }
        queues.entry(epoch, sequence, entry);
        put(key, value);
        if (entry.bodyId() != 0) {
            put(Keys.reference(entry.bodyId(), epoch, sequence), Archive.NOTHING);
        }
    }

    private void pending(byte[] key, byte[] value) throws IOException {
        Transactions.Part part = Transactions.Part.of(key);
        if (part.kind() == Keys.PENDING_QUEUED) {
            Entries.Entry entry = Entries.read(key, value, true);
            if (entry.bodyId() != 0 && !hasBody(entry.bodyId())) {
                losses.messages(part.epoch(), 1, true);
                return;
            }
            if (entry.bodyId() != 0) {
                put(Keys.reference(entry.bodyId(), part.epoch(), part.place()), Archive.NOTHING);
            }
        }
        highestId = Math.max(highestId, part.transaction());
        pending.add(part);
        put(key, value);
    }

    private void finish() throws IOException {
        sessions.finish(entries.holes());
        for (Map.Entry<Long, SoundQueues.Queue> each : queues.left().entrySet()) {
            losses.session(each.getKey());
            losses.messages(each.getKey(), each.getValue().entries, false);
            faults.add("queue of session " + each.getKey() + " without a session");
            put(Keys.ended(each.getKey()), new ByteWriter(9).varint(each.getValue().first).copy());
        }
        if (leaks > 0) {
            faults.add(leaks + " references to shared messages that are not there");
        }
    }

    /// Writes what has been taken out, with where it stands.
    ///
    /// @param nextFrame the frame that is to be applied next
    /// @throws IOException if the table is broken
    public void write(long nextFrame) throws IOException {
        if (!saysFormat) {
            batch.put(Keys.meta("format"), Archive.format(program));
        }
        batch.put(Keys.meta("position"), new ByteWriter(32).varint(nextFrame).varint(highestEpoch)
                .varint(highestId).varint(highestRetained).copy());
        to.write(batch);
        batch.clear();
        to.flush();
    }

    /// The frame that comes next.
    ///
    /// @return -1 if that isn't known
    public long position() {
        return position;
    }

    /// The archive's own name.
    ///
    /// @return null if it has none yet
    public String id() {
        return id;
    }

    /// Whether there are files that its manifest doesn't name.
    ///
    /// @return true if so
    public boolean strays() {
        return entries.strays();
    }

    /// Whether what was deleted may be back.
    ///
    /// @return true if so
    public boolean mayBringBack() {
        return entries.mayBringBack();
    }

    /// Entries that could be read.
    ///
    /// @return count
    public long count() {
        return count;
    }

    /// The epochs of sessions, groups and queues of delayed messages that are there, see [SoundRecords].
    SoundSessions sessions() {
        return sessions;
    }

    /// Parts of transactions that wait for their commit.
    List<Transactions.Part> pending() {
        return pending;
    }

    /// Whether a shared message is there.
    boolean hasBody(long body) {
        if (queues.remembers(body)) {
            return queues.hasBody(body);
        }
        byte[] key = Keys.body(body);
        byte[] value = entries.find(key);
        if (value == null) {
            return false;
        }
        try {
            content(key, value);
            return true;
        } catch (DamagedTableException | IllegalArgumentException e) {
            return false;
        }
    }

    private static void content(byte[] key, byte[] value) throws DamagedTableException {
        ByteReader content = new ByteReader(key, value, 0);
        content.varint();
        MessageForm.read(content);
    }

    /// The highest number of all kinds that was given.
    ///
    /// @return 0 and up
    public long highest() {
        return Math.max(highestEpoch, Math.max(highestId, highestRetained));
    }

    /// What is wrong, files first.
    ///
    /// @return a line each; empty if it is whole
    public List<String> faults() {
        List<String> all = new ArrayList<>(entries.faults());
        all.addAll(faults.lines());
        return all;
    }

    @Override
    public void close() throws IOException {
        entries.close();
    }
}
