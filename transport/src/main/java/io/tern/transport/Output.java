package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.tern.api.LostProcess;
import java.util.ArrayDeque;
import java.util.BitSet;

/// The bytes of one connection on their way out.
///
/// Bytes appended collect in pooled memory, taken at the first append after a flush and given to Netty at the flush, so
/// that an idle connection holds none. While the socket takes no more, flushes only note that they happened, and what
/// is appended collects on in one batch: many small flushes to a slow reader cost no more memory than their bytes. On
/// the loop's thread, all of it.
final class Output {

    /// Most bytes of one piece of memory; a batch may have several.
    static final int CHUNK_BYTES = 64 * 1024;

    /// How packets lie in frames and records.
    ///
    /// @param framed in WebSocket frames
    /// @param singly each in one of its own, else all of a flush in one
    /// @param endsRecords whether nothing stands behind CONNACK, SUBACK, UNSUBACK or PINGRESP in a TLS record: some
    ///     clients look at what they have decrypted only when more comes
    record Packing(boolean framed, boolean singly, boolean endsRecords) {

        private static final Packing[] ALL = new Packing[8];

        static {
            for (int i = 0; i < ALL.length; i++) {
                ALL[i] = new Packing((i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
            }
        }

        /// The same object for the same answers, since each connection has one.
        static Packing of(boolean framed, boolean singly, boolean endsRecords) {
            return ALL[(framed ? 1 : 0) | (singly ? 2 : 0) | (endsRecords ? 4 : 0)];
        }

        /// Whether each flush goes out as one frame.
        boolean sealsFlushes() {
            return framed && !singly;
        }
    }

    /// Hears how it goes.
    interface Listener {

        /// Pending bytes have become fewer. Also from within [Output#flush].
        void progressed();

        /// The network has taken bytes that it hadn't taken at once.
        void takenLater();

        /// Bytes got lost here, for want of memory or by a mistake: the stream is cut and must end.
        void broken(Throwable bug);
    }

    /// CONNACK, SUBACK, UNSUBACK and PINGRESP.
    private static final BitSet END_RECORDS = BitSet.valueOf(new long[] {1 << 2 | 1 << 9 | 1 << 11 | 1 << 13});

    private static final int FIRST_CHUNK_BYTES = 1024;
    /// A batch begins no larger than this, however large the last one was: a trickle to many after a burst must be
    /// cheap.
    private static final int EXPECTED_MAX_BYTES = 16 * 1024;
    private static final Throwable WITHOUT_REASON = new Throwable("abandoned", null, false, false) {};
    private static final PooledByteBufAllocator MEMORY = PooledByteBufAllocator.DEFAULT;

    private final Wire wire;
    private final Packing packing;
    private final Listener listener;

    private ByteBuf tail;
    private ArrayDeque<ByteBuf> full;
    private int batchBytes;
    /// How large the last batch was; the next begins with as much.
    private int expectedBytes;
    private boolean sealed;
    /// Whether what was appended last ends its record of TLS, and whether something before it does.
    private boolean recordEnds;
    private boolean hasRecords;
    private int handedBytes;
    /// What the chunks of the open batch take, and those that were handed over.
    private int batchCapacityBytes;
    private int handedCapacityBytes;
    private boolean flushWanted;
    /// Why it takes no more, [#WITHOUT_REASON] maybe; null as long as it does.
    private Throwable failure;

    /// Starts empty.
    ///
    /// @param wire where it goes
    /// @param packing what each packet or flush goes out as
    /// @param listener hears how it goes
    Output(Wire wire, Packing packing, Listener listener) {
        this.wire = wire;
        this.packing = packing;
        this.listener = listener;
    }

    /// Bytes appended and not yet taken by the network, counted a chunk at a time.
    int pendingBytes() {
        return batchBytes + handedBytes;
    }

    /// The memory of all chunks that are not taken by the network.
    int capacityBytes() {
        return batchCapacityBytes + handedCapacityBytes;
    }

    /// Appends a packet to the open batch.
    void append(byte[] src, int offset, int length) {
        assert !sealed;
        if (isAbandoned()) {
            return;
        }
        try {
            if (recordEnds && tail != null) {
                endRecord();
            }
            if (tail == null) {
                startBatch(packing.sealsFlushes() ? FrameHeader.BYTES_MAX : 0, length);
            }
            if (packing.framed && packing.singly) {
                header(length);
            }
            fill(src, offset, length);
            recordEnds = packing.endsRecords && END_RECORDS.get(src[offset] >> 4 & 0xF);
        } catch (RuntimeException | Error bug) {
            broken(bug);
        }
    }

    /// Hands the open batch to the network, or notes that this is to happen once the network takes more.
    void flush() {
        if (tail == null) {
            return;
        }
        if (handedBytes > 0) {
            flushWanted = true;
        } else {
            handOver();
        }
    }

    /// Appends the last bytes ever, as they are, behind everything else, and flushes.
    void last(byte[] raw) {
        if (isAbandoned()) {
            return;
        }
        try {
            if (tail == null) {
                startBatch(0, raw.length);
            } else {
                seal();
            }
            sealed = true;
            fill(raw, 0, raw.length);
        } catch (RuntimeException | Error bug) {
            broken(bug);
        }
        flush();
    }

    /// Sends bytes as they are, before the open batch, at once. Only if [#takesMore].
    void ahead(byte[] raw) {
        assert takesMore();
        if (isAbandoned()) {
            return;
        }
        try {
            hand(MEMORY.directBuffer(raw.length).writeBytes(raw));
            listener.progressed();
        } catch (RuntimeException | Error bug) {
            broken(bug);
        }
    }

    /// A packet may be cut: nothing may follow it.
    private void broken(Throwable bug) {
        LostProcess.endIf(bug);
        abandon(bug);
        listener.broken(bug);
    }

    /// Drops everything, now and from now on, for the network takes no more.
    void abandon(Throwable why) {
        if (!isAbandoned()) {
            failure = why == null ? WITHOUT_REASON : why;
            release();
            handedBytes = 0;
            handedCapacityBytes = 0;
        }
    }

    boolean isAbandoned() {
        return failure != null;
    }

    /// Why it was abandoned, or null.
    Throwable failure() {
        return failure == WITHOUT_REASON ? null : failure;
    }

    /// Says whether the network has taken everything it was given.
    boolean takesMore() {
        return handedBytes == 0;
    }

    /// Takes up again after a move, for Netty forgets that it waits for a full socket, and flushes.
    void resume() {
        wire.resume();
        flush();
    }

    /// Gives back what is not handed over; for a connection that is closed.
    void release() {
        if (tail != null) {
            tail.release();
            tail = null;
        }
        if (full != null) {
            full.forEach(ByteBuf::release);
            full = null;
        }
        batchBytes = 0;
        batchCapacityBytes = 0;
        flushWanted = false;
    }

    private void startBatch(int reservedBytes, int length) {
        tail = newChunk(reservedBytes + Math.max(length, expectedBytes));
        tail.setIndex(reservedBytes, reservedBytes);
    }

    private void fill(byte[] src, int offset, int length) {
        batchBytes += length;
        int from = offset;
        int left = length;
        while (true) {
            int room = roomFor(left);
            tail.writeBytes(src, from, room);
            from += room;
            left -= room;
            if (left == 0) {
                return;
            }
            if (full == null) {
                full = new ArrayDeque<>();
            }
            full.add(tail);
            tail = newChunk(left);
        }
    }

    private void header(int length) {
        if (roomFor(FrameHeader.BYTES_MAX) == FrameHeader.BYTES_MAX) {
            batchBytes += FrameHeader.put(tail, length);
        } else {
            byte[] bytes = FrameHeader.binary(length);
            fill(bytes, 0, bytes.length);
        }
    }

    /// What comes next goes into another record, and therefore into another chunk at least.
    private void endRecord() {
        if (handedBytes == 0) {
            handOver();
            return;
        }
        hasRecords = true;
        if (full == null) {
            full = new ArrayDeque<>();
        }
        full.add(tail);
        tail = newChunk(1);
    }

    /// Grows the last chunk fourfold at a time, so that big batches are copied little and small ones waste little.
    private int roomFor(int length) {
        int needed = (int) Math.min(CHUNK_BYTES, (long) tail.writerIndex() + length);
        if (needed > tail.capacity()) {
            int capacityBytes = tail.capacity();
            tail.capacity(stepFor(needed));
            batchCapacityBytes += tail.capacity() - capacityBytes;
        }
        return Math.min(length, tail.writableBytes());
    }

    private ByteBuf newChunk(int length) {
        ByteBuf chunk = MEMORY.directBuffer(stepFor(Math.min(length, CHUNK_BYTES)), CHUNK_BYTES);
        batchCapacityBytes += chunk.capacity();
        return chunk;
    }

    private static int stepFor(int bytes) {
        int step = FIRST_CHUNK_BYTES;
        while (step < bytes) {
            step *= 4;
        }
        return step;
    }

    private void seal() {
        if (packing.sealsFlushes() && !sealed) {
            ByteBuf first = full == null || full.isEmpty() ? tail : full.peekFirst();
            FrameHeader.putBefore(first, batchBytes);
        }
    }

    private void handOver() {
        try {
            handOverAll();
        } catch (RuntimeException | Error bug) {
            broken(bug);
        }
    }

    private void handOverAll() {
        seal();
        flushWanted = false;
        if (!wire.isActive()) {
            release();
            return;
        }
        ByteBuf end = tail;
        tail = null;
        expectedBytes = Math.min(batchBytes, EXPECTED_MAX_BYTES);
        batchBytes = 0;
        batchCapacityBytes = 0;
        if (full == null) {
            hand(end);
        } else {
            ArrayDeque<ByteBuf> chunks = full;
            full = null;
            chunks.add(end);
            handAll(chunks);
        }
        listener.progressed();
    }

    /// One chunk, the common case: no promise, one write. Only if the socket is full is an end mark put behind it.
    private void hand(ByteBuf chunk) {
        int bytes = chunk.readableBytes();
        int capacityBytes = chunk.capacity();
        handed(bytes, capacityBytes);
        wire.writeAndFlush(chunk);
        if (isAbandoned()) {
            return;
        }
        if (wire.hasTakenAll()) {
            handed(-bytes, -capacityBytes);
        } else {
            wire.mark(() -> taken(bytes, capacityBytes));
        }
    }

    private void handAll(ArrayDeque<ByteBuf> chunks) {
        boolean flushEach = hasRecords;
        hasRecords = false;
        chunks.forEach(chunk -> handed(chunk.readableBytes(), chunk.capacity()));
        for (ByteBuf chunk : chunks) {
            int bytes = chunk.readableBytes();
            int capacityBytes = chunk.capacity();
            wire.write(chunk, () -> taken(bytes, capacityBytes));
            if (flushEach) {
                wire.flush();
            }
        }
        wire.flush();
    }

    private void handed(int bytes, int capacityBytes) {
        handedBytes += bytes;
        handedCapacityBytes += capacityBytes;
    }

    private void taken(int bytes, int capacityBytes) {
        if (isAbandoned()) {
            return;
        }
        handed(-bytes, -capacityBytes);
        listener.takenLater();
        if (handedBytes == 0 && flushWanted && wire.isActive()) {
            handOver();
        } else {
            listener.progressed();
        }
    }
}
