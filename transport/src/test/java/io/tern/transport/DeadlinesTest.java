package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.transport.Deadlines.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final Deadlines deadlines = new Deadlines();
    private final List<String> done = new ArrayList<>();

    @Test
    void none_is_never() {
        assertThat(deadlines.nextMillis()).isEqualTo(Deadlines.NEVER);
        deadlines.run(Long.MAX_VALUE - 1);
    }

    @Test
    void those_due_run_in_order_of_time_and_then_of_addition() {
        deadlines.add(20, () -> done.add("b"));
        deadlines.add(10, () -> done.add("a"));
        deadlines.add(20, () -> done.add("c"));
        deadlines.add(21, () -> done.add("d"));
        assertThat(deadlines.nextMillis()).isEqualTo(10);

        deadlines.run(20);

        assertThat(done).containsExactly("a", "b", "c");
        assertThat(deadlines.nextMillis()).isEqualTo(21);
    }

    @Test
    void a_cancelled_one_does_not_run() {
        Deadline deadline = deadlines.add(10, () -> done.add("a"));
        deadlines.cancel(deadline);
        deadlines.cancel(deadline);
        assertThat(deadlines.nextMillis()).isEqualTo(Deadlines.NEVER);
        deadlines.run(10);
        assertThat(done).isEmpty();
    }

    @Test
    void of_many_that_are_due_some_wait_for_the_next_round() {
        for (int i = 0; i < Deadlines.DUE_MAX + 1; i++) {
            deadlines.add(10, () -> done.add("a"));
        }
        deadlines.run(10);
        assertThat(done).hasSize(Deadlines.DUE_MAX);
        assertThat(deadlines.nextMillis()).isEqualTo(10);
        deadlines.run(10);
        assertThat(done).hasSize(Deadlines.DUE_MAX + 1);
    }

    @Test
    void one_that_adds_another_does_not_keep_the_loop() {
        deadlines.add(10, () -> deadlines.add(5, () -> done.add("late")));
        deadlines.run(10);
        assertThat(done).isEmpty();
        assertThat(deadlines.nextMillis()).isEqualTo(5);
        deadlines.run(10);
        assertThat(done).containsExactly("late");
    }
}
