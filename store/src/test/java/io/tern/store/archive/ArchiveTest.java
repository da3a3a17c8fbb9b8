package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.Stored;
import io.tern.store.table.Batch;
import io.tern.store.table.DamagedTableException;
import io.tern.store.table.MemoryTable;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArchiveTest {

    private static final Message MESSAGE =
            new Message(TopicName.of("a"), new byte[100], 1, false, Properties.NONE, null, Message.NEVER);

    private final MemoryTable table = new MemoryTable();
    private Archive archive;

    @BeforeEach
    void open() throws IOException {
        archive = Archive.open(table, "Tern 0.1.0");
        archive.frame(1);
    }

    private void commit() throws IOException {
        archive.commit(archive.position() + 1);
        archive.frame(archive.position());
    }

    private void put(byte[] key, byte[] value) {
        Batch batch = new Batch();
        batch.put(key, value);
        table.write(batch);
    }

    private List<String> all() throws IOException {
        return Described.of(archive, new Random(1));
    }

    private long keys(byte kind) {
        return table.approximateBytes(Keys.kind(kind), Keys.after(Keys.kind(kind)));
    }

    @Test
    void a_newer_format_is_refused_naming_both() {
        put(Keys.meta("format"), new ByteWriter(9).varint(Archive.FORMAT + 1).text("Tern 9.9").copy());
        assertThatThrownBy(() -> Archive.open(table, "Tern 0.1.0"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 6")
                .hasMessageContaining("Tern 9.9")
                .hasMessageContaining("Tern 0.1.0 knows formats up to 5");
    }

    @Test
    void an_archive_of_format_1_is_taken_over_with_sessions_whose_owners_are_unknown() throws IOException {
        put(Keys.meta("format"), new ByteWriter(9).varint(1).text("Tern 0.1.0").copy());
        put(Keys.session(7, Keys.HEAD), new ByteWriter(9).varint(0xFFFF_FFFFL).raw(new byte[] {'c'}).copy());
        archive = Archive.open(table, "Tern 0.2.0");
        archive.endRun();
        archive.migrate();

        assertThat(all()).containsExactly(NaiveState.session(
                7, "c", null, 0xFFFF_FFFFL, null, Recovered.CONNECTED, Records.SENT_UNKNOWN));
        ByteReader format = new ByteReader(null, table.get(Keys.meta("format")), 0);
        assertThat(format.varint()).isEqualTo(Archive.FORMAT);
        assertThat(format.text()).isEqualTo("Tern 0.2.0");
        archive.records().sessionOpened(7, "c", Owner.of("ann"), 10, null);
        commit();
        assertThat(all()).containsExactly(NaiveState.session(
                7, "c", Owner.of("ann"), 10, null, Recovered.CONNECTED, Records.SENT_UNKNOWN));
    }

    @Test
    void entries_without_a_format_are_damage() {
        MemoryTable other = new MemoryTable();
        Batch batch = new Batch();
        batch.put(Keys.body(1), new byte[3]);
        other.write(batch);
        assertThatThrownBy(() -> Archive.open(other, "Tern 0.1.0")).isInstanceOf(DamagedTableException.class);
    }

    @Test
    void a_damaged_value_is_named_with_its_remedy() throws IOException {
        archive.records().sessionOpened(7, "c", null, 10, null);
        archive.records().queued(7, 3, MESSAGE, 1, false, null, 0);
        commit();
        put(Keys.queue(7, 3), new byte[] {99});
        assertThatThrownBy(() -> archive.read(7, 0, 10, 1000))
                .isInstanceOf(DamagedTableException.class)
                .hasMessageContaining("queue entry of session 7 at 3")
                .hasMessageContaining("tern store repair");
        put(Keys.session(7, Keys.WILL), new byte[0]);
        assertThatThrownBy(this::all)
                .isInstanceOf(DamagedTableException.class).hasMessageContaining("will of session 7");
    }

    @Test
    void whatever_a_value_is_changed_to_no_other_exception_comes() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            MemoryTable changed = new MemoryTable();
            Archive of = Archive.open(changed, "a test");
            RandomJournal journal = new RandomJournal(random);
            for (int frame = 1; frame <= 20; frame++) {
                journal.addFrame();
                of.frame(frame);
                journal.frames.getLast().forEach(record -> record.accept(of.records()));
                of.commit(frame + 1);
            }
            Batch batch = new Batch();
            try (var cursor = changed.cursor(new byte[0], new byte[] {-1})) {
                for (; cursor.valid(); cursor.next()) {
                    if (random.nextInt(5) == 0) {
                        byte[] value = cursor.value();
                        if (value.length > 0) {
                            value[random.nextInt(value.length)] = (byte) random.nextInt();
                        }
                        batch.put(cursor.key(), random.nextBoolean() ? value : new byte[0]);
                    }
                }
            }
            changed.write(batch);
            try {
                Archive again = Archive.open(changed, "a test");
                Described.of(again, random);
                again.sweep(1000);
                again.endRun();
            } catch (IOException expected) {
                assertThat(expected).hasMessageFindingMatch("archive");
            }
        }
    }

    @Test
    void a_shared_message_lives_as_long_as_somebody_refers_to_it() throws IOException {
        archive.records().body(5, MESSAGE);
        for (int epoch = 1; epoch <= 3; epoch++) {
            archive.records().sessionOpened(epoch, "c", null, 10, null);
            archive.records().queuedShared(epoch, 0, 5, 2, false, null, 0);
        }
        commit();
        Stored one = archive.read(1, 0, 1, 1).messages().getFirst();
        assertThat(archive.read(2, 0, 1, 1).messages().getFirst().message()).isSameAs(one.message());
        archive.records().settled(1, 0);
        commit();
        archive.records().received(2, 0);
        commit();
        archive.commit(Archive.BODY_FRAMES + 10);
        assertThat(archive.sweep(100)).isFalse();
        assertThat(keys(Keys.BODY)).isPositive();
        archive.records().sessionEnded(3);
        commit();
        while (archive.sweep(100)) {
            // Until all is swept.
        }
        assertThat(keys(Keys.BODY)).isZero();
        assertThat(keys(Keys.REFERENCE)).isZero();
        assertThat(archive.read(2, 0, 1, 1).messages().getFirst().message()).isNull();
    }

    @Test
    void a_body_that_a_later_frame_refers_to_is_kept_though_nothing_does_yet() throws IOException {
        archive.records().sessionOpened(1, "c", null, 10, null);
        archive.records().body(5, MESSAGE);
        commit();
        archive.sweep(100);
        archive.commit(Archive.BODY_FRAMES + 1);
        archive.sweep(100);
        archive.frame(Archive.BODY_FRAMES + 1);
        archive.records().queuedShared(1, 0, 5, 1, false, null, 0);
        commit();
        archive.sweep(100);
        assertThat(archive.read(1, 0, 1, 1).messages().getFirst().message().payload()).hasSize(100);
    }

    @Test
    void a_reference_to_a_body_that_was_never_told_is_damage() {
        archive.records().queuedShared(1, 0, 5, 1, false, null, 0);
        assertThatThrownBy(this::commit)
                .isInstanceOf(DamagedTableException.class).hasMessageContaining("shared message 5");
    }

    @Test
    void a_lower_sequence_never_replaces_a_higher_one() throws IOException {
        TopicName topic = MESSAGE.topic();
        archive.records().retainedCleared(topic, 7);
        archive.records().retainedSet(MESSAGE, 6);
        commit();
        archive.records().retainedSet(MESSAGE, 5);
        commit();
        assertThat(all()).isEmpty();
        archive.records().retainedSet(MESSAGE, 8);
        commit();
        assertThat(all()).hasSize(1);
        // The mark of the clearing that was overruled takes nothing with it.
        archive.forgetCleared(archive.position(), 100);
        assertThat(all()).hasSize(1);
        archive.records().retainedCleared(topic, 9);
        commit();
        assertThat(keys(Keys.RETAINED)).isPositive();
        archive.forgetCleared(archive.position(), 100);
        assertThat(keys(Keys.RETAINED)).isZero();
        assertThat(keys(Keys.CLEARED)).isZero();
    }

    @Test
    void a_transaction_counts_with_its_commit_only() throws IOException {
        archive.records().sessionOpened(1, "c", null, 10, null);
        archive.records().queued(1, 0, MESSAGE, 2, false, null, 9);
        archive.records().inboundOpened(1, 77, 9);
        archive.records().queued(1, 1, MESSAGE, 2, false, null, 0);
        commit();
        assertThat(archive.read(1, 0, 10, 1000).messages()).extracting(Stored::sequence).containsExactly(1L);
        archive.flush();
        archive = Archive.open(table, "Tern 0.1.0");
        archive.frame(archive.position());
        archive.records().committed(9);
        commit();
        assertThat(archive.read(1, 0, 10, 1000).messages()).extracting(Stored::sequence).containsExactly(0L, 1L);
        assertThat(all()).contains("1 has open 77");
        assertThat(keys(Keys.PENDING)).isZero();
    }

    @Test
    void one_without_a_commit_is_dropped_when_its_run_is_over() throws IOException {
        archive.records().sessionOpened(1, "c", null, 10, null);
        archive.records().queued(1, 0, MESSAGE, 2, false, null, 9);
        archive.records().inboundOpened(1, 77, 9);
        commit();
        archive.endRun();
        archive.records().committed(9);
        commit();
        assertThat(all()).containsExactly("1 is c 10 null ", "1 queues 0 of 1 to 1");
        assertThat(keys(Keys.PENDING)).isZero();
    }

    @Test
    void a_read_stops_at_its_limits_and_says_whether_more_follows() throws IOException {
        archive.records().sessionOpened(1, "c", null, 10, null);
        for (int i = 0; i < 10; i++) {
            archive.records().queued(1, i, MESSAGE, 1, false, null, 0);
        }
        commit();
        assertThat(archive.read(1, 0, 10, 100_000).more()).isFalse();
        assertThat(archive.read(1, 0, 10, 1).messages()).hasSize(1);
        assertThat(archive.read(1, 0, 10, 1).more()).isTrue();
        assertThat(archive.read(1, 0, 10, MESSAGE.costBytes() + 1).messages()).hasSize(2);
        assertThat(archive.read(1, 0, 2, MESSAGE.costBytes() + 1).more()).isFalse();
        assertThat(archive.read(1, 8, 10, 100_000).messages()).extracting(Stored::sequence).containsExactly(8L, 9L);
        assertThat(archive.read(1, 10, 10, 100_000).messages()).isEmpty();
        assertThat(archive.read(2, 0, 10, 100_000).more()).isFalse();
        put(Keys.queue(1, 3), new byte[] {99});
        assertThat(archive.read(1, 0, 3, 100_000).messages()).as("nothing behind the end is looked at").hasSize(3);
        assertThat(archive.read(1, 0, 10, 2 * MESSAGE.costBytes()).messages()).as("nor behind the bytes").hasSize(2);
    }

    @Test
    void messages_that_were_received_count_for_something_when_they_are_read() throws IOException {
        archive.records().sessionOpened(1, "c", null, 10, null);
        for (int i = 0; i < 1000; i++) {
            archive.records().queued(1, i, MESSAGE, 2, false, null, 0);
            archive.records().received(1, i);
        }
        commit();
        QueueSlice slice = archive.read(1, 0, 1000, 10_000);
        assertThat(slice.messages()).hasSizeBetween(10, 200);
        assertThat(slice.more()).isTrue();
    }

    @Test
    void a_drained_stretch_goes_by_one_range_and_a_short_one_key_by_key() throws IOException {
        archive.records().sessionOpened(1, "c", null, 10, null);
        for (int i = 0; i < 200; i++) {
            archive.records().queued(1, i, MESSAGE, 1, false, null, 0);
        }
        commit();
        archive.records().settledRange(1, 0, StepWriter.SINGLE_DELETES);
        commit();
        assertThat(all().get(1)).isEqualTo("1 queues 136 of 64 to 200");
        archive.records().settledRange(1, 65, 135);
        commit();
        assertThat(all()).hasSize(3).contains("1 queues 1 of 64 to 200");
        archive.records().settled(1, 64);
        commit();
        assertThat(all()).contains("1 queues 0 of 200 to 200");
        assertThat(keys(Keys.QUEUE)).isZero();
    }
}
