package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.Test;

class ScoutTest {

    private static final Message MESSAGE =
            new Message(TopicName.of("a"), new byte[1], 1, false, Properties.NONE, null, Message.NEVER);

    private final Scout scout = new Scout(0);

    private void frames(int from, int to) {
        for (int frame = from; frame < to; frame++) {
            scout.frame(frame);
        }
    }

    @Test
    void what_is_settled_later_is_known_until_it_has_been_applied() {
        scout.frame(0);
        scout.queued(7, 3, MESSAGE, 1, false, null, 0);
        scout.frame(1);
        scout.settled(7, 3);
        scout.frame(2);
        scout.willGone(8);
        assertThat(scout.isSettled(7, 3)).isTrue();
        assertThat(scout.isSettled(7, 4)).isFalse();
        assertThat(scout.isSettled(8, 3)).isFalse();
        scout.applied(1);
        assertThat(scout.isSettled(7, 3)).isTrue();
        assertThat(scout.names(7, 0)).isTrue();
        scout.applied(2);
        assertThat(scout.names(7, 0)).isFalse();
        assertThat(scout.names(8, 0)).isTrue();
        scout.applied(3);
        assertThat(scout.sessions()).isZero();
    }

    @Test
    void rows_that_have_been_applied_are_let_go() {
        scout.frame(0);
        scout.settledRange(7, 10, 5);
        scout.settledRange(7, 20, 5);
        Ranges applied = new Ranges();
        applied.add(10, 15);
        applied.add(21, 22);
        scout.settling(7, applied);
        assertThat(scout.isSettled(7, 12)).isFalse();
        assertThat(scout.isSettled(7, 20)).isTrue();
        assertThat(scout.isSettled(7, 21)).isFalse();
        assertThat(scout.isSettled(7, 22)).isTrue();
    }

    @Test
    void of_one_queue_a_bounded_number_of_rows_is_known() {
        scout.frame(0);
        int rows = Scout.ROWS_MAX + 1000;
        for (int row = 0; row < rows; row++) {
            scout.settled(7, 1 + 2L * row);
        }
        assertThat(scout.isSettled(7, 1 + 2L * (Scout.ROWS_MAX - 1))).isTrue();
        assertThat(scout.isSettled(7, 1 + 2L * Scout.ROWS_MAX)).isFalse();
        for (int row = 0; row < 10_000; row++) {
            scout.settled(8, 2L * (10_000 - row));
        }
        assertThat(scout.isSettled(8, 20_000)).isTrue();
        assertThat(scout.isSettled(8, 2)).as("what would have to be put before too many others").isFalse();
    }

    @Test
    void a_release_counts_for_what_was_opened_before_it_only() {
        scout.frame(0);
        scout.inboundReleased(7, 5);
        scout.inboundReleased(7, 5);
        assertThat(scout.isReleased(7, 5)).isTrue();
        scout.releasing(7, 5);
        assertThat(scout.isReleased(7, 5)).isTrue();
        scout.releasing(7, 5);
        assertThat(scout.isReleased(7, 5)).isFalse();
        assertThat(scout.isReleased(7, 6)).isFalse();
    }

    @Test
    void a_body_that_a_later_frame_refers_to_is_kept_till_then() {
        scout.frame(0);
        scout.body(1, MESSAGE);
        scout.body(2, MESSAGE);
        scout.queuedShared(7, 0, 2, 1, false, null, 0);
        frames(1, 10);
        scout.queuedShared(7, 1, 1, 1, false, null, 0);
        frames(10, Archive.BODY_FRAMES);
        assertThat(scout.mayBeReferred(1, 0, 1)).isTrue();
        assertThat(scout.mayBeReferred(2, 0, 1)).as("frames that may refer to it are not known yet").isTrue();
        frames(Archive.BODY_FRAMES, Archive.BODY_FRAMES + 1);
        assertThat(scout.mayBeReferred(1, 0, 9)).isTrue();
        assertThat(scout.mayBeReferred(1, 0, 10)).isFalse();
        assertThat(scout.mayBeReferred(2, 0, 1)).isFalse();
    }

    @Test
    void an_end_and_a_commit_are_known() {
        scout.frame(0);
        scout.sessionEnded(7);
        scout.committed(9);
        frames(1, 3);
        scout.willGone(8);
        assertThat(scout.isEnded(7)).isTrue();
        assertThat(scout.isEnded(8)).isFalse();
        assertThat(scout.isCommitted(9)).isTrue();
        assertThat(scout.isCommitted(10)).isFalse();
        scout.applied(1);
        assertThat(scout.isCommitted(9)).isFalse();
        assertThat(scout.isEnded(7)).isFalse();
    }
}
