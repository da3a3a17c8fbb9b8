package io.tern.store.journal;

import io.tern.store.disk.DamagedException;
import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/// The journal's files: a row of segments of fixed size, of which the newest is written to. Those whose frames the
/// archive has all taken over become the next ones, oldest first.
///
/// Frames are numbered from 1 without a gap, a frame lies in one segment, and a chunk too large for a segment gets a
/// larger one of its own. [Frame] and [Segment] say how they look on disk, [JournalRecovery] how they are found again.
///
/// Threads: the committer's writes; any other may call [#released], [#ahead] and what only asks, and read through
/// [#reader]. The caller holds [Disk#lock].
public final class Segments implements Closeable {

    /// Most bytes of payload that are gathered into one frame, if it is more than one chunk.
    static final int GATHER_BYTES = 4 * 1024 * 1024;

    private static final int BUFFER_BYTES = 1024 * 1024;
    private static final byte[] ZEROS = new byte[Frame.BLOCK_BYTES];

    private final Disk disk;
    private final JournalOptions options;
    private final LongSupplier salts;
    private final Ids ids;
    private final Spares spares;
    private final Newest newest;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer;
    private long missingFrames;
    private final long tornBytes;
    private final int cutFrames;
    private final String cutTail;

    /// Oldest first; the last is written to.
    private volatile Segment[] live;
    private long offset;
    private int previousCrc;

    /// The newest segment was begun for endings alone, and nothing else goes into it as long as that counts.
    private boolean inReserve;
    private long forcedSequence;
    private volatile long nextSequence;
    private volatile long durableSequence;
    private volatile long released;
    private volatile long begun;
    private volatile boolean diskFull;

    private Segments(Disk disk, JournalOptions options, LongSupplier salts, JournalRecovery found, Spares spares) {
        this.disk = disk;
        this.options = options;
        this.salts = salts;
        this.spares = spares;
        this.newest = new Newest(disk);
        this.buffer = ByteBuffer.allocateDirect(Math.min(BUFFER_BYTES, options.segmentBytes()));
        this.ids = new Ids(found.run + 1);
        this.live = found.live.toArray(new Segment[0]);
        this.offset = found.offset;
        this.previousCrc = found.previousCrc;
        this.nextSequence = found.next;
        this.forcedSequence = found.next - 1;
        this.durableSequence = found.next - 1;
        this.tornBytes = found.tornBytes;
        this.cutFrames = found.cutFrames;
        this.cutTail = found.cutTail;
    }

    /// Opens a journal, or begins one. A torn tail is overwritten, so that it can't come alive again.
    ///
    /// @param disk its folder, locked by the caller
    /// @param options sizes; segments that are there keep theirs
    /// @param archived the archive holds all frames up to this one; 0 if it has none. Frames given from now on are
    ///     higher
    /// @param salts numbers that nobody outside can guess, one for each segment begun
    /// @return ready to be read and written
    /// @throws DamagedException if a frame that the archive has not can't be read back, though it was
    ///     safe once
    /// @throws IOException if the disk fails, or a newer Tern has written this
    public static Segments open(Disk disk, JournalOptions options, long archived, LongSupplier salts)
            throws IOException {
        return open(disk, options, archived, salts, true);
    }

    /// The same for who knows whether all was forced.
    ///
    /// @param disk as above
    /// @param options as above
    /// @param archived as above
    /// @param salts as above
    /// @param mayLag whether the journal may end before the archive: a power failure does that where frames are not
    ///     forced; else it is not the one that the archive was made of
    /// @return as above
    /// @throws IOException as above; and if it ends before the archive and must not: then nothing has changed
    public static Segments open(
            Disk disk, JournalOptions options, long archived, LongSupplier salts, boolean mayLag) throws IOException {
        JournalRecovery found = JournalRecovery.of(disk, archived, mayLag);
        int most = (int) (options.maxBytes() / options.segmentBytes());
        Spares spares = new Spares(disk, options.segmentBytes(), Math.max(0, most - found.live.size()));
        Segments segments = new Segments(disk, options, salts, found, spares);
        try {
            for (String name : found.released) {
                DiskFile file = disk.open(name);
                spares.add(new Segment(name, file, file.size(), 0, 0, 0, 0, 0, 0, 0), most - found.live.size());
            }
            disk.sync();
            segments.released = archived;
            // An older format is not written to: each file is all of one.
            boolean older = !found.live.isEmpty() && found.live.getLast().format() < Segment.FORMAT;
            if (segments.live.length == 0 || found.next <= archived || older) {
                if (segments.live.length == 0 && archived > 0) {
                    throw new DamagedException(Segment.name(1), 0,
                            "no file of the journal is there, and the archive ends with frame " + archived);
                }
                segments.nextSequence = Math.max(found.next, archived + 1);
                segments.missingFrames = found.live.isEmpty() ? 0 : segments.nextSequence - found.next;
                segments.forcedSequence = segments.nextSequence - 1;
                segments.durableSequence = segments.nextSequence - 1;
                if (!segments.begin(options.segmentBytes())) {
                    throw new IOException("no room for the journal in " + disk.name() + ": "
                            + options.segmentBytes() + " bytes are needed, " + disk.usableBytes() + " are free");
                }
            }
            segments.inReserve = segments.heldBytes() > options.maxBytes() - segments.reserveBytes();
            return segments;
        } catch (IOException e) {
            segments.close();
            throw e;
        }
    }

