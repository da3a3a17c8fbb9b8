package io.tern.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Store;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.Test;

/// What the simulator expects a store to know of delayed messages, of which a start tells nothing but the first.
class DelayedStateTest {

    private static final long EPOCH = 5;
    private static final long FIRST = DueSequence.of(1_790_000_000_000L, 0);
    private static final long SECOND = DueSequence.of(1_790_000_060_000L, 0);
    private static final long THIRD = DueSequence.of(1_790_000_060_000L, 1);

    private final ModelState said = new ModelState();

    private void delay(long sequence) {
        said.delayed(EPOCH, sequence, new Message(TopicName.of("later"), new byte[4], 0, true, Properties.NONE, "p",
                Message.NEVER).ownedBy(Owner.of("user")), 0);
    }

    private void three() {
        said.delayedOpened(EPOCH);
        delay(THIRD);
        delay(FIRST);
        delay(SECOND);
    }

    private static ModelState found(long first) {
        ModelState found = new ModelState();
        found.delayed(EPOCH);
        found.queue(EPOCH, first, THIRD + 1, 1, 1);
        return found;
    }

    @Test
    void a_message_that_is_lost_is_missed() {
        three();
        assertThat(said.differenceTo(found(FIRST))).isNull();
        assertThat(said.differenceTo(found(SECOND))).contains("with a queue from " + SECOND);
        assertThat(said.differenceTo(new ModelState())).contains("sessions [] instead of [5]");
    }

    @Test
    void what_is_settled_may_come_again_only_as_long_as_that_is_not_safe() {
        three();
        said.settled(EPOCH, FIRST);
        assertThat(said.differenceTo(found(FIRST))).isNull();
        assertThat(said.differenceTo(found(SECOND))).isNull();
        said.settledIsSafe();
        assertThat(said.differenceTo(found(FIRST))).isNotNull();
        assertThat(said.differenceTo(found(SECOND))).isNull();
    }

    @Test
    void of_what_a_process_before_has_left_the_first_alone_is_known() {
        three();
        said.become(found(FIRST));
        said.settled(EPOCH, FIRST);
        said.settledIsSafe();
        assertThat(said.differenceTo(found(THIRD))).isNull();
        assertThat(said.session(EPOCH).mayHave(SECOND)).isTrue();
        assertThat(said.session(EPOCH).mayHave(FIRST - 1)).isFalse();
    }

    @Test
    void they_are_read_in_the_order_in_which_they_are_due_with_their_owner() {
        three();
        Store.Reading all = said.read(EPOCH, 0, 1L << 62, 1 << 20);
        assertThat(all.messages()).extracting(each -> each.sequence()).containsExactly(FIRST, SECOND, THIRD);
        assertThat(all.messages()).allSatisfy(each -> {
            assertThat(each.message().owner()).isEqualTo(Owner.of("user"));
            assertThat(each.qos()).isZero();
            assertThat(each.retain()).isTrue();
        });
        assertThat(all.next()).isEqualTo(1L << 62);
    }
}
