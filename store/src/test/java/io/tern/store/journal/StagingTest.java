package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.store.disk.MemoryDisk;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a shard's records come to be in the journal.
class StagingTest {

    private static final JournalOptions SMALL = new JournalOptions(256 * 1024, 4 * 1024 * 1024, 2);

    private final Bench loop = new Bench();
    private final List<IOException> failures = new ArrayList<>();
    private Segments segments;
    private Committer committer;
    private Staging staging;
    private long read = 1;

    @BeforeEach
    void open() throws IOException {
        segments = Segments.open(new MemoryDisk(1L << 30), SMALL, 0, () -> 77);
        committer = new Committer(segments, true, () -> 0, nanos -> { }, failures::add);
        staging = new Staging(committer, segments.ids(), loop, loop);
    }

    private static Message message(int number) {
        return new Message(TopicName.of("t/" + number), new byte[] {(byte) number}, 1, false, Properties.NONE, null,
                Message.NEVER);
    }

    private void queue(long epoch, long sequence) {
        staging.queued(epoch, sequence, message(0), 1, false, null, 0);
    }

    private void settle() {
        while (committer.step()) {
            loop.run();
        }
    }

    /// What the journal says since the last call.
    private List<String> written() throws IOException {
        settle();
        Facts facts = new Facts();
        RecordReader reader = new RecordReader();
        read = segments.read(read, (sequence, bytes, offset, length) -> reader.read(bytes, offset, length, facts));
        return facts.lines;
    }

    @Test
    void records_come_out_in_their_order_and_are_told_written_then_durable() throws IOException {
        staging.subscribed(5, "a/#", 1, 0);
        queue(5, 0);
        assertThat(staging.position()).isEqualTo(2);
        staging.commit();
        assertThat(committer.step()).isTrue();
        loop.run();
        assertThat(loop.written).isEqualTo(2);
        assertThat(loop.durable).isZero();
        assertThat(committer.step()).isTrue();
        loop.run();
        assertThat(loop.durable).isEqualTo(2);
        assertThat(written()).hasSize(2).first().isEqualTo("subscribed 5 a/# 1 0");
        assertThat(committer.forces()).isEqualTo(1);
    }

    @Test
    void what_is_staged_meanwhile_waits_for_the_chunk_on_its_way() throws IOException {
        queue(5, 0);
        staging.commit();
        queue(5, 1);
        staging.commit();
        queue(5, 2);
        staging.commit();
        committer.step();
        committer.step();
        assertThat(committer.step()).isFalse();
        loop.run();
        assertThat(loop.durable).isEqualTo(1);
        assertThat(loop.woken).as("a turn is asked for, since something has gathered").isEqualTo(1);
        staging.commit();
        settle();
        assertThat(loop.durable).isEqualTo(3);
        assertThat(committer.frames()).isEqualTo(2);
    }

    @Test
    void a_message_settled_while_staged_is_never_written_and_its_position_completes_at_once() {
        queue(5, 0);
        staging.received(5, 0);
        staging.settled(5, 0);
        assertThat(staging.position()).isEqualTo(2);
        assertThat(staging.stagedBytes()).isZero();
        staging.commit();
        assertThat(loop.durable).isEqualTo(2);
        assertThat(committer.step()).isFalse();
        assertThat(committer.frames()).isZero();
    }

    @Test
    void what_was_cut_while_a_chunk_was_on_its_way_completes_with_it() {
        queue(5, 0);
        staging.commit();
        queue(5, 1);
        staging.settled(5, 1);
        settle();
        assertThat(loop.durable).isEqualTo(2);
        assertThat(loop.woken).isZero();
    }