    /// The first frame of the oldest segment that lies in a folder.
    ///
    /// @param disk the folder
    /// @return its number; 0 if there is no segment, or its header is damaged
    /// @throws IOException if the disk fails, or a newer Tern has written it
    public static long firstFrame(Disk disk) throws IOException {
        List<String> names = Segment.sorted(disk.list());
        if (names.isEmpty()) {
            return 0;
        }
        try {
            Segment oldest = Segment.open(disk, names.getFirst());
            oldest.file().close();
            return oldest.firstSequence();
        } catch (DamagedException e) {
            return 0;
        }
    }

    /// Gives the numbers of bodies and transactions.
    ///
    /// @return one for all shards
    public Ids ids() {
        return ids;
    }

    /// The oldest frame that can be read.
    ///
    /// @return its number; [#nextSequence] if there is none
    public long firstSequence() {
        return live[0].firstSequence();
    }

    /// The number that the next frame will have.
    ///
    /// @return 1 and up
    public long nextSequence() {
        return nextSequence;
    }

    /// The newest frame that is safe.
    ///
    /// @return its number, 0 for none
    public long durableSequence() {
        return durableSequence;
    }

    /// Frames that the archive has, and the journal had no more when this was opened.
    ///
    /// @return count; 0 unless what is written is not forced, and the power has failed
    public long missingFrames() {
        return missingFrames;
    }

    /// What was overwritten behind the last whole frame when this was opened.
    ///
    /// @return bytes, 0 if the end was clean
    public long tornBytes() {
        return tornBytes;
    }

    /// Whole frames that were overwritten since one before them was not whole. Only a process that did not force, and a
    /// machine that lost power, leave such.
    ///
    /// @return frames
    public int cutFrames() {
        return cutFrames;
    }

    /// What is known of what was overwritten at the journal's end when this was opened, for the operator.
    ///
    /// @return null if the end was clean
    public String cutTail() {
        return cutTail;
    }

    /// Segments begun since this was opened.
    ///
    /// @return count
    public long begun() {
        return begun;
    }

    /// Segments that hold frames, the newest among them.
    ///
    /// @return count
    public int count() {
        return live.length;
    }

    /// Whether the last try to begin a segment found no room on the disk.
    ///
    /// @return true if so
    public boolean isDiskFull() {
        return diskFull;
    }

    /// What segments take that hold frames the archive has not.
    ///
    /// @return bytes, the newest segment counted as a whole
    public long heldBytes() {
        return heldBytes(live);
    }

    /// What all its files take, those that wait for their use among them.
    ///
    /// @return bytes
    public long fileBytes() {
        long bytes = (long) spares.count() * options.segmentBytes();
        for (Segment each : live) {
            bytes += each.bytes();
        }
        return bytes;
    }

    private long heldBytes(Segment[] all) {
        long held = 0;
        for (int i = 0; i < all.length; i++) {
            long end = i + 1 < all.length ? all[i + 1].firstSequence() : nextSequence;
            if (end - 1 > released) {
                held += all[i].bytes();
            }
        }
        return held;
    }

    private long reserveBytes() {
        return (long) options.reserveSegments() * options.segmentBytes();
    }

    /// The archive has all frames up to one, and has made them safe.
    ///
    /// @param upTo number of that frame
    public void released(long upTo) {
        assert upTo <= durableSequence : upTo;
        if (upTo > released) {
            released = upTo;
        }
    }

    /// Makes one file ahead, so that the committer needs not wait for it. May take a second; for a thread that may
    /// block.
    ///
    /// @return false if there was nothing to do, or no room
    /// @throws IOException if the disk fails
    public boolean ahead() throws IOException {
        return heldBytes() + options.segmentBytes() <= options.maxBytes() && spares.ahead();
    }

    /// Reads frames from one on.
    ///
    /// @param sequence number of the first frame to give, above what is released
    /// @return where to take them from
    public FrameReader reader(long sequence) {
        if (sequence < firstSequence() || sequence > nextSequence) {
            throw new IllegalArgumentException("frame " + sequence + " is not in " + firstSequence() + " to "
                    + nextSequence);
        }
        return new FrameReader(this, sequence);
    }

    /// Gives all durable frames from one on.
    ///
    /// @param sequence number of the first
    /// @param handler gets them
    /// @return the number of the frame that would be next
    /// @throws IOException as [FrameReader#next]
    public long read(long sequence, FrameHandler handler) throws IOException {
        FrameReader reader = reader(sequence);
        while (reader.next(handler)) {
            continue;
        }
        return reader.sequence();
    }

