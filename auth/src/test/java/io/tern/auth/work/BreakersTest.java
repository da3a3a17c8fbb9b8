package io.tern.auth.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// When a service is spared, and for whom.
class BreakersTest {

    private final Breakers breakers = new Breakers(5, 1_000);

    @Test
    void what_fails_for_one_place_is_spared_for_that_one_alone() {
        for (int i = 0; i < 1_000; i++) {
            breakers.failed("attacker", 0);
            assertThat(breakers.permits("healthy", 0)).isTrue();
        }
        assertThat(breakers.permits("attacker", 0)).isFalse();
        assertThat(breakers.permits("attacker", 1_000)).isTrue();
        assertThat(breakers.permits("attacker", 1_001)).isFalse();
        breakers.succeeded("attacker");
        assertThat(breakers.permits("attacker", 1_001)).isTrue();
    }

    @Test
    void what_fails_for_several_without_a_success_is_down_for_all() {
        for (int i = 0; i < 10; i++) {
            breakers.failed("place" + i, 0);
        }
        assertThat(breakers.permits("healthy", 0)).isFalse();
        assertThat(breakers.permits("healthy", 1_000)).isTrue();
        breakers.succeeded("healthy");
        for (int i = 0; i < 1_000; i++) {
            breakers.failed("place" + i % 100, 1_000);
            breakers.succeeded("healthy");
            assertThat(breakers.permits("healthy", 1_000)).isTrue();
        }
    }

    @Test
    void what_can_not_be_reached_is_down_for_all() {
        for (int i = 0; i < 5; i++) {
            assertThat(breakers.permits("a", 0)).isTrue();
            breakers.unreachable(0);
        }
        assertThat(breakers.permits("b", 0)).isFalse();
    }

    @Test
    void who_never_says_how_it_went_does_not_shut_it_for_ever() {
        for (int i = 0; i < 5; i++) {
            breakers.unreachable(0);
        }
        for (long now = 1_000; now < 10_000; now += 1_000) {
            assertThat(breakers.permits("a", now)).isTrue();
            assertThat(breakers.permits("a", now)).isFalse();
        }
    }
}
