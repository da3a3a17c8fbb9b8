package io.tern.store.archive;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.Disk;
import io.tern.store.journal.FrameHandler;
import io.tern.store.journal.JournalCheck;
import io.tern.store.journal.JournalReport;
import io.tern.store.journal.RecordReader;
import io.tern.store.table.Batch;
import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import java.io.IOException;
import java.nio.file.Path;

/// Reads a store as far as it can be read, archive and journal, and makes a new archive of all that makes sense.
/// Changes nothing in what it reads. For one thread; no process has the store open.
///
/// What follows a frame that is lost is applied all the same: parts of a transaction count if its commit is there, what
/// was settled in a lost frame may come again, and messages of a session or with a content that only a lost frame knew
/// are lost with it.
public final class Rescue {

    private static final int STEP_KEYS = 10_000;

    private final String program;
    private final Losses losses = new Losses();
    private final RecordReader reader = new RecordReader();
    private SoundArchive found;
    private Archive to;
    private SoundRecords records;
    private Step nobody;
    private long start;
    private long next;
    private long lostFrames;
    private String archiveId;
    private boolean foreign;
    private boolean stopsAtDamage;
    private boolean stopped;
    private JournalReport journal;

    private Rescue(String program) {
        this.program = program;
    }

    /// Reads it.
    ///
    /// @param journalDisk the journal's folder, null if that is gone
    /// @param archiveFolder null if that is gone
    /// @param archiveId of the archive that the journal belongs to, null if that isn't known. Should the archive have
    ///     another one then the journal is counted alone: clients of two stores have the same numbers
    /// @param libraryFolder of RocksDB's library
    /// @param table gets a new archive, and is closed; null if nobody wants it
    /// @param program that does it
    /// @param stopsAtDamage whether nothing is taken from behind the first frame that is lost
    /// @return what was found
    /// @throws IOException if it can't be read at all, or a newer program has written it
    public static Rescue read(Disk journalDisk, Path archiveFolder, String archiveId, Path libraryFolder, Table table,
            String program, boolean stopsAtDamage) throws IOException {
        Rescue rescue = new Rescue(program);
        rescue.archiveId = archiveId;
        rescue.stopsAtDamage = stopsAtDamage;
        try (table) {
            rescue.run(journalDisk, archiveFolder, libraryFolder, table);
        }
        return rescue;
    }

    private void run(Disk journalDisk, Path archiveFolder, Path libraryFolder, Table table) throws IOException {
        journal = journalDisk == null ? null : JournalCheck.check(journalDisk, JournalCheck.UNKNOWN);
        long first = firstFrame();
        if (archiveFolder != null) {
            found = SoundArchive.read(archiveFolder, libraryFolder, first, program, table, losses);
        }
        try {
            start = found == null || found.position() < 0 ? first : found.position();
            next = start;
            if (table != null && found != null) {
                found.write(start);
            }
            to = table == null ? null : Archive.open(table, program);
            nobody = new Step();
            SoundSessions sessions = found != null ? found.sessions()
                    : new SoundSessions(new SoundQueues(), losses, new Faults(), (key, value) -> { });
            records = new SoundRecords(to == null ? nobody : to.records(), sessions, found, losses);
            foreign = journalDisk != null && archiveId != null && found != null && found.id() != null
                    && !found.id().equals(archiveId);
            if (journalDisk != null && !foreign) {
                journal = JournalCheck.check(journalDisk, start - 1, new Frames());
            }
            finish(table);
        } finally {
            if (found != null) {
                found.close();
            }
        }
    }

    private long firstFrame() {
        return journal == null || journal.segments().isEmpty()
                ? Archive.FIRST_FRAME
                : journal.segments().getFirst().firstSequence();
    }

    private final class Frames implements FrameHandler {

        private final RecordReader remains = new RecordReader();
        private final LostRecords lost = new LostRecords(losses);

