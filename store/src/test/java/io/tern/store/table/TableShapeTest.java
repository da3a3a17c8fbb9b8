package io.tern.store.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableShapeTest {

    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    @Test
    void a_large_disk_lets_entries_be_written_again_seldom() {
        for (long diskBytes : new long[] {32 * GIB, 1024 * GIB, Long.MAX_VALUE}) {
            assertThat(TableShape.of(diskBytes)).isEqualTo(new TableShape((int) (64 * MIB), 16, 32, 256 * MIB));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {160 * MIB, GIB, 2 * GIB, 3 * GIB + 1, 8 * GIB, 19 * GIB, 100 * GIB})
    void a_merge_needs_a_small_part_of_the_disk(long diskBytes) {
        TableShape shape = TableShape.of(diskBytes);
        long firstLevelBytes = (long) shape.firstLevelFilesMost() * shape.writeBufferBytes();
        assertThat(firstLevelBytes).isLessThanOrEqualTo(diskBytes / 16);
        assertThat(shape.secondLevelBytes()).isLessThanOrEqualTo(diskBytes / 32);
        assertThat(shape.compactionBytes()).isLessThanOrEqualTo(diskBytes / 8);
        assertThat(shape.flushBytes()).isLessThanOrEqualTo(diskBytes / 32);
        assertThat(shape.mergedFiles()).isLessThan(shape.slowingFiles());
        assertThat(shape.slowingFiles()).isLessThan(shape.firstLevelFilesMost());
    }

    @Test
    void the_smallest_disk_has_files_of_a_mebibyte() {
        assertThat(TableShape.of(0)).isEqualTo(new TableShape((int) MIB, 4, 8, 4 * MIB));
    }
}
