package io.tern.auth.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is known for a while goes with time, not only when somebody asks for it.
class RememberedTest {

    @Test
    void what_holds_no_more_makes_room_for_what_comes() {
        Remembered<Integer, String> remembered = new Remembered<>(1_000);
        for (int i = 0; i < 1_000; i++) {
            remembered.put(i, "old", 100, 0);
        }
        for (int i = 1_000; i < 1_600; i++) {
            remembered.put(i, "new", 300, 200);
        }
        assertThat(remembered.size()).isEqualTo(600);
        assertThat(remembered.get(1_000, 299)).isEqualTo("new");
        assertThat(remembered.get(1_000, 300)).isNull();
    }
}