        @Override
        public void frame(long sequence, byte[] bytes, int offset, int length) throws IOException {
            Rescue.this.frame(sequence, bytes, offset, length);
        }

        @Override
        public void broken(long sequence, byte[] bytes, int offset, int length) {
            try {
                if (sequence >= next) {
                    remains.read(bytes, offset, length, lost);
                }
            } catch (DamagedException e) {
                return; // What was told before is what could be.
            }
        }
    }

    private void frame(long sequence, byte[] bytes, int offset, int length) throws IOException {
        if (sequence < next) {
            return;
        }
        if (stopped) {
            lostFrames++;
            return;
        }
        if (sequence > next) {
            lostFrames += sequence - next;
            stopped = stopsAtDamage;
            if (stopped) {
                lostFrames++;
                return;
            }
        }
        next = sequence + 1;
        if (to != null) {
            to.frame(sequence);
        }
        try {
            reader.read(bytes, offset, length, records);
        } catch (DamagedException e) {
            lostFrames++; // In part, which the journal's check says.
        }
        nobody.clear();
        if (to != null && to.weight() >= STEP_KEYS) {
            to.commit(next);
        }
    }

    private void finish(Table table) throws IOException {
        records.finish();
        if (isGap()) {
            records.uncommitted();
        }
        if (journal != null) {
            next = Math.max(next, journal.next());
        }
        if (to == null) {
            return;
        }
        to.commit(next);
        to.endRun();
        to.migrate();
        if (isGap()) {
            forgetSent(table);
        }
        to.flush();
    }

    /// Frames are lost that may have said what was sent: from now on all may have been.
    static void forgetSent(Table table) throws IOException {
        Batch batch = new Batch();
        byte[] all = Keys.kind(Keys.SESSION);
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                ByteReader parts = Keys.read(key);
                parts.ordered();
                int part = parts.octet();
                if (part == Keys.SENDABLE) {
                    batch.delete(key);
                } else if (part == Keys.LEFT) {
                    ByteReader in = new ByteReader(key, cursor.value(), 0);
                    batch.put(key, new ByteWriter(20).varint(in.varint()).varint(in.varint()).copy());
                }
            }
        }
        table.write(batch);
    }

    /// Whether frames are lost that may have said something of what is kept.
    private boolean isGap() {
        return lostFrames > 0 || journal == null || !journal.damage().isEmpty()
                || found != null && found.position() < 0;
    }

    /// Whether journal and archive are of two stores.
    ///
    /// @return true if so: then nothing of the journal was brought to the archive
    public boolean foreign() {
        return foreign;
    }

    /// What the journal's files hold.
    ///
    /// @return null if there is no journal
    public JournalReport journal() {
        return journal;
    }

    /// What was found of the archive.
    ///
    /// @return null if there is none; closed
    public SoundArchive archive() {
        return found;
    }

    /// What is lost.
    ///
    /// @return as far as can be told
    public Losses losses() {
        return losses;
    }

    /// Frames that the archive has not and the journal has not any more.
    ///
    /// @return count, as far as the numbers of others say
    public long lostFrames() {
        return lostFrames;
    }

    /// Which frame the archive waits for.
    ///
    /// @return its number
    public long start() {
        return start;
    }

    /// The number of the first frame that a new journal may have.
    ///
    /// @return above all that were found
    public long next() {
        return next;
    }

    /// The highest number of any kind that was met.
    ///
    /// @return 0 and up
    public long highest() {
        return Math.max(records.highest, found == null ? 0 : found.highest());
    }

    /// How many sessions and groups there are.
    ///
    /// @return count
    public int sessions() {
        return found == null ? 0 : found.sessions().count();
    }

    /// How many queues of delayed messages there are.
    ///
    /// @return count
    public int delayedQueues() {
        return found == null ? 0 : found.sessions().delayedQueues();
    }

    /// How many messages are in them, as far as no frame is lost.
    ///
    /// @return count
    public long delayedMessages() {
        return found == null ? 0 : found.sessions().delayedMessages();
    }
}
