package io.tern.store.archive;

import io.tern.api.Recovered;
import io.tern.store.journal.JournalRecords;
import io.tern.store.table.Batch;
import io.tern.store.table.Cursor;
import io.tern.store.table.DamagedTableException;
import io.tern.store.table.Table;
import io.tern.wire.TopicName;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The state that a journal's records add up to, in a [Table]: what is still owed, and nothing else.
///
/// Frames are applied in their order, a few at a time: [#frame], then the frame's records into [#records], and after
/// some of them [#commit], which makes them visible all at once, together with the position behind them. [#flush] makes
/// it all safe. After a crash it is opened at some position that was committed, and goes on from there; what was lost
/// is applied again from the journal.
///
/// For one thread at a time, which waits for the disk.
public final class Archive implements Closeable {

    /// Version of the form in which things are kept. Format 1 knew neither the owner of a session nor the end of what
    /// was sent; in formats 1 and 2 groups looked like sessions, see [FormerGroups]; format 3 knew neither the place
    /// that a session without a user came from nor the owner of a retained message; formats 1 to 4 knew no delayed
    /// messages. All else in them is the same.
    public static final int FORMAT = 5;

    /// The first in which groups are told from sessions.
    static final int GROUPS_TOLD_APART = 3;

    /// For so many frames after the one that told a body, records may refer to it that were not known when it was
    /// applied.
    public static final int BODY_FRAMES = 1024;

    /// The number of the first frame of a journal.
    public static final long FIRST_FRAME = 1;

    static final byte[] NOTHING = {};

    private static final byte[] FORMAT_KEY = Keys.meta("format");
    private static final byte[] ID_KEY = Keys.meta("id");
    private static final byte[] POSITION_KEY = Keys.meta("position");

    private final Table table;
    private final Step step = new Step();
    private final SessionCache sessions;
    private final Transactions transactions = new Transactions();
    private final References references;
    private final StepWriter writer;
    private final QueueReader queues;
    private final Sweep sweep;
    private final String program;
    private long position = FIRST_FRAME;

    /// In which form things are kept so far.
    private long format = FORMAT;

    private Archive(Table table, String program) {
        this.table = table;
        this.program = program;
        this.sessions = new SessionCache(table);
        this.references = new References(table);
        this.writer = new StepWriter(table, sessions, transactions, references);
        this.queues = new QueueReader(table, sessions);
        this.sweep = new Sweep(table, references);
    }

    /// Reads where it stands, or begins a new one in a table without entries.
    ///
    /// @param table is closed with the archive
    /// @param program what writes it, for the message that an older program gives; e.g. `Tern 0.1.0`
    /// @return an archive that waits for the frame at its [#position]
    /// @throws IOException if it can't be read, is damaged, or was written by a newer program
    public static Archive open(Table table, String program) throws IOException {
        byte[] format = table.get(FORMAT_KEY);
        Archive archive = new Archive(table, program);
        if (format == null) {
            archive.begin();
        } else {
            archive.format = checkFormat(format, program);
            archive.load();
        }
        return archive;
    }

    private void begin() throws IOException {
        byte[] any = {0};
        try (Cursor cursor = table.cursor(any, new byte[] {-1})) {
            if (cursor.valid()) {
                throw new DamagedTableException("the archive has entries, but doesn't say in which format");
            }
        }
        Batch batch = new Batch();
        batch.put(FORMAT_KEY, format());
        table.write(batch);
        table.flush();
    }

    private byte[] format() {
        return format(program);
    }

    static byte[] format(String program) {
        return new ByteWriter(32).varint(FORMAT).text(program).copy();
    }

    /// Reads what says the format.
    ///
    /// @param program that reads it
    /// @return the format
    /// @throws IOException if a newer program has written it
    static long checkFormat(byte[] value, String program) throws IOException {
        ByteReader in = new ByteReader(FORMAT_KEY, value, 0);
        long format = in.varint();
        String writtenBy = in.text();
        if (format > FORMAT) {
            throw new IOException("the archive has format " + format + ", written by " + writtenBy
                    + "; " + program + " knows formats up to " + FORMAT + ": start " + writtenBy + " or a newer one");
        }
        if (format < 1) {
            throw in.damaged("there is no format " + format);
        }
        return format;
    }

