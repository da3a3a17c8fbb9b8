package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangesTest {

    @Test
    void it_holds_what_a_set_of_bits_holds() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            Ranges ranges = new Ranges();
            BitSet bits = new BitSet();
            for (int i = random.nextInt(60); i > 0; i--) {
                int from = random.nextInt(100);
                if (random.nextInt(8) == 0) {
                    ranges.removeBelow(from);
                    bits.clear(0, from);
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