    Segment holding(long sequence) {
        Segment[] all = live;
        int at = all.length - 1;
        while (at > 0 && all[at].firstSequence() > sequence) {
            at--;
        }
        return all[at];
    }

    /// Most bytes of payload to gather.
    int gatherBytes() {
        return Math.min(GATHER_BYTES, options.segmentBytes() / 4);
    }

    /// Makes sure that a frame fits into the newest segment, and begins another if not.
    ///
    /// @param payloadBytes length of its payload
    /// @param endings whether it may use the reserve
    /// @return false if there is no room before the archive releases some
    boolean makeRoom(long payloadBytes, boolean endings) throws IOException {
        long frameBytes = Frame.bytes(payloadBytes);
        boolean fits = offset + frameBytes <= live[live.length - 1].bytes();
        if (fits && (endings || !inReserve)) {
            return true;
        }
        retire();
        long size = fits ? 0 : Math.max(options.segmentBytes(), Frame.BLOCK_BYTES + frameBytes);
        long held = heldBytes();
        boolean reserve = held > 0 && held + size > options.maxBytes() - reserveBytes();
        if (reserve && (!endings || held + size > options.maxBytes())) {
            return false;
        }
        if (!fits) {
            if (forcedSequence < nextSequence - 1) {
                force();
            }
            if (!begin(size)) {
                return false;
            }
        }
        inReserve = reserve;
        return true;
    }

    private boolean begin(long bytes) throws IOException {
        Spares.Spare spare = spares.take(bytes);
        diskFull = spare == null;
        if (spare == null) {
            return false;
        }
        Segment[] all = live;
        long generation = all.length == 0 ? 1 : all[all.length - 1].generation() + 1;
        Segment segment = Segment.begin(spare.file(), spare.bytes(), Segment.FORMAT, ids.run(), generation,
                salts.getAsLong(), nextSequence);
        disk.rename(spare.name(), segment.name());
        disk.sync();
        newest.write(generation);
        Segment[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = segment;
        offset = Frame.BLOCK_BYTES;
        previousCrc = segment.crc();
        begun++;
        live = more;
        return true;
    }

    /// Makes spare files of the oldest segments that are released.
    private void retire() throws IOException {
        Segment[] all = live;
        while (all.length > 1 && all[1].firstSequence() - 1 <= released) {
            Segment oldest = all[0];
            all = Arrays.copyOfRange(all, 1, all.length);
            live = all;
            long room = options.maxBytes() - heldBytes(all);
            spares.add(oldest, (int) Math.max(0, room / options.segmentBytes()));
        }
    }

    /// Writes one frame, for which there is room.
    ///
    /// @param chunks what it holds
    /// @param count how many of them
    /// @return its number
    long append(Chunk[] chunks, int count) throws IOException {
        Segment segment = live[live.length - 1];
        long sequence = nextSequence;
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += chunks[i].length;
        }
        buffer.clear();
        Frame.encode(buffer, 0, forcedSequence == sequence - 1 ? Frame.CHAINED : 0, segment.generation(),
                segment.salt(), sequence, ids.run(), length, previousCrc);
        Frame.crcOfHeader(crc, buffer, 0);
        for (int i = 0; i < count; i++) {
            crc.update(chunks[i].bytes, 0, chunks[i].length);
        }
        previousCrc = (int) crc.getValue();
        buffer.putInt(Frame.CRC_AT, previousCrc);
        buffer.position(Frame.HEADER_BYTES);
        long end = offset + Frame.bytes(length);
        for (int i = 0; i < count; i++) {
            copy(segment, chunks[i].bytes, chunks[i].length);
        }
        // The buffer holds whole blocks and so did what was written of it, so the rest of the last block fits in.
        buffer.put(ZEROS, 0, (int) (end - offset - buffer.position()));
        flush(segment);
        assert offset == end : offset;
        nextSequence = sequence + 1;
        return sequence;
    }

    private void copy(Segment segment, byte[] bytes, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) {
                flush(segment);
            }
            int some = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, done, some);
            done += some;
        }
    }

    private void flush(Segment segment) throws IOException {
        buffer.flip();
        int some = buffer.remaining();
        segment.file().write(buffer, offset);
        offset += some;
        buffer.clear();
    }

    /// Waits until all frames written are on the disk.
    void force() throws IOException {
        live[live.length - 1].file().force();
        forcedSequence = nextSequence - 1;
    }

    /// All frames written count as durable from now on.
    void nowDurable() {
        durableSequence = nextSequence - 1;
    }

    /// Closes the files. Nothing is written any more.
    @Override
    public void close() throws IOException {
        newest.close();
        spares.close();
        for (Segment each : live) {
            each.file().close();
        }
    }
}
