package io.tern.store.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class RocksTableTest extends TableContract {

    private static final TableShape SMALL = TableShape.of(0, 64 << 10);
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private int folders;

    @TempDir
    Path temp;

    @Override
    Table open() throws IOException {
        return open(temp.resolve("table" + folders++));
    }

    private RocksTable open(Path folder) throws IOException {
        // A write buffer so small that it goes to disk by itself now and then.
        return RocksTable.open(folder, temp.resolve("native"), SMALL);
    }

    /// Opens a copy of the folder while the table is still open: nothing has been put in order for the successor.
    @Override
    Table killed(Table table, Random random) throws IOException {
        Path from = temp.resolve("table" + (folders - 1));
        Path to = temp.resolve("table" + folders++);
        Files.createDirectories(to);
        // A kill finds the folder as it is at one moment; a copy takes longer, so nothing may have changed meanwhile.
        while (!copied(from, to)) {
            for (Path file : files(to)) {
                Files.delete(file);
            }
        }
        table.close();
        return open(to);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<Long> sizes(List<Path> files) throws IOException {
        List<Long> sizes = new ArrayList<>();
        for (Path file : files) {
            sizes.add(Files.size(file));
        }
        return sizes;
    }

    private static boolean copied(Path from, Path to) throws IOException {
        try {
            List<Path> before = files(from);
            List<Long> sizesBefore = sizes(before);
            for (Path file : before) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
            List<Path> after = files(from);
            return before.equals(after) && sizesBefore.equals(sizes(after));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    int seeds() {
        return 25;
    }

    @Test
    void room_is_given_back_slice_by_slice() throws IOException {
        Path folder = temp.resolve("one");
        try (RocksTable one = open(folder)) {
            one.merge(true);
            int entries = 3000;
            putNoise(one, 0, entries);
            long fullBytes = bytesOf(folder);
            for (int i = 0; i < entries; i++) {
                if (i % 10 != 0) {
                    Batch batch = new Batch();
                    batch.delete(key(i));
                    one.write(batch);
                }
            }
            one.flush();
            int slices = 1;
            while (one.compactSlice()) {
                slices++;
            }
            assertThat(slices).as("slices").isGreaterThan(3);
            assertThat(bytesOf(folder)).isLessThan(fullBytes / 5);
            for (int i = 0; i < entries; i++) {
                assertThat(one.get(key(i)) != null).isEqualTo(i % 10 == 0);
            }
        }
    }

    @Test
    void nothing_is_merged_and_nobody_waits_while_there_is_no_room_for_it() throws IOException {
        Path folder = temp.resolve("one");
        int flushes = 3 * SMALL.firstLevelFilesMost();
        try (RocksTable one = open(folder)) {
            one.merge(false);
            for (int i = 0; i < flushes; i++) {
                putNoise(one, 0, 2);
            }
            assertThat(tables(folder)).isEqualTo(flushes);
            one.merge(true);
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (tables(folder) >= SMALL.mergedFiles()) {
                assertThat(System.nanoTime()).as("merged by then").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    private static void putNoise(RocksTable table, int from, int to) throws IOException {
        byte[] noise = new byte[4000];
        for (int i = from; i < to; i++) {
            new Random(i).nextBytes(noise);
            Batch batch = new Batch();
            batch.put(key(i), noise);
            table.write(batch);
        }
        table.flush();
    }

    private static byte[] key(int number) {
        return bytes(number >> 16, number >> 8, number);
    }

    private static long tables(Path folder) throws IOException {
        return files(folder).stream().filter(file -> file.toString().endsWith(".sst")).count();
    }

    private static long bytesOf(Path folder) throws IOException {
        long sum = 0;
        for (long each : sizes(files(folder))) {
            sum += each;
        }
        return sum;
    }

    @Test
    void a_batch_is_what_the_API_would_have_made() throws RocksDBException {
        for (int seed = 0; seed < 300; seed++) {
            Batch batch = randomBatch(new Random(seed));
            try (WriteBatch made = new WriteBatch()) {
                batch.each(new Batch.Changes() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        try {
                            made.put(key, value);
                        } catch (RocksDBException e) {
                            throw new AssertionError(e);
                        }
                    }

                    @Override
                    public void delete(byte[] key) {
                        try {
                            made.delete(key);
                        } catch (RocksDBException e) {
                            throw new AssertionError(e);
                        }
                    }

                    @Override
                    public void deleteRange(byte[] from, byte[] toExclusive) {
                        try {
                            made.deleteRange(from, toExclusive);
                        } catch (RocksDBException e) {
                            throw new AssertionError(e);
                        }
                    }
                });
                assertThat(batch.serialized()).as("seed %d", seed).isEqualTo(made.data());
                assertThat(batch.count()).isEqualTo(made.count());
            }
        }
    }

    @Test
    void a_folder_is_opened_by_one_only() throws IOException {
        Path folder = temp.resolve("one");
        try (RocksTable one = open(folder)) {
            assertThatThrownBy(() -> open(folder)).isInstanceOf(IOException.class).hasMessageContaining("LOCK");
            assertThat(one.get(bytes(1))).isNull();
        }
    }

    @Test
    void a_closed_table_refuses_without_harm() throws IOException {
        RocksTable one = open(temp.resolve("one"));
        one.close();
        one.close();
        assertThatThrownBy(() -> one.get(bytes(1))).isInstanceOf(IOException.class).hasMessageContaining("closed");
        assertThatThrownBy(one::flush).isInstanceOf(IOException.class);
    }

    @Test
    void a_changed_byte_on_disk_is_found_and_named_with_its_remedy() throws IOException {
        Path folder = temp.resolve("one");
        try (RocksTable one = open(folder)) {
            Batch batch = new Batch();
            byte[] noise = new byte[5000];
            for (int i = 0; i < 100; i++) {
                new Random(i).nextBytes(noise);
                batch.put(bytes(i), noise);
            }
            one.write(batch);
            one.flush();
        }
        changeByte(folder);
        try (RocksTable one = open(folder)) {
            assertThatThrownBy(() -> one.get(bytes(0)))
                    .isInstanceOf(DamagedTableException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("tern store repair");
            assertThatThrownBy(() -> one.get(bytes(99))).isInstanceOf(IOException.class);
        }
    }

    private static void changeByte(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Path data = files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
                file.seek(1000);
                int before = file.read();
                file.seek(1000);
                file.write(before ^ 1);
            }
        }
    }

    @Test
    void a_changed_byte_that_a_merge_meets_is_damage_as_well() throws IOException {
        Path folder = temp.resolve("one");
        try (RocksTable one = open(folder)) {
            putNoise(one, 0, 2);
        }
        changeByte(folder);
        try (RocksTable one = open(folder)) {
            for (int i = 0; i < SMALL.mergedFiles(); i++) {
                putNoise(one, 0, 2);
            }
            one.merge(true);
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            assertThatThrownBy(() -> {
                        while (System.nanoTime() < deadline) {
                            one.checkBackground(); // As each write does when it is done.
                        }
                    })
                    .isInstanceOf(DamagedTableException.class)
                    .hasMessageContaining("failed in the background")
                    .hasMessageContaining(".sst");
            assertThatThrownBy(() -> one.get(key(0))).isInstanceOf(DamagedTableException.class);
        }
    }

    @Test
    void a_failed_flush_breaks_the_table() throws IOException {
        Path folder = temp.resolve("one");
        try (RocksTable one = open(folder)) {
            Batch batch = new Batch();
            batch.put(bytes(1), new byte[1000]);
            one.write(batch);
            // A folder that is gone takes no new file.
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
            assertThatThrownBy(one::flush).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> one.write(batch)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> one.get(bytes(1))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_write_buffer_that_did_not_reach_the_disk_by_itself_breaks_the_table() throws IOException {
        Path folder = temp.resolve("one");
        try (RocksTable one = open(folder)) {
            for (Path file : files(folder)) {
                Files.delete(file);
            }
            Files.delete(folder);
            Batch batch = new Batch();
            batch.put(bytes(1), new byte[10_000]);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            one.write(batch);
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(one::flush).isInstanceOf(IOException.class);
        }
    }
}