    /// What settles it is a commit that is not on the disk: whoever published it must not be told before.
    @Test
    void a_delayed_message_is_written_though_it_is_settled_while_staged() throws IOException {
        staging.delayedOpened(5);
        staging.delayed(5, 1L << 61, message(1), 0);
        staging.committed(9);
        staging.settled(5, 1L << 61);
        staging.commit(0);
        assertThat(loop.kept).isZero();
        assertThat(written()).satisfiesExactly(
                line -> assertThat(line).isEqualTo("delayed opened 5"),
                line -> assertThat(line).startsWith("delayed 5 2305843009213693952 t/1"),
                line -> assertThat(line).isEqualTo("committed 9"),
                line -> assertThat(line).isEqualTo("settled 5 2305843009213693952"));
        assertThat(loop.durable).isEqualTo(4);
    }

    @Test
    void the_end_of_a_delayed_message_is_not_told_before_it() throws IOException {
        staging.settled(5, (1L << 62) - 2);
        staging.delayed(5, (1L << 62) - 1, message(1), 0);
        staging.settled(5, (1L << 62) - 1);
        staging.settled(5, 7);
        staging.settled(5, 8);
        staging.commit();
        assertThat(written()).satisfiesExactly(
                line -> assertThat(line).isEqualTo("settled 5 4611686018427387902"),
                line -> assertThat(line).startsWith("delayed 5 4611686018427387903 "),
                line -> assertThat(line).isEqualTo("settled 5 4611686018427387903"),
                line -> assertThat(line).isEqualTo("settled 5 7"),
                line -> assertThat(line).isEqualTo("settled 5 8"));
    }

    @Test
    void the_last_sequence_there_is_is_not_followed_by_the_first() throws IOException {
        staging.settled(5, (1L << 62) - 1);
        staging.settled(5, 0);
        staging.settled(5, 1);
        staging.commit();
        assertThat(written()).containsExactly("settled 5 4611686018427387903", "settled 5 0", "settled 5 1");
    }

    @Test
    void a_cut_in_the_middle_leaves_the_others() throws IOException {
        for (int i = 0; i < 5; i++) {
            queue(5, i);
        }
        staging.settled(5, 1);
        staging.settled(5, 3);
        staging.commit();
        assertThat(written()).extracting(line -> line.substring(0, 10))
                .containsExactly("queued 5 0", "queued 5 2", "queued 5 4");
    }

    @Test
    void a_record_of_a_transaction_is_not_cut() throws IOException {
        staging.queued(5, 0, message(1), 2, false, null, 9);
        staging.inboundOpened(5, 3, 9);
        staging.settled(5, 0);
        staging.inboundReleased(5, 3);
        staging.commit();
        assertThat(written()).hasSize(4).endsWith("settled 5 0", "released 5 3");
    }

    @Test
    void an_inbound_identifier_opened_and_released_is_never_written() {
        staging.inboundOpened(5, 3, 0);
        staging.inboundReleased(5, 3);
        staging.commit();
        assertThat(committer.step()).isFalse();
        assertThat(loop.durable).isEqualTo(1);
    }

    @Test
    void settled_in_a_row_are_one_record() throws IOException {
        for (int i = 0; i < 600; i++) {
            staging.settled(5, 10 + i);
            staging.settled(6, 5_000 - i);
        }
        staging.commit();
        int bytes = committerBytes();
        List<String> lines = written();
        assertThat(lines).hasSize(1200).contains("settled 5 10", "settled 5 609", "settled 6 4401");
        assertThat(lines.stream().filter(line -> line.startsWith("settled 5")).sorted().distinct()).hasSize(600);
        assertThat(bytes).isLessThan(600 * 8 + 100);
    }

    private int committerBytes() {
        settle();
        return (int) committer.bytes();
    }

