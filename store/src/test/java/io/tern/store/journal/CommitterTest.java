package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.disk.MemoryDisk.Operation;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Chunks of several shards, and what happens when the journal is full or the disk fails.
class CommitterTest {

    private static final int SEGMENT = 64 * 1024;

    private final MemoryDisk disk = new MemoryDisk(1L << 30);
    private final List<IOException> failures = new ArrayList<>();
    private final List<Long> forceNanos = new ArrayList<>();
    private final Bench one = new Bench();
    private final Bench two = new Bench();
    private long nanos;
    private Segments segments;
    private Committer committer;
    private Staging first;
    private Staging second;

    @BeforeEach
    void open() throws IOException {
        segments = Segments.open(disk, new JournalOptions(SEGMENT, 4 * SEGMENT, 2), 0, () -> 7);
        committer = new Committer(segments, true, () -> nanos += 5, forceNanos::add, failures::add);
        first = new Staging(committer, segments.ids(), one, one);
        second = new Staging(committer, segments.ids(), two, two);
    }

    private static void queue(Staging staging, long sequence, int payloadBytes) {
        staging.queued(1, sequence, new Message(TopicName.of("t"), new byte[payloadBytes], 1, false, Properties.NONE,
                null, Message.NEVER), 1, false, null, 0);
        staging.commit();
    }

    private void steps() {
        while (committer.step()) {
            one.run();
            two.run();
        }
    }

    @Test
    void chunks_of_all_shards_go_into_one_frame_that_is_forced_once() {
        queue(first, 0, 100);
        queue(second, 0, 100);
        steps();
        assertThat(one.durable).isEqualTo(1);
        assertThat(two.durable).isEqualTo(1);
        assertThat(committer.frames()).isEqualTo(1);
        assertThat(committer.chunks()).isEqualTo(2);
        assertThat(committer.bytes()).isBetween(250L, 300L);
        assertThat(forceNanos).containsExactly(5L);
    }

    @Test
    void written_and_durable_are_one_task_when_the_loop_is_late() {
        queue(first, 0, 100);
        committer.step();
        committer.step();
        assertThat(one.executed).isEqualTo(1);
        one.run();
        assertThat(one.written).isEqualTo(1);
        assertThat(one.durable).isEqualTo(1);
    }

    @Test
    void nobody_is_woken_for_what_is_written_who_does_not_wait_for_it() {
        one.awaitsWritten = false;
        queue(first, 0, 100);
        committer.step();
        assertThat(one.executed).isZero();
        committer.step();
        assertThat(one.executed).isEqualTo(1);
        one.run();
        assertThat(one.written).isEqualTo(1);
        assertThat(one.durable).isEqualTo(1);
    }

    @Test
    void a_full_journal_lets_through_what_ends_something_until_the_archive_releases() {
        int sequence = 0;
        while (!committer.isBlocked()) {
            queue(first, sequence++, 10_000);
            steps();
        }
        assertThat(committer.timesBlocked()).isEqualTo(1);
        assertThat(one.durable).isEqualTo(sequence - 1);
        second.settled(1, 0);
        second.commit();
        steps();
        assertThat(two.durable).isEqualTo(1);
        assertThat(committer.isBlocked()).isTrue();
        assertThat(committer.step()).isFalse();
        committer.released(segments.durableSequence());
        assertThat(committer.hasWork()).isTrue();
        steps();
        assertThat(committer.isBlocked()).isFalse();
        assertThat(one.durable).isEqualTo(sequence);
        assertThat(committer.timesBlocked()).isEqualTo(1);
    }

    @Test
    void a_force_that_failed_is_not_tried_again_and_nobody_is_told_anything() {
        queue(first, 0, 100);
        steps();
        disk.faults((operation, file) -> {
            if (operation == Operation.FORCE) {
                throw new IOException("bad sector");
            }
        });
        queue(first, 1, 100);
        steps();
        disk.faults((operation, file) -> { });
        queue(second, 0, 100);
        steps();
        assertThat(committer.hasFailed()).isTrue();
        assertThat(committer.hasWork()).isFalse();
        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessage("bad sector"));
        assertThat(one.durable).isEqualTo(1);
        assertThat(two.written).isZero();
    }

    @Test
    void without_forcing_what_is_written_is_durable() {
        committer = new Committer(segments, false, () -> 0, forceNanos::add, failures::add);
        first = new Staging(committer, segments.ids(), one, one);
        queue(first, 0, 100);
        assertThat(committer.step()).isTrue();
        one.run();
        assertThat(one.durable).isEqualTo(1);
        assertThat(committer.step()).isFalse();
        assertThat(committer.forces()).isZero();
        assertThat(segments.durableSequence()).isEqualTo(1);
    }
}
