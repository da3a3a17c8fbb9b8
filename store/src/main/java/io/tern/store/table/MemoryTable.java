package io.tern.store.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A [Table] in memory that can lose what was not flushed, for the simulator and for tests. Takes memory for all that
/// is in it, twice.
public final class MemoryTable implements Table {

    private final TreeMap<byte[], byte[]> safe = sorted();
    private final List<Batch> unsafe = new ArrayList<>();
    private TreeMap<byte[], byte[]> visible = sorted();

    /// Without entries.
    public MemoryTable() {}

    private static TreeMap<byte[], byte[]> sorted() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    @Override
    public void write(Batch batch) {
        if (batch.count() == 0) {
            return;
        }
        Batch copy = new Batch();
        batch.each(new Batch.Changes() {
            @Override
            public void put(byte[] key, byte[] value) {
                copy.put(key, value);
            }

            @Override
            public void delete(byte[] key) {
                copy.delete(key);
            }

            @Override
            public void deleteRange(byte[] from, byte[] toExclusive) {
                copy.deleteRange(from, toExclusive);
            }
        });
        apply(copy, visible);
        unsafe.add(copy);
    }

    private static void apply(Batch batch, TreeMap<byte[], byte[]> entries) {
        batch.each(new Batch.Changes() {
            @Override
            public void put(byte[] key, byte[] value) {
                entries.put(key, value);
            }

            @Override
            public void delete(byte[] key) {
                entries.remove(key);
            }

            @Override
            public void deleteRange(byte[] from, byte[] toExclusive) {
                entries.subMap(from, toExclusive).clear();
            }
        });
    }

    @Override
    public byte[] get(byte[] key) {
        byte[] value = visible.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public Cursor cursor(byte[] from, byte[] toExclusive) {
        return new Walk(from.clone(), toExclusive.clone());
    }

    /// Does nothing: what is deleted takes no room here.
    @Override
    public boolean compactSlice() {
        return false;
    }

    /// Does nothing: it is always in order.
    @Override
    public void merge(boolean allowed) {
        // It writes nothing anew.
    }

    @Override
    public void flush() {
        for (Batch batch : unsafe) {
            apply(batch, safe);
        }
        unsafe.clear();
    }

    /// How many batches were written since the last flush: so many more than none may survive a [#crash].
    ///
    /// @return 0 or more
    public int unflushed() {
        return unsafe.size();
    }

    /// Loses what was not flushed, but for the first few batches: those that had reached the disk by chance.
    ///
    /// @param surviving how many batches outlive it, 0 to [#unflushed]
    public void crash(int surviving) {
        for (Batch batch : unsafe.subList(0, surviving)) {
            apply(batch, safe);
        }
        unsafe.clear();
        visible = sorted();
        visible.putAll(safe);
    }

    /// What there would be after a [#crash]. This table goes on.
    ///
    /// @param surviving how many batches outlive it, 0 to [#unflushed]
    /// @return another table, which shares nothing that changes with this one
    public MemoryTable afterCrash(int surviving) {
        MemoryTable next = new MemoryTable();
        next.safe.putAll(safe);
        next.unsafe.addAll(unsafe);
        next.crash(surviving);
        return next;
    }

    /// {@return the sum over keys and values in the range}
    @Override
    public long approximateBytes(byte[] from, byte[] toExclusive) {
        long sum = 0;
        for (Map.Entry<byte[], byte[]> each : visible.subMap(from, toExclusive).entrySet()) {
            sum += each.getKey().length + each.getValue().length;
        }
        return sum;
    }

    /// {@return 0: it is always in order}
    @Override
    public long mergeBytes() {
        return 0;
    }

    /// {@return 0: it has no buffers}
    @Override
    public long flushBytes() {
        return 0;
    }

    /// Does nothing: it may be opened again by going on with it.
    @Override
    public void close() throws IOException {
        // Nothing is held.
    }

    private final class Walk implements Cursor {

        private final byte[] from;
        private final byte[] toExclusive;
        private Map.Entry<byte[], byte[]> here;

        Walk(byte[] from, byte[] toExclusive) {
            this.from = from;
            this.toExclusive = toExclusive;
            stand(visible.ceilingEntry(from));
        }

        private void stand(Map.Entry<byte[], byte[]> entry) {
            here = entry == null || Arrays.compareUnsigned(entry.getKey(), toExclusive) >= 0 ? null : entry;
        }

        @Override
        public boolean valid() {
            return here != null;
        }

        @Override
        public void next() {
            stand(visible.higherEntry(here.getKey()));
        }

        @Override
        public void seek(byte[] key) {
            stand(visible.ceilingEntry(Arrays.compareUnsigned(key, from) < 0 ? from : key));
        }

        @Override
        public byte[] key() {
            return here.getKey().clone();
        }

        @Override
        public byte[] value() {
            return here.getValue().clone();
        }

        @Override
        public void close() {
            here = null;
        }
    }
}
