package io.tern.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Message;
import io.tern.store.disk.DamagedException;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What [RecordWriter] writes, [RecordReader] says.
class RecordsTest {

    private static final Message SMALL = new Message(
            TopicName.of("plant/hall/sensor/42"), new byte[64], 1, false, Properties.NONE, "publisher", Message.NEVER);

    private static Facts read(RecordWriter writer) throws DamagedException {
        Facts facts = new Facts();
        byte[] shifted = new byte[writer.length() + 7];
        System.arraycopy(writer.bytes(), 0, shifted, 5, writer.length());
        new RecordReader().read(shifted, 5, writer.length(), facts);
        return facts;
    }

    private static int bytes(Consumer<RecordWriter> record) {
        RecordWriter writer = new RecordWriter();
        writer.body(1L << 41 | 5, SMALL);
        writer.clear(1 << 20);
        writer.settled(1L << 41 | 70_000, 1);
        int before = writer.length();
        record.accept(writer);
        return writer.length() - before;
    }

    @Test
    void every_record_comes_back_as_it_was() throws DamagedException {
        for (int seed = 0; seed < 500; seed++) {
            RecordWriter writer = new RecordWriter();
            Facts told = new Facts();
            for (int i = 0; i < 30; i++) {
                long each = (long) seed << 32 | i;
                Facts.tell(new Random(each), writer);
                Facts.tell(new Random(each), told);
            }
            assertThat(read(writer).lines).as("seed %d", seed).isEqualTo(told.lines);
        }
    }

    /// Wants the messages of odd places only.
    private static final class Odd extends Facts {
        int without;

        @Override
        public boolean wants(long epoch, long sequence) {
            return sequence % 2 != 0;
        }

        @Override
        public void queued(long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers,
                long transaction) {
            told(sequence, message, () ->
                    super.queued(epoch, sequence, message, qos, retain, identifiers, transaction));
        }

        @Override
        public void body(long id, Message message) {
            told(id, message, () -> super.body(id, message));
        }

        @Override
        public void retainedSet(Message message, long sequence) {
            told(sequence, message, () -> super.retainedSet(message, sequence));
        }

        @Override
        public void delayed(long epoch, long sequence, Message message, long transaction) {
            told(sequence, message, () -> super.delayed(epoch, sequence, message, transaction));
        }

        private void told(long sequence, Message message, Runnable odd) {
            if (sequence % 2 != 0) {
                odd.run();
            } else {
                without += message == null ? 1 : 0;
                lines.add("even " + sequence);
            }
        }
    }

    @Test
    void a_message_that_is_not_wanted_is_stepped_over() throws DamagedException {
        Odd read = new Odd();
        Odd told = new Odd();
        for (int seed = 0; seed < 2000; seed++) {
            RecordWriter writer = new RecordWriter();
            Facts.tell(new Random(seed), writer);
            Facts.tell(new Random(seed), told);
            writer.settled(7, 1);
            told.settled(7, 1);
            new RecordReader().read(writer.bytes(), 0, writer.length(), read);
        }
        assertThat(read.lines).isEqualTo(told.lines);
        assertThat(read.without).isGreaterThan(100);
    }

    @Test
    void records_are_small() {
        long near = 1L << 41 | 60_000;
        assertThat(bytes(w -> w.queued(near, 100_000, SMALL, 1, false, null, 0))).isBetween(90, 130);
        assertThat(bytes(w -> w.queuedShared(near, 100_000, 1L << 41 | 5, 1, false, null, 0))).isLessThanOrEqualTo(14);
        assertThat(bytes(w -> w.settled(near, 100_000))).isLessThanOrEqualTo(8);
    }

    @Test
    void chunks_written_apart_can_be_read_in_a_row() throws DamagedException {
        RecordWriter one = new RecordWriter();
        one.queuedShared(900, 1, 800, 1, false, null, 0);
        RecordWriter two = new RecordWriter();
        two.queuedShared(90_000, 2, 80_000, 2, true, null, 0);
        byte[] both = Arrays.copyOf(one.bytes(), one.length() + two.length());
        System.arraycopy(two.bytes(), 0, both, one.length(), two.length());
        Facts facts = new Facts();
        new RecordReader().read(both, 0, both.length, facts);
        assertThat(facts.lines).containsExactly(
                "shared 900 1 800 1 false null 0", "shared 90000 2 80000 2 true null 0");
    }

    @Test
    void the_publisher_is_kept_with_retained_messages_alone() throws DamagedException {
        RecordWriter writer = new RecordWriter();
        writer.queued(1, 0, SMALL, 1, false, null, 0);
        int queued = writer.length();
        assertThat(new String(writer.bytes(), 0, queued, StandardCharsets.ISO_8859_1))
                .doesNotContain("publisher");
        writer.retainedSet(SMALL, 1);
        assertThat(read(writer).lines.getLast()).contains("by publisher");
    }

    @Test
    void an_unknown_type_is_damage_and_says_where() {
        RecordWriter writer = new RecordWriter();
        writer.settled(7, 1);
        int offset = writer.length();
        writer.settled(7, 2);
        writer.bytes()[offset] = 99;
        assertThatThrownBy(() -> read(writer))
                .isInstanceOfSatisfying(DamagedException.class, e -> assertThat(e.offset()).isEqualTo(offset))
                .hasMessageContaining("unknown type 99")
                .hasMessageContaining("tern store repair");
    }

    @Test
    void records_cut_anywhere_are_damage_or_fewer_records_but_nothing_else() {
        for (int seed = 0; seed < 300; seed++) {
            RecordWriter writer = new RecordWriter();
            Facts.tell(new Random(seed), writer);
            for (int length = 0; length < Math.min(writer.length(), 200); length++) {
                Facts facts = new Facts();
                try {
                    new RecordReader().read(writer.bytes(), 0, length, facts);
                    assertThat(facts.lines).isEmpty();
                } catch (DamagedException e) {
                    assertThat(facts.lines).isEmpty();
                }
            }
        }
    }
}
