package io.tern.store.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What each [Table] must do, tried on a real one.
abstract class TableContract {

    private static final byte[] FIRST = {};
    private static final byte[] LAST = {-1, -1, -1, -1, -1};

    private Table table;

    /// An empty table.
    abstract Table open() throws IOException;

    /// What a process finds that opens the table after this one was killed.
    abstract Table killed(Table table, Random random) throws IOException;

    /// How many rounds of the long test.
    abstract int seeds();

    @BeforeEach
    void start() throws IOException {
        table = open();
    }

    @AfterEach
    void end() throws IOException {
        table.close();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static List<String> content(Table table, byte[] from, byte[] to) throws IOException {
        List<String> content = new ArrayList<>();
        try (Cursor cursor = table.cursor(from, to)) {
            for (; cursor.valid(); cursor.next()) {
                content.add(HexFormat.of().formatHex(cursor.key()) + "=" + HexFormat.of().formatHex(cursor.value()));
            }
        }
        return content;
    }

    private void put(byte[] key, byte[] value) throws IOException {
        Batch batch = new Batch();
        batch.put(key, value);
        table.write(batch);
    }

    @Test
    void what_was_written_is_seen_at_once() throws IOException {
        put(bytes(1, 2), bytes(7));
        assertThat(table.get(bytes(1, 2))).containsExactly(7);
        assertThat(table.get(bytes(1))).isNull();
        Batch batch = new Batch();
        batch.put(bytes(3), bytes());
        batch.delete(bytes(1, 2));
        batch.delete(bytes(9));
        table.write(batch);
        assertThat(table.get(bytes(1, 2))).isNull();
        assertThat(table.get(bytes(3))).isEmpty();
    }

    @Test
    void the_later_change_of_a_batch_counts() throws IOException {
        Batch batch = new Batch();
        batch.put(bytes(1), bytes(1));
        batch.put(bytes(1), bytes(2));
        batch.put(bytes(2), bytes(2));
        batch.deleteRange(bytes(2), bytes(3));
        batch.deleteRange(bytes(4), bytes(5));
        batch.put(bytes(4), bytes(4));
        table.write(batch);
        assertThat(content(table, FIRST, LAST)).containsExactly("01=02", "04=04");
    }

    @Test
    void keys_are_unsigned_and_a_range_ends_before_its_end() throws IOException {
        put(bytes(0x7F), bytes(1));
        put(bytes(0x80), bytes(2));
        put(bytes(0x80, 0), bytes(3));
        put(bytes(0xFF), bytes(4));
        assertThat(content(table, bytes(0x80), bytes(0xFF))).containsExactly("80=02", "8000=03");
        assertThat(content(table, bytes(0x7F), bytes(0x80))).containsExactly("7f=01");
        assertThat(content(table, bytes(0x90), bytes(0x91))).isEmpty();
    }

    @Test
    void a_cursor_seeks_both_ways_within_its_range() throws IOException {
        for (int i = 0; i < 10; i++) {
            put(bytes(i), bytes(i));
        }
        try (Cursor cursor = table.cursor(bytes(2), bytes(8))) {
            cursor.seek(bytes(5));
            assertThat(cursor.key()).containsExactly(5);
            cursor.seek(bytes(0));
            assertThat(cursor.key()).containsExactly(2);
            cursor.seek(bytes(9));
            assertThat(cursor.valid()).isFalse();
            cursor.seek(bytes(3, 1));
            assertThat(cursor.value()).containsExactly(4);
        }
    }

    @Test
    void sizes_are_guessed() throws IOException {
        byte[] noise = new byte[1000];
        for (int i = 0; i < 1000; i++) {
            new Random(i).nextBytes(noise);
            put(bytes(i / 100, i % 100), noise);
        }
        table.flush();
        assertThat(table.approximateBytes(bytes(0), bytes(9, 99))).isBetween(500_000L, 2_000_000L);
        assertThat(table.approximateBytes(bytes(20), bytes(30))).isLessThan(50_000L);
    }

    @Test
    void after_a_kill_some_first_batches_are_there_and_all_that_were_flushed() throws IOException {
        for (int seed = 0; seed < seeds(); seed++) {
            oneLife(new Random(seed), seed);
        }
    }

    private void oneLife(Random random, int seed) throws IOException {
        table.close();
        table = open();
        TreeMap<byte[], byte[]> safe = new TreeMap<>(Arrays::compareUnsigned);
        for (int life = 0; life < 3; life++) {
            List<Batch> unsafe = new ArrayList<>();
            TreeMap<byte[], byte[]> now = copy(safe);
            for (int i = random.nextInt(30); i > 0; i--) {
                Batch batch = randomBatch(random);
                table.write(batch);
                apply(batch, now);
                unsafe.add(batch);
                if (random.nextInt(10) == 0) {
                    table.flush();
                    safe = copy(now);
                    unsafe.clear();
                }
                byte[] some = randomKey(random);
                assertThat(table.get(some)).as("seed %d", seed).isEqualTo(now.get(some));
            }
            assertThat(content(table, FIRST, LAST)).as("seed %d", seed).isEqualTo(content(now));
            table = killed(table, random);
            List<String> found = content(table, FIRST, LAST);
            List<List<String>> allowed = new ArrayList<>();
            TreeMap<byte[], byte[]> reached = copy(safe);
            allowed.add(content(reached));
            TreeMap<byte[], byte[]> surviving = found.equals(content(reached)) ? copy(reached) : null;
            for (Batch batch : unsafe) {
                apply(batch, reached);
                allowed.add(content(reached));
                surviving = found.equals(content(reached)) ? copy(reached) : surviving;
            }
            assertThat(allowed).as("seed %d", seed).contains(found);
            safe = surviving;
        }
    }

    private static TreeMap<byte[], byte[]> copy(TreeMap<byte[], byte[]> of) {
        return new TreeMap<>(of);
    }

    private static List<String> content(TreeMap<byte[], byte[]> entries) {
        List<String> content = new ArrayList<>();
        entries.forEach((key, value) ->
                content.add(HexFormat.of().formatHex(key) + "=" + HexFormat.of().formatHex(value)));
        return content;
    }

    static void apply(Batch batch, TreeMap<byte[], byte[]> entries) {
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

    static byte[] randomKey(Random random) {
        byte[] key = new byte[1 + random.nextInt(3)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(6) * 51);
        }
        return key;
    }

    static Batch randomBatch(Random random) {
        Batch batch = new Batch();
        for (int i = random.nextInt(20); i >= 0; i--) {
            byte[] key = randomKey(random);
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> batch.delete(key);
                case 3 -> {
                    byte[] other = randomKey(random);
                    boolean inOrder = Arrays.compareUnsigned(key, other) <= 0;
                    batch.deleteRange(inOrder ? key : other, inOrder ? other : key);
                }
                default -> {
                    // Lengths around 128 and 16,384, where a length takes one byte more.
                    int length = switch (random.nextInt(20)) {
                        case 0 -> 126 + random.nextInt(4);
                        case 1 -> 16_382 + random.nextInt(4);
                        default -> random.nextInt(10);
                    };
                    byte[] value = new byte[length];
                    random.nextBytes(value);
                    batch.put(key, value);
                }
            }
        }
        return batch;
    }
}