    @Test
    void a_settled_record_is_not_moved_before_what_it_ends_nor_before_a_commit() throws IOException {
        staging.settled(5, 0);
        staging.queued(5, 1, message(1), 2, false, null, 9);
        staging.settled(5, 1);
        staging.committed(9);
        staging.settled(5, 2);
        staging.commit();
        List<String> lines = written();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(1)).startsWith("queued 5 1");
        assertThat(lines.subList(2, 5)).containsExactly("settled 5 1", "committed 9", "settled 5 2");
    }

    @Test
    void a_shared_body_is_written_once_before_its_first_reference() throws IOException {
        Message message = message(1);
        staging.shared(message);
        staging.queued(5, 0, message, 1, false, null, 0);
        staging.queued(6, 0, message, 1, true, new int[] {4}, 0);
        staging.queued(7, 0, message(2), 1, false, null, 0);
        staging.shared(null);
        staging.queued(8, 0, message, 1, false, null, 0);
        assertThat(staging.position()).as("a body is no record that anybody waits for").isEqualTo(4);
        staging.commit();
        List<String> lines = written();
        long id = (1L << 40) + 1;
        assertThat(lines.get(0)).startsWith("body " + id);
        assertThat(lines.get(1)).isEqualTo("shared 5 0 " + id + " 1 false null 0");
        assertThat(lines.get(2)).isEqualTo("shared 6 0 " + id + " 1 true [4] 0");
        assertThat(lines.get(3)).startsWith("queued 7 0");
        assertThat(lines.get(4)).startsWith("queued 8 0");
    }

    @Test
    void a_body_goes_with_its_last_reference_and_is_written_anew_for_the_next() throws IOException {
        Message message = message(1);
        staging.shared(message);
        staging.queued(5, 0, message, 1, false, null, 0);
        staging.queued(6, 0, message, 1, false, null, 0);
        staging.settled(5, 0);
        staging.settled(6, 0);
        assertThat(staging.stagedBytes()).isZero();
        staging.queued(7, 0, message, 1, false, null, 0);
        staging.commit();
        assertThat(written()).hasSize(2).last().isEqualTo("shared 7 0 " + ((1L << 40) + 2) + " 1 false null 0");
    }

    @Test
    void a_walk_over_several_chunks_refers_to_a_body_handed_over() throws IOException {
        Message message = message(1);
        staging.shared(message);
        staging.queued(5, 0, message, 1, false, null, 0);
        staging.commit();
        settle();
        staging.queued(6, 0, message, 1, false, null, 0);
        staging.queued(7, 0, message, 1, false, null, 0);
        staging.settled(7, 0);
        staging.commit();
        assertThat(written()).hasSize(3).filteredOn(line -> line.startsWith("body")).hasSize(1);
    }

    @Test
    void a_walk_that_takes_many_frames_writes_the_body_once_more() throws IOException {
        Message message = message(1);
        staging.shared(message);
        for (int i = 0; i < 2 * Staging.SHARED_FRAMES; i++) {
            staging.queued(5, i, message, 1, false, null, 0);
            staging.commit();
            settle();
        }
        assertThat(written()).filteredOn(line -> line.startsWith("body")).hasSize(2);
    }

    @Test
    void a_buffer_full_of_gaps_is_closed_up_before_it_grows() throws IOException {
        queue(4, 0);
        staging.commit();
        for (int i = 0; i < 40_000; i++) {
            queue(5, i);
            staging.received(6, i);
            if (i >= 10) {
                staging.settled(5, i - 10);
                staging.settled(6, i - 10);
            }
        }
        settle();
        staging.commit();
        List<String> lines = written();
        assertThat(lines.stream().filter(line -> line.startsWith("queued 5"))).hasSize(10);
        assertThat(lines.stream().filter(line -> line.startsWith("received 6"))).hasSize(10);
        assertThat(lines.stream().filter(line -> line.startsWith("settled 6"))).hasSize(39_990);
    }

    @Test
    void what_was_sent_waits_for_its_acknowledgement_and_is_then_never_written() {
        queue(5, 0);
        staging.sent();
        assertThat(staging.commit(100)).isEqualTo(100 + Staging.PATIENCE_MILLIS);
        assertThat(committer.hasWork()).isFalse();
        staging.settled(5, 0);
        assertThat(staging.commit(100)).isEqualTo(Long.MAX_VALUE);
        assertThat(loop.durable).isEqualTo(1);
        settle();
        assertThat(committer.frames()).isZero();
    }

    @Test
    void what_is_not_acknowledged_in_time_is_written() {
        queue(5, 0);
        staging.sent();
        staging.commit(100);
        queue(5, 1);
        staging.sent();
        assertThat(staging.commit(100 + Staging.PATIENCE_MILLIS)).isEqualTo(Long.MAX_VALUE);
        settle();
        assertThat(loop.durable).isEqualTo(2);
    }

    @Test
    void an_acknowledged_message_is_kept_while_one_after_it_waits_but_not_one_before_it() {
        for (int i = 0; i < 4; i++) {
            queue(5, i);
            staging.sent();
        }
        staging.settled(5, 0);
        staging.settled(5, 2);
        staging.commit(100);
        assertThat(loop.kept).isEqualTo(1);
        staging.settled(5, 1);
        staging.commit(100);
        assertThat(loop.kept).isEqualTo(3);
        assertThat(committer.hasWork()).isFalse();
    }

    @Test
    void what_was_not_sent_does_not_wait_nor_does_anything_with_it() {
        queue(5, 0);
        staging.sent();
        staging.commit(100);
        queue(6, 0);
        assertThat(staging.commit(100)).isEqualTo(Long.MAX_VALUE);
        settle();
        assertThat(loop.durable).isEqualTo(2);
    }

    @Test
    void that_a_message_is_settled_is_written_in_the_end_and_nobody_waits_for_it() throws IOException {
        queue(5, 0);
        staging.commit();
        settle();
        staging.settled(5, 0);
        assertThat(staging.commit(100)).isEqualTo(100 + Staging.PATIENCE_MILLIS);
        assertThat(loop.kept).isEqualTo(2);
        assertThat(loop.durable).as("what a crash would leave").isEqualTo(1);
        staging.commit(100 + Staging.PATIENCE_MILLIS);
        assertThat(written()).last().isEqualTo("settled 5 0");
        settle();
        assertThat(loop.durable).isEqualTo(2);
    }

    @Test
    void that_messages_may_be_sent_holds_nobody_up_and_is_durable_only_when_it_is_written() throws IOException {
        queue(5, 0);
        staging.sent();
        staging.settled(5, 0);
        staging.mayBeSent(5, 9000, 0, 0);
        assertThat(staging.commit(100)).isEqualTo(100 + Staging.PATIENCE_MILLIS);
        assertThat(loop.kept).isEqualTo(2);
        assertThat(loop.durable).isZero();
        staging.commit(100 + Staging.PATIENCE_MILLIS);
        assertThat(written()).last().isEqualTo("may be sent 5 to 9000 loose 0 to 0");
        settle();
        assertThat(loop.durable).isEqualTo(2);
    }

    @Test
    void waiting_that_was_in_vain_is_not_tried_again_for_a_while() {
        int sequence = 0;
        for (int chunk = 0; chunk <= Staging.HASTY_CHUNKS; chunk++) {
            queue(5, sequence++);
            staging.sent();
            staging.commit(100);
            if (chunk == 0) {
                staging.commit(100 + Staging.PATIENCE_MILLIS);
            }
            assertThat(staging.isInFlight()).isTrue();
            settle();
        }
        queue(5, sequence);
        staging.sent();
        staging.commit(200);
        assertThat(staging.isInFlight()).isFalse();
    }

    @Test
    void after_a_failure_nothing_is_told_any_more() {
        committer.fail(new IOException("gone"));
        queue(5, 0);
        staging.settled(5, 0);
        staging.commit();
        queue(5, 1);
        staging.commit();
        settle();
        assertThat(loop.durable).isZero();
        assertThat(failures).hasSize(1);
    }
}
