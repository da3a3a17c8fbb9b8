package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.table.MemoryTable;
import io.tern.store.table.RocksTable;
import io.tern.store.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lives of a store whose shards delay messages, in any order, send them when they are due, to both shards in one
/// transaction, and cancel some; with reads, and crashes at any time. What is found afterwards is what the turns that
/// are on the disk add up to, in the plainest form.
class DelayedLivesTest {

    private static final int SEEDS = Boolean.getBoolean("tern.full") ? 5_000 : 40;

    @TempDir
    private Path temp;

    @Test
    void every_crash_leaves_what_the_turns_on_the_disk_add_up_to() throws IOException {
        int crashes = 0;
        int sent = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            DelayedLife life = new DelayedLife(seed, new DelayedLife.Tables() {
                private MemoryTable table = new MemoryTable();

                @Override
                public Table next(Random random) {
                    table = table.afterCrash(random.nextInt(table.unflushed() + 1));
                    return table;
                }
            });
            life.run();
            crashes += life.crashes;
            sent += life.sent;
        }
        assertThat(crashes).isGreaterThan(2 * SEEDS);
        assertThat(sent).isGreaterThan(20 * SEEDS);
    }

    @Test
    void it_is_the_same_with_an_archive_in_files() throws IOException {
        for (int seed = 0; seed < 3; seed++) {
            Path folder = temp.resolve("archive-" + seed);
            DelayedLife life = new DelayedLife(1000 + seed, new DelayedLife.Tables() {
                private RocksTable table;

                @Override
                public Table next(Random random) {
                    try {
                        if (table != null) {
                            table.close(); // Without a flush, as after a kill.
                        }
                        table = RocksTable.open(folder, temp.resolve("native"));
                        return table;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            life.run();
            assertThat(life.crashes).isPositive();
        }
    }
}
