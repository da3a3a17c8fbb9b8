package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.RetainedId;
import io.tern.store.table.Batch;
import io.tern.store.table.MemoryTable;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Retained messages that are read back while the archive is behind the journal.
class RetainedReadsTest {

    private static final int WAITING_READS = 2;

    private final List<List<RandomJournal.Record>> frames = new ArrayList<>();
    private final FakeJournal journal = new FakeJournal(frames);
    private final MemoryTable table = new MemoryTable();
    private final FakeLoop loop = new FakeLoop();
    private final List<List<Message>> answers = new ArrayList<>();
    private int waited;
    private Archive archive;
    private Archiver archiver;

    @BeforeEach
    void open() throws IOException {
        archive = Archive.open(table, "a test");
        ArchiverLimits limits = new ArchiverLimits(10_000, 300, WAITING_READS);
        archiver = new Archiver(archive, journal, journal::read, limits, () -> { });
    }

    private static Message message(String topic) {
        return new Message(
                TopicName.of(topic), topic.getBytes(), 1, true, Properties.NONE, "publisher", Message.NEVER);
    }

    private static RetainedId id(String topic, long sequence) {
        return new RetainedId(TopicName.of(topic), sequence);
    }

    private void frame(RandomJournal.Record... records) {
        frames.add(List.of(records));
        journal.durable = frames.size();
    }

    private void set(String topic, long sequence) {
        frame(records -> records.retainedSet(message(topic), sequence));
    }

    private boolean read(RetainedId... ids) {
        return archiver.readRetained(new RetainedRequest(List.of(ids), loop, () -> waited++, answers::add));
    }

    private void steps() throws IOException {
        while (archiver.step(true)) {
            // Until there is nothing to do.
        }
        loop.run();
    }

    private List<String> topics() {
        assertThat(answers).hasSize(1);
        Stream<Message> messages = answers.removeFirst().stream();
        return messages.map(each -> each == null ? "-" : each.topic().value()).toList();
    }

    @Test
    void what_stands_in_the_journal_alone_is_brought_to_the_archive_first() throws IOException {
        set("a", 7);
        set("b", 8);

        assertThat(read(id("b", 8), id("a", 7))).isTrue();
        steps();

        assertThat(waited).isEqualTo(1);
        assertThat(topics()).containsExactly("b");
        assertThat(archive.position()).isEqualTo(3);
        assertThat(archiver.waitingReads()).isZero();
        read(id("a", 7));
        steps();
        assertThat(waited).isEqualTo(1);
        assertThat(topics()).containsExactly("a");
    }

    @Test
    void what_is_there_comes_before_what_stands_in_the_journal_alone() throws IOException {
        set("a", 7);
        Finishing.finish(archiver);
        set("b", 8);

        read(id("a", 7), id("b", 8));
        read(id("b", 8));
        while (archiver.step(false)) {
            // No room to apply anything.
        }
        loop.run();

        assertThat(topics()).containsExactly("a");
        assertThat(waited).isEqualTo(1);
        assertThat(archiver.waitingReads()).isEqualTo(1);
    }

    @Test
    void for_what_the_archive_has_nothing_is_applied() throws IOException {
        set("a", 7);
        Finishing.finish(archiver);
        set("b", 8);

        read(id("a", 7));
        steps();

        assertThat(topics()).containsExactly("a");
        assertThat(archive.position()).isEqualTo(2);
    }

    @Test
    void what_was_replaced_or_cleared_or_never_there_is_missing() throws IOException {
        set("a", 7);
        set("b", 8);
        set("c", 9);
        frame(records -> records.retainedCleared(TopicName.of("b"), 10));
        set("c", 11);

        Finishing.finish(archiver);

        read(id("a", 7), id("b", 8), id("c", 9), id("d", 3), id("c", 11));
        steps();

        assertThat(topics()).containsExactly("a", "-", "-", "-", "c");
    }

    @Test
    void a_damaged_one_is_missing_and_the_others_are_there() throws IOException {
        set("a", 7);
        set("b", 8);
        Finishing.finish(archiver);
        Batch batch = new Batch();
        batch.put(Keys.retained(TopicName.of("a").utf8()), new byte[] {9, 7});
        table.write(batch);

        read(id("a", 7), id("b", 8));
        steps();

        assertThat(topics()).containsExactly("-", "b");
    }

    @Test
    void more_than_may_wait_are_refused() throws IOException {
        set("a", 7);

        assertThat(read(id("a", 7))).isTrue();
        assertThat(read(id("a", 7))).isTrue();
        assertThat(read(id("a", 7))).isFalse();
        steps();

        assertThat(answers).hasSize(WAITING_READS);
        assertThat(archiver.refusedReads()).isEqualTo(1);
        assertThat(read(id("a", 7))).isTrue();
    }

    @Test
    void recovery_tells_what_a_message_takes_without_reading_it() throws IOException {
        Properties properties = Properties.builder().with(Property.CONTENT_TYPE, "text").build();
        Message whole = new Message(TopicName.of("a/b"), new byte[300], 2, true, properties, "publisher", 123_456);
        frame(records -> records.retainedSet(whole, 7));
        set("c", 8);
        Finishing.finish(archiver);
        List<String> told = new ArrayList<>();

        archive.recover(new Described(null, new Random(1)) {
            @Override
            public void retained(
                    RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
                told.add(id.topic() + " " + id.sequence() + " " + expiresAtMillis + " " + costBytes);
                assertThat(message.get().costBytes()).isEqualTo(costBytes);
            }
        });

        assertThat(told).containsExactly(
                "a/b 7 123456 " + whole.costBytes(), "c 8 " + Message.NEVER + " " + message("c").costBytes());
    }
}
