package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Message;
import io.tern.api.Stored;
import io.tern.store.table.MemoryTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArchiverTest {

    private static final Message MESSAGE =
            new Message(TopicName.of("a"), new byte[1], 1, false, Properties.NONE, null, Message.NEVER);

    private final List<List<RandomJournal.Record>> frames = new ArrayList<>();
    private final FakeJournal journal = new FakeJournal(frames);
    private final MemoryTable table = new MemoryTable();
    private final FakeLoop loop = new FakeLoop();
    private final List<QueueSlice> answers = new ArrayList<>();
    private int woken;
    private Archive archive;
    private Archiver archiver;

    @BeforeEach
    void open() throws IOException {
        archive = Archive.open(table, "a test");
        archiver = new Archiver(
                archive, journal, journal::read, new ArchiverLimits(1000, 300, 2), () -> woken++);
    }

    private void frame(RandomJournal.Record... records) {
        frames.add(List.of(records));
        journal.durable = frames.size();
    }

    private RandomJournal.Record queued(long epoch, long sequence) {
        return records -> records.queued(epoch, sequence, MESSAGE, 1, false, null, 0);
    }

    private static RandomJournal.Record settled(long epoch, long sequence) {
        return records -> records.settled(epoch, sequence);
    }

    private void idle(int count) {
        for (int i = 0; i < count; i++) {
            frame(records -> records.willGone(99));
        }
    }

    private int steps() throws IOException {
        int steps = 0;
        while (archiver.step(true)) {
            steps++;
        }
        loop.run();
        return steps;
    }

    private boolean read(long epoch) {
        return archiver.read(new ReadRequest(epoch, 0, Long.MAX_VALUE, 1000, loop, answers::add));
    }

    @Test
    void a_small_journal_is_left_alone() throws IOException {
        frame(queued(7, 0));
        idle(9);
        steps();
        assertThat(archive.position()).isEqualTo(1);
        assertThat(journal.released).isZero();
        assertThat(archiver.flushes()).isZero();
    }

    @Test
    void a_large_one_loses_its_oldest_part_and_no_more() throws IOException {
        idle(11);
        steps();
        assertThat(journal.released).isEqualTo(3);
        assertThat(table.unflushed()).isZero();
        assertThat(archiver.flushes()).isEqualTo(1);
        assertThat(archiver.appliedFrames()).isEqualTo(3);
        idle(1);
        steps();
        assertThat(journal.released).isEqualTo(3);
        idle(9);
        steps();
        assertThat(journal.released).isEqualTo(12);
    }

    @Test
    void without_room_nothing_is_applied_but_reads_that_need_nothing_are_answered() throws IOException {
        frame(queued(7, 0));
        read(7);
        steps();
        assertThat(answers).hasSize(1);
        frame(queued(8, 0));
        idle(20);
        read(7);
        read(8);

        while (archiver.step(false)) {
            // It reads ahead.
        }
        loop.run();
        assertThat(answers).hasSize(2);
        assertThat(archiver.appliedFrames()).isEqualTo(1);

        steps();
        assertThat(answers).hasSize(3);
    }

    /// A topic of which only the latest message waits, in the queue of a session that is away for long: behind one that
    /// stays, each is settled when the next comes, whether the archive has taken it over by then or not.
    @Test
    void what_was_superseded_gives_its_bytes_back() throws IOException {
        frame(records -> records.sessionOpened(7, "away", null, 10, null), queued(7, 0));
        idle(10);
        steps();
        long bytes = bytes();
        for (int i = 1; i <= 300; i++) {
            frame(queued(7, i));
            if (i > 1) {
                frame(settled(7, i - 1));
            }
            archiver.catchUp(i % 3 == 0 ? journal.durable : 0);
            steps();
        }
        archiver.catchUp(journal.durable);
        steps();

        assertThat(bytes()).isBetween(bytes + 1, 2 * bytes);
        assertThat(archive.read(7, 0, Long.MAX_VALUE, 1000).messages())
                .extracting(Stored::sequence)
                .containsExactly(0L, 300L);
    }

    private long bytes() {
        return table.approximateBytes(new byte[0], new byte[] {-1, -1, -1, -1});
    }

    @Test
    void what_is_settled_later_is_never_written() throws IOException {
        frame(records -> records.sessionOpened(7, "c", null, 10, null), queued(7, 0), queued(7, 1));
        idle(10);
        frame(settled(7, 0));
        steps();
        assertThat(archive.position()).isEqualTo(4);
        assertThat(table.get(Keys.queue(7, 0))).isNull();
        assertThat(table.get(Keys.queue(7, 1))).isNotNull();
    }

    @Test
    void a_read_gets_what_is_safe_though_the_journal_is_small() throws IOException {
        frame(queued(7, 0));
        assertThat(read(7)).isTrue();
        assertThat(woken).isEqualTo(1);
        assertThat(archiver.waitingReads()).isEqualTo(1);
        steps();
        assertThat(answers.getFirst().messages()).hasSize(1);
        assertThat(archiver.waitingReads()).isZero();
        assertThat(archive.position()).isEqualTo(2);
        assertThat(journal.released).as("not flushed, so not released").isZero();
    }

    @Test
    void a_read_of_a_session_that_is_not_named_since_applies_nothing() throws IOException {
        frame(queued(7, 0));
        read(7);
        steps();
        frame(queued(8, 0));
        read(7);
        steps();
        assertThat(answers).hasSize(2);
        assertThat(answers.get(1).messages()).hasSize(1);
        assertThat(archive.position()).isEqualTo(2);
        read(8);
        steps();
        assertThat(answers.get(2).messages()).hasSize(1);
        assertThat(archive.position()).isEqualTo(3);
    }

    @Test
    void more_reads_than_may_wait_are_refused_and_counted() throws IOException {
        idle(1);
        assertThat(read(1)).isTrue();
        assertThat(read(2)).isTrue();
        assertThat(read(3)).isFalse();
        assertThat(archiver.refusedReads()).isEqualTo(1);
        steps();
        assertThat(answers).hasSize(2);
        assertThat(read(3)).isTrue();
    }

    @Test
    void it_catches_up_when_asked() throws IOException {
        idle(5);
        archiver.catchUp(4);
        assertThat(woken).isEqualTo(1);
        steps();
        assertThat(archive.position()).isEqualTo(5);
        archiver.catchUp(1000);
        steps();
        assertThat(archive.position()).isEqualTo(6);
        Finishing.finish(archiver);
        assertThat(journal.released).isEqualTo(5);
    }

    @Test
    void a_step_is_bounded_by_the_keys_it_touches() throws IOException {
        for (int i = 0; i < 5; i++) {
            long first = i * 9_000L;
            frame(records -> {
                for (long sequence = first; sequence < first + 9_000; sequence++) {
                    records.queued(7, sequence, MESSAGE, 1, false, null, 0);
                }
            });
        }
        archiver.catchUp(5);
        // One to scout, one for each two frames.
        assertThat(steps()).isEqualTo(4);
        assertThat(archive.position()).isEqualTo(6);
    }

    @Test
    void a_frame_that_is_safe_but_not_there_ends_it() {
        frame(queued(7, 0));
        journal.durable = 0;
        Archiver other = new Archiver(archive, new FrameSource() {
            @Override
            public Walk walk(long sequence) {
                return journal.walk(sequence);
            }

            @Override
            public long durable() {
                return 1;
            }

            @Override
            public long heldBytes() {
                return 0;
            }

            @Override
            public void released(long upTo) {
                throw new AssertionError();
            }
        }, journal::read, new ArchiverLimits(1000, 300, 2), () -> {});
        other.catchUp(1);
        assertThatThrownBy(() -> other.step(true)).isInstanceOf(IOException.class).hasMessageContaining("frame 1");
    }

    @Test
    void a_queue_that_shares_messages_goes_with_its_session_a_slice_at_a_time() throws IOException {
        frame(records -> {
            records.sessionOpened(7, "c", null, 10, null);
            for (int i = 0; i < 25_000; i++) {
                records.body(i + 1, MESSAGE);
                records.queuedShared(7, i, i + 1, 1, false, null, 0);
            }
        });
        Finishing.finish(archiver);
        steps();
        frame(records -> records.sessionEnded(7));
        idle(Archive.BODY_FRAMES + 1);
        Finishing.finish(archiver);
        assertThat(steps()).isGreaterThan(3);
        assertThat(table.approximateBytes(Keys.kind(Keys.QUEUE), Keys.after(Keys.kind(Keys.QUEUE)))).isZero();
        assertThat(table.approximateBytes(Keys.kind(Keys.BODY), Keys.after(Keys.kind(Keys.BODY)))).isZero();
        Described.check(archive, true);
    }
}
