package io.tern.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.table.Batch;
import io.tern.store.table.Cursor;
import io.tern.store.table.RocksTable;
import io.tern.store.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Some runs with RocksDB under the archive, in files of its own, beside the table in memory that says for how much
/// there is room. Each process begins with what the one before has left there.
class RocksTableInSimulatorTest {

    private static final int RUNS = 6;
    private static final int RUNS_FULL = 200;
    private static final byte[] FIRST = {};
    private static final byte[] END = {-1, -1, -1, -1, -1, -1, -1, -1};

    @TempDir
    private Path temp;

    private int opened;

    @Test
    void the_broker_keeps_its_promises_on_the_real_archive() {
        int runs = Boolean.getBoolean("tern.full") ? RUNS_FULL : RUNS;
        for (int seed = 1, done = 0; done < runs; seed++) {
            try (Files files = new Files(temp.resolve("seed-" + seed))) {
                Simulation.run(seed, files);
                done += files.both == null ? 0 : 1;
            }
        }
        assertThat(opened).as("processes, of which some were not the first").isGreaterThan(runs);
    }

    /// What survives a run's processes.
    private final class Files implements Faults, AutoCloseable {

        private final Path folder;
        private Both both;

        Files(Path folder) {
            this.folder = folder;
        }

        @Override
        public Table table(Table memory) {
            try {
                TreeMap<byte[], byte[]> flushed = both == null ? sorted() : both.flushed;
                close();
                both = new Both(memory, RocksTable.open(folder, temp.resolve("native")));
                opened++;
                both.begin(flushed);
                return both;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// The same as a kill, but for the lock on the folder: nothing is flushed.
        @Override
        public void close() {
            if (both != null) {
                both.end();
            }
        }
    }

    private static TreeMap<byte[], byte[]> sorted() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    /// Writes to both, and reads what RocksDB has.
    private static final class Both implements Table {

        private final Table memory;
        private final Table rocks;
        private TreeMap<byte[], byte[]> flushed = sorted();

        Both(Table memory, Table rocks) {
            this.memory = memory;
            this.rocks = rocks;
        }

        /// What was flushed is there; of what was written later the table in memory has kept as much as its seed says.
        void begin(TreeMap<byte[], byte[]> before) throws IOException {
            assertThat(contents(rocks).toString()).isEqualTo(text(before).toString());
            TreeMap<byte[], byte[]> kept = all(memory);
            Batch batch = new Batch();
            batch.deleteRange(FIRST, END);
            kept.forEach(batch::put);
            rocks.write(batch);
            rocks.flush();
            flushed = kept;
        }

        private static TreeMap<byte[], byte[]> all(Table table) throws IOException {
            TreeMap<byte[], byte[]> all = sorted();
            try (Cursor cursor = table.cursor(FIRST, END)) {
                for (; cursor.valid(); cursor.next()) {
                    all.put(cursor.key().clone(), cursor.value().clone());
                }
            }
            return all;
        }

        private static TreeMap<String, String> contents(Table table) throws IOException {
            return text(all(table));
        }

        private static TreeMap<String, String> text(TreeMap<byte[], byte[]> entries) {
            TreeMap<String, String> text = new TreeMap<>();
            entries.forEach((key, value) -> text.put(Arrays.toString(key), Arrays.toString(value)));
            return text;
        }

        @Override
        public void write(Batch batch) throws IOException {
            memory.write(batch);
            rocks.write(batch);
        }

        @Override
        public byte[] get(byte[] key) throws IOException {
            byte[] value = rocks.get(key);
            assertThat(value).isEqualTo(memory.get(key));
            return value;
        }

        @Override
        public Cursor cursor(byte[] from, byte[] toExclusive) throws IOException {
            return rocks.cursor(from, toExclusive);
        }

        @Override
        public void flush() throws IOException {
            memory.flush();
            rocks.flush();
            flushed = all(memory);
        }

        @Override
        public boolean compactSlice() throws IOException {
            return rocks.compactSlice();
        }

        @Override
        public void merge(boolean allowed) throws IOException {
            rocks.merge(allowed);
        }

        @Override
        public long approximateBytes(byte[] from, byte[] toExclusive) throws IOException {
            return memory.approximateBytes(from, toExclusive);
        }

        @Override
        public long mergeBytes() throws IOException {
            return memory.mergeBytes();
        }

        @Override
        public long flushBytes() {
            return memory.flushBytes();
        }

        /// Nobody does so in a process that is killed: see [#end].
        @Override
        public void close() throws IOException {
            flush();
        }

        /// The process has ended, and is the owner of the files no more.
        void end() {
            try {
                rocks.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
