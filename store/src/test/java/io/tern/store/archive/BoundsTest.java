package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BoundsTest {

    private static final byte[] KEY = Keys.session(7, Keys.BOUNDS);

    private static Bounds bounds() {
        Bounds bounds = new Bounds();
        bounds.end = 30;
        bounds.stored(10, 100);
        bounds.stored(20, 100);
        return bounds;
    }

    @Test
    void how_many_are_stored_is_told_again() throws IOException {
        Bounds bounds = bounds();
        bounds.stored(25, 50);
        bounds.removed(100);

        Bounds read = Bounds.read(KEY, bounds.value());

        assertThat(read.count).isEqualTo(2);
        assertThat(read.bytes).isEqualTo(150);
        assertThat(read.first).isEqualTo(10);
        assertThat(read.storedEnd).isEqualTo(26);
    }

    @Test
    void where_an_older_program_has_not_said_it_every_place_counts() throws IOException {
        byte[] value = bounds().value();

        Bounds read = Bounds.read(KEY, Arrays.copyOf(value, value.length - 1));

        assertThat(read.count).isEqualTo(11);
        assertThat(read.bytes).isEqualTo(200);
    }
}
