package io.tern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static void come(Arrivals at, long... sequences) {
        for (long sequence : sequences) {
            at.came(sequence);
        }
    }

    @Test
    void inOrderTellsLostFromLateFromRepeated() {
        InOrder at = new InOrder();
        come(at, 0, 1, 5, 6, 3, 3, 0, 9);
        assertThat(at.settled()).isEqualTo(10);
        assertThat(at.outOfOrder()).as("3 came late").isEqualTo(1);
        assertThat(at.duplicated()).as("3 and 0 came again").isEqualTo(2);
        assertThat(at.lost(12)).as("2, 4, 7, 8, 10, 11").isEqualTo(6);
    }

    @Test
    void inOrderKeepsABoundedNumberOfGaps() {
        InOrder at = new InOrder();
        for (int i = 0; i < 1000; i++) {
            at.came(2L * i + 1);
        }
        assertThat(at.lost(2000)).isEqualTo(1000);
        come(at, 1998, 0);
        assertThat(at.outOfOrder()).isEqualTo(1);
        assertThat(at.duplicated()).as("its gap is long forgotten").isEqualTo(1);
    }

    @Test
    void anyOrderCountsEachMessageOnce() {
        AnyOrder at = new AnyOrder();
        for (int i = 0; i < 200_000; i++) {
            at.sending(i);
            if (i != 150_000) {
                at.came(i);
            }
        }
        at.came(199_999);
        assertThat(at.settled()).isEqualTo(199_999);
        assertThat(at.lost(200_000)).isEqualTo(1);
        assertThat(at.duplicated()).isEqualTo(1);
        assertThat(at.outOfOrder()).isZero();
    }
}