    private void load() throws IOException {
        byte[] value = table.get(POSITION_KEY);
        if (value != null) {
            ByteReader in = new ByteReader(POSITION_KEY, value, 0);
            position = in.varint();
            step.highestEpoch = in.varint();
            step.highestId = in.varint();
            step.highestRetained = in.varint();
        }
        transactions.load(table);
    }

    /// What tells this archive from all others, as its journal knows it.
    ///
    /// @return null if it was not [#named] yet
    /// @throws IOException if the table is broken
    public String id() throws IOException {
        byte[] id = table.get(ID_KEY);
        return id == null ? null : new String(id, StandardCharsets.US_ASCII);
    }

    /// Gives it a name, and makes that safe.
    ///
    /// @param id of ASCII characters
    /// @throws IOException if the table is broken
    public void named(String id) throws IOException {
        Batch batch = new Batch();
        batch.put(ID_KEY, id.getBytes(StandardCharsets.US_ASCII));
        table.write(batch);
        table.flush();
    }

    /// Whether nothing was ever applied or imported.
    ///
    /// @return true for a new one
    public boolean isEmpty() {
        return position == FIRST_FRAME && step.highestEpoch == 0 && step.highestRetained == 0;
    }

    /// Which frame comes next.
    ///
    /// @return its number, [#FIRST_FRAME] if none was ever applied
    public long position() {
        return position;
    }

    /// The highest epoch that any applied record named as opened, those of ended sessions among them.
    ///
    /// @return 0 if there was none
    public long highestEpoch() {
        return step.highestEpoch;
    }

    /// The highest id of a body or a transaction that any applied record named. New ones must be above it, as long as
    /// the archive is there, also if the journal is a new one.
    ///
    /// @return 0 if there was none
    public long highestId() {
        return step.highestId;
    }

    /// The highest sequence of a retained message that any applied record named, cleared ones among them. New ones must
    /// be above it: what they replace may be told again after a crash.
    ///
    /// @return 0 if there was none
    public long highestRetained() {
        return step.highestRetained;
    }

    /// Numbers up to these were given in the archive that an export was made of.
    void reached(long epoch, long id, long retained) {
        step.highestEpoch = Math.max(step.highestEpoch, epoch);
        step.highestId = Math.max(step.highestId, id);
        step.highestRetained = Math.max(step.highestRetained, retained);
    }

    /// A queue's sequences below one were given, whether or not a record names them.
    void given(long epoch, long end) {
        Step.Session session = step.session(epoch);
        session.end = Math.max(session.end, end);
    }

    /// Whom to ask what stands later in the journal.
    void know(Known known) {
        step.know(known);
    }

    /// Begins a frame: the records that follow are of this one.
    ///
    /// @param sequence of the frame
    public void frame(long sequence) {
        step.frame(sequence);
    }

    /// Takes records. Nothing is read or written before [#commit].
    ///
    /// @return to be told the records of whole frames
    public JournalRecords records() {
        return step;
    }

    /// About how many keys a [#commit] will have to touch for what was told since the last one.
    ///
    /// @return 0 or more
    public long weight() {
        return step.weight();
    }

    /// Applies what was told since the last commit.
    ///
    /// @param nextFrame the frame behind the last that was told, not below [#position]
    /// @throws IOException if the table is broken, or holds or should hold what it doesn't
    public void commit(long nextFrame) throws IOException {
        assert nextFrame >= position : nextFrame + " < " + position;
        writer.write(step, nextFrame);
        step.batch.put(POSITION_KEY, new ByteWriter(32)
                .varint(nextFrame)
                .varint(step.highestEpoch)
                .varint(step.highestId)
                .varint(step.highestRetained)
                .copy());
        table.write(step.all());
        position = nextFrame;
        sessions.trim();
        step.clear();
    }

