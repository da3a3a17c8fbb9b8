package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdSetTest {

    private static final int IDS = 100_000;

    /// How many numbers there are for each that is in it.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 17, 300, 5_000})
    void it_holds_what_was_added_however_dense_that_is(int spread) {
        Random random = new Random(spread);
        Set<Long> model = new HashSet<>();
        IdSet ids = new IdSet();
        long base = 7L << 40;
        for (int i = 0; i < IDS; i++) {
            long id = base + random.nextLong((long) IDS * spread);
            model.add(id);
            ids.add(id);
        }
        for (int i = 0; i < IDS; i++) {
            long id = base + random.nextLong((long) IDS * spread);
            assertThat(ids.contains(id)).isEqualTo(model.contains(id));
        }
        assertThat(model).allMatch(ids::contains);
        assertThat(ids.contains(0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void consecutive_ones_take_less_than_two_bits_and_others_less_than_eight_bytes(int spread) {
        IdSet ids = new IdSet();
        for (int i = 0; i < IDS; i++) {
            ids.add((1L << 40) + (long) i * spread);
        }
        assertThat(ids.bytes()).isLessThan(spread == 1 ? IDS / 4 : IDS * 8L);
    }
}
