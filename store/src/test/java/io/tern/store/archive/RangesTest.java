package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangesTest {

    @Test
    void what_is_not_cheap_is_left_out() {
        Ranges ranges = new Ranges();
        for (int value = 0; value < 100; value += 2) {
            ranges.addIfCheap(value, value + 1, 10, 3);
        }
        assertThat(ranges.count()).isEqualTo(10);
        ranges.addIfCheap(18, 19, 11, 3);
        ranges.addIfCheap(9, 10, 11, 3);
        assertThat(ranges.contains(9)).as("too many are behind it").isFalse();
        ranges.addIfCheap(15, 16, 11, 3);
        assertThat(ranges.contains(15)).isTrue();
        assertThat(ranges.count()).isEqualTo(9);
    }

    @Test
    void it_holds_what_a_set_of_bits_holds() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            Ranges ranges = new Ranges();
            BitSet bits = new BitSet();
            for (int i = random.nextInt(60); i > 0; i--) {
                int from = random.nextInt(100);
                if (random.nextInt(8) == 0) {
                    Ranges gone = new Ranges();
                    for (int each = random.nextInt(9); each > 0; each--) {
                        int first = random.nextInt(100);
                        int end = first + 1 + random.nextInt(random.nextBoolean() ? 1 : 30);
                        gone.add(first, end);
                        bits.clear(first, end);
                    }
                    ranges.removeAll(gone);
                } else {
                    int end = from + 1 + random.nextInt(random.nextBoolean() ? 1 : 10);
                    ranges.add(from, end);
                    bits.set(from, end);
                }
                for (int value = 0; value < 115; value++) {
                    assertThat(ranges.contains(value)).as("seed %d, %d", seed, value).isEqualTo(bits.get(value));
                }
                for (int range = 0; range < ranges.count(); range++) {
                    assertThat(ranges.first(range)).isLessThan(ranges.end(range));
                    assertThat(range == 0 || ranges.end(range - 1) < ranges.first(range)).isTrue();
                }
            }
        }
    }
}
