package io.tern.store.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/// The content of a file of a [MemoryDisk]: what programs see, and what is on the medium. Pages never written are not
/// held.
final class Inode {

    static final int PAGE_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private final long size;
    private final byte[][] seen;
    private final byte[][] kept;

    /// Pages that differ and will reach the medium with the next successful force.
    private final BitSet dirty = new BitSet();

    /// Pages that differ and that no force will write any more, since one failed.
    private final BitSet dropped = new BitSet();

    Inode(long size) {
        this.size = size;
        int pages = Math.toIntExact((size + PAGE_BYTES - 1) / PAGE_BYTES);
        this.seen = new byte[pages][];
        this.kept = new byte[pages][];
    }

    long size() {
        return size;
    }

    void write(ByteBuffer src, long offset) {
        long at = offset;
        while (src.hasRemaining()) {
            int page = (int) (at / PAGE_BYTES);
            int from = (int) (at % PAGE_BYTES);
            int length = Math.min(src.remaining(), PAGE_BYTES - from);
            if (seen[page] == null) {
                seen[page] = new byte[PAGE_BYTES];
            } else if (seen[page] == kept[page]) {
                seen[page] = seen[page].clone();
            }
            src.get(seen[page], from, length);
            dirty.set(page);
            dropped.clear(page);
            at += length;
        }
    }

    int read(ByteBuffer dst, long offset) {
        int total = 0;
        long at = offset;
        while (dst.hasRemaining() && at < size) {
            int page = (int) (at / PAGE_BYTES);
            int from = (int) (at % PAGE_BYTES);
            int length = (int) Math.min(Math.min(dst.remaining(), PAGE_BYTES - from), size - at);
            dst.put(seen[page] == null ? ZEROS : seen[page], from, length);
            at += length;
            total += length;
        }
        return total;
    }

    void force() {
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            kept[page] = seen[page];
        }
        dirty.clear();
    }

    void forceFailed() {
        dropped.or(dirty);
        dirty.clear();
    }

    /// What a machine finds after losing power: of each sector not forced either the old or the new.
    ///
    /// @param random decides
    /// @return the file as it is then
    Inode afterPowerLoss(RandomGenerator random) {
        Inode after = new Inode(size);
        System.arraycopy(kept, 0, after.kept, 0, kept.length);
        BitSet open = (BitSet) dirty.clone();
        open.or(dropped);
        int mood = random.nextInt(4);
        for (int page = open.nextSetBit(0); page >= 0; page = open.nextSetBit(page + 1)) {
            byte[] old = kept[page] == null ? new byte[PAGE_BYTES] : kept[page];
            byte[] mixed = old.clone();
            for (int at = 0; at < PAGE_BYTES; at += SECTOR_BYTES) {
                boolean lands = mood == 0 ? false : mood == 1 ? true : mood == 2 ? random.nextInt(8) > 0
                        : random.nextBoolean();
                if (lands) {
                    System.arraycopy(seen[page], at, mixed, at, SECTOR_BYTES);
                }
            }
            after.kept[page] = mixed;
        }
        System.arraycopy(after.kept, 0, after.seen, 0, kept.length);
        return after;
    }

    /// What the next process finds when this one ends: all that was written, as if it had reached the medium.
    Inode afterKill() {
        Inode after = new Inode(size);
        for (int page = 0; page < seen.length; page++) {
            after.kept[page] = seen[page] == kept[page] ? seen[page] : seen[page].clone();
        }
        System.arraycopy(after.kept, 0, after.seen, 0, kept.length);
        return after;
    }

    /// Changes a byte where it lies, as a failing medium would.
    ///
    /// @param offset of the byte
    void flip(long offset) {
        int page = (int) (offset / PAGE_BYTES);
        byte[] bytes = seen[page] == null ? new byte[PAGE_BYTES] : Arrays.copyOf(seen[page], PAGE_BYTES);
        bytes[(int) (offset % PAGE_BYTES)] ^= 0x40;
        seen[page] = bytes;
        kept[page] = bytes;
    }
}
