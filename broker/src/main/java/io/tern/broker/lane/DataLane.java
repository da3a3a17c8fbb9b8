package io.tern.broker.lane;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/// Carries messages from one shard to another, in order, bounded in messages and in bytes.
///
/// **Threads.** One producer calls [#offer], one consumer calls [#poll]; each may be a different thread from turn to
/// turn as long as the turns of one side never overlap. The counters may be read by anybody and are then a moment old.
/// What the producer wrote before [#offer] is seen by the consumer after [#poll].
///
/// @param <T> what is carried
public final class DataLane<T> {

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    // Each side writes its own cells only; 256 bytes lie between the sides and around them, so that no cache line
    // (nor the pair of lines that hardware prefetches) is written by both.
    private static final int TAIL = 16;
    private static final int OFFERED_BYTES = 17;
    private static final int HEAD_SEEN = 18;
    private static final int POLLED_BYTES_SEEN = 19;
    private static final int HEAD = 48;
    private static final int POLLED_BYTES = 49;
    private static final int TAIL_SEEN = 50;
    private static final int CELLS = 80;

    private final long[] cells = new long[CELLS];
    private final Object[] items;
    private final int[] itemBytes;
    private final long maxBytes;

    /// Makes an empty lane.
    ///
    /// @param capacityMessages most messages under way, 1 to 2^30; rounded up to a power of two
    /// @param maxBytes most bytes under way, at least 1; a larger message is taken when the lane is empty
    public DataLane(int capacityMessages, long maxBytes) {
        if (capacityMessages < 1 || capacityMessages > 1 << 30) {
            throw new IllegalArgumentException("capacityMessages " + capacityMessages);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes " + maxBytes);
        }
        int capacity = capacityMessages == 1 ? 1 : Integer.highestOneBit(capacityMessages - 1) << 1;
        this.items = new Object[capacity];
        this.itemBytes = new int[capacity];
        this.maxBytes = maxBytes;
    }

    /// Most bytes under way.
    ///
    /// @return as it was made
    public long maxBytes() {
        return maxBytes;
    }

    /// Appends a message. Producer only.
    ///
    /// A message larger than the whole bound is taken when nothing else is under way, so that it can't block its
    /// source for ever.
    ///
    /// @param item the message
    /// @param bytes what it counts for, 0 or more
    /// @return false if the lane is full; the message then stays with the caller
    public boolean offer(T item, int bytes) {
        Objects.requireNonNull(item);
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes " + bytes);
        }
        long tail = cells[TAIL];
        if (!fits(tail, bytes)) {
            // Polled bytes are published before the head, so bytes read after it are never behind it.
            cells[HEAD_SEEN] = (long) CELL.getAcquire(cells, HEAD);
            cells[POLLED_BYTES_SEEN] = (long) CELL.getAcquire(cells, POLLED_BYTES);
            if (!fits(tail, bytes)) {
                return false;
            }
        }
        int slot = (int) tail & (items.length - 1);
        items[slot] = item;
        itemBytes[slot] = bytes;
        CELL.setOpaque(cells, OFFERED_BYTES, cells[OFFERED_BYTES] + bytes);
        CELL.setRelease(cells, TAIL, tail + 1);
        return true;
    }

    /// Takes the oldest message. Consumer only.
    ///
    /// @return null if there is none
    @SuppressWarnings("unchecked")
    public T poll() {
        long head = cells[HEAD];
        if (head == cells[TAIL_SEEN]) {
            long tail = (long) CELL.getAcquire(cells, TAIL);
            if (head == tail) {
                return null;
            }
            cells[TAIL_SEEN] = tail;
        }
        int slot = (int) head & (items.length - 1);
        T item = (T) items[slot];
        items[slot] = null;
        CELL.setRelease(cells, POLLED_BYTES, cells[POLLED_BYTES] + itemBytes[slot]);
        CELL.setRelease(cells, HEAD, head + 1);
        return item;
    }

    /// Whether nothing is under way. On the consumer's thread, false is certain; on the producer's, true is.
    ///
    /// @return true if [#poll] would have found nothing
    public boolean isEmpty() {
        return size() == 0;
    }

    /// How many messages are under way.
    ///
    /// @return 0 to the capacity
    public int size() {
        long head = (long) CELL.getAcquire(cells, HEAD);
        long tail = (long) CELL.getAcquire(cells, TAIL);
        return (int) Math.min(tail - head, items.length);
    }

    /// How many bytes are under way.
    ///
    /// @return 0 or more; above the bound only while one message larger than the bound is under way
    public long pendingBytes() {
        long polled = (long) CELL.getAcquire(cells, POLLED_BYTES);
        long offered = (long) CELL.getAcquire(cells, OFFERED_BYTES);
        return offered - polled;
    }

    private boolean fits(long tail, int bytes) {
        long pendingMessages = tail - cells[HEAD_SEEN];
        if (pendingMessages >= items.length) {
            return false;
        }
        return pendingMessages == 0 || cells[OFFERED_BYTES] - cells[POLLED_BYTES_SEEN] + bytes <= maxBytes;
    }
}