    /// Ends the time of the process before: transactions without a commit will get none, and no older record of a
    /// cleared topic will come. To be called when all frames that were found are applied, before there are new ones.
    ///
    /// @throws IOException if the table is broken
    public void endRun() throws IOException {
        Batch batch = new Batch();
        writer.drop(batch, batch, transactions.removeAll());
        table.write(batch);
        references.endBatch();
        while (sweep.cleared(Long.MAX_VALUE, 10_000)) {
            // In slices, so that a batch stays small.
        }
    }

    /// Brings what an older program has kept into the form of this one: all at once, and safe. To be called when all
    /// frames that were found are applied, since they are of the same age, and before there are new ones.
    ///
    /// @throws IOException if the table is broken
    public void migrate() throws IOException {
        if (format < FORMAT) {
            Batch batch = format < GROUPS_TOLD_APART ? FormerGroups.of(table) : new Batch();
            batch.put(FORMAT_KEY, format());
            table.write(batch);
            table.flush();
            format = FORMAT;
        }
    }

    /// Tells groups from sessions among what was taken in from an older form.
    void tellGroupsApart() throws IOException {
        table.write(FormerGroups.of(table));
    }

    /// Clears away what is no longer referred to: the queues of ended sessions, and bodies. Bounded by `keys`.
    ///
    /// @param keys most keys to look at, at least 1
    /// @return whether there is more to do
    /// @throws IOException if the table is broken
    public boolean sweep(int keys) throws IOException {
        return sweep.step(keys, position, step.known());
    }

    /// Forgets that topics were cleared in frames before one, since no older record of them can come any more.
    ///
    /// @param frame not above [#position]
    /// @param keys most keys to look at, at least 1
    /// @return whether there is more to do
    /// @throws IOException if the table is broken
    public boolean forgetCleared(long frame, int keys) throws IOException {
        return sweep.cleared(frame, keys);
    }

    /// Makes everything committed safe.
    ///
    /// @throws IOException if it isn't
    public void flush() throws IOException {
        table.flush();
    }

    /// Makes another folder with all that is safe, from which an archive can be opened.
    ///
    /// @param folder not there yet
    /// @throws IOException if it can't be made
    public void checkpoint(Path folder) throws IOException {
        table.checkpoint(folder);
    }

    /// Forgets what sessions were sent: this may be an older state than the one that their clients know.
    ///
    /// @throws IOException if the table is broken
    public void forgetSent() throws IOException {
        Rescue.forgetSent(table);
        table.flush();
    }

    /// Whether something of a session was applied that counts only with a commit, which doesn't name the session.
    boolean waitsForCommit(long epoch) {
        return transactions.has(epoch);
    }

    /// Reads a stretch of a session's queue, as it was at the last commit.
    ///
    /// @param epoch of the session
    /// @param fromSequence where to begin
    /// @param endSequence where to end, not read itself
    /// @param maxBytes no message is read after this many bytes are reached; at least one is read
    /// @return what was there
    /// @throws IOException if it can't be read or is damaged
    public QueueSlice read(long epoch, long fromSequence, long endSequence, long maxBytes) throws IOException {
        return queues.read(epoch, fromSequence, endSequence, maxBytes);
    }

    /// Reads what the last commit left of a topic's retained message.
    ///
    /// @return null if there is no word of it
    RetainedForm.Content retained(TopicName topic) throws IOException {
        byte[] key = Keys.retained(topic.utf8());
        byte[] value = table.get(key);
        return value == null ? null : RetainedForm.read(key, value);
    }

    /// Tells all that is there, but for the queues' entries. See [#endRun], which comes first.
    ///
    /// @param into is told; what it throws as [UncheckedIOException] is thrown on
    /// @throws IOException if something is damaged; part of it has been told then
    public void recover(Recovered into) throws IOException {
        try {
            new ArchiveRecovery(table).tell(into);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// The table, for what reads all of it.
    Table table() {
        return table;
    }

    /// Forgets what was told since the last commit, and closes the table without flushing it.
    @Override
    public void close() throws IOException {
        table.close();
    }
}
