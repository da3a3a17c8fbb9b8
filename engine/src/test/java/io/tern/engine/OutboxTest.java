package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.outbound.Identifiers;
import io.tern.engine.outbound.Outbox;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.AnyLender;
import io.tern.engine.rules.Limits;
import io.tern.wire.Packet;
import io.tern.wire.Property;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private final Session session = new Session(host, 0, "c", 1);
    private final Outbox outbox = session.outbox();
    private Channel channel;

    private void connect(int receiveMaximum) {
        channel = host.open(
                outlet,
                Connects.v5().with(Property.RECEIVE_MAXIMUM, receiveMaximum).packet(),
                session);
        outbox.drain(channel, host.nowMillis);
    }

    private void disconnect() {
        channel.lost();
        outlet.closed = false;
    }

    private void add(String payload, int qos) {
        outbox.add(Messages.of(payload, qos), qos, false, null, false, false);
    }

    private List<String> sent() {
        List<String> texts = new ArrayList<>();
        for (Packet packet : outlet.take()) {
            texts.add(
                    switch (packet) {
                        case Publish p -> Messages.text(p) + (p.dup() ? " dup " : " ") + p.packetId();
                        case PubRel rel -> "release " + rel.packetId();
                        default -> packet.toString();
                    });
        }
        return texts;
    }

    @Test
    @Spec({"MQTT-3.3.4-9", "MQTT-4.9.0-2"})
    void sends_no_more_than_the_window() {
        connect(2);
        add("1", 1);
        add("2", 2);
        add("3", 1);

        outbox.drain(channel, host.nowMillis);

        assertThat(sent()).containsExactly("1 1", "2 2");
        assertThat(outbox.inFlight()).isEqualTo(2);
        assertThat(outbox.waiting()).isEqualTo(1);
        assertThat(outbox.acknowledged(1)).isTrue();
        outbox.drain(channel, host.nowMillis);
        assertThat(sent()).containsExactly("3 3");
    }

    @Test
    void who_answers_at_once_gets_more_at_once() {
        host.inFlightMessages = 65_535;
        host.inFlightFirstMessages = 4;
        connect(1000);
        for (int i = 0; i < 5000; i++) {
            add("m", 1);
        }
        int acknowledged = 0;
        for (int turn = 0; turn < 3; turn++) {
            outbox.drain(channel, host.nowMillis++);
            int sent = sent().size();
            for (int i = 0; i < sent; i++) {
                outbox.acknowledged(++acknowledged);
            }
        }
        outbox.drain(channel, host.nowMillis);
        assertThat(outbox.inFlight()).as("all that its Receive Maximum allows").isEqualTo(1000);

        disconnect();
        connect(1000);
        assertThat(outbox.inFlight()).as("on a connection that has not shown anything").isEqualTo(4);
    }

    @Test
    void what_is_under_way_takes_at_most_half_of_what_a_queue_may_hold() {
        host.inFlightMessages = 65_535;
        host.inFlightFirstMessages = 4;
        connect(1000);
        for (int i = 0; i < 5000; i++) {
            add("m", 1);
        }
        outbox.drain(channel, host.nowMillis++);
        for (int i = 1; i <= 4; i++) {
            outbox.acknowledged(i);
        }
        host.queueBytes = 20L * Messages.of("m", 1).costBytes();
        outbox.drain(channel, host.nowMillis);

        assertThat(outbox.inFlight()).isBetween(10, 11);
    }

    @Test
    @Spec({"MQTT-4.3.3-4", "MQTT-4.3.3-5"})
    void a_message_of_qos_2_keeps_its_place_in_the_window_until_pubcomp() {
        connect(1);
        add("1", 2);
        add("2", 1);
        outbox.drain(channel, host.nowMillis);

        assertThat(outbox.received(1, false)).isTrue();
        assertThat(outbox.received(1, false)).as("PUBREC twice").isTrue();
        outbox.drain(channel, host.nowMillis);
        assertThat(sent()).containsExactly("1 1");
        assertThat(outbox.completed(1)).isTrue();
        outbox.drain(channel, host.nowMillis);

        assertThat(sent()).containsExactly("2 2");
    }

    @Test
    void an_answer_of_the_wrong_kind_or_to_nothing_changes_nothing() {
        connect(10);
        add("1", 1);
        add("2", 2);
        outbox.drain(channel, host.nowMillis);

        assertThat(outbox.acknowledged(2)).isFalse();
        assertThat(outbox.received(1, false)).isFalse();
        assertThat(outbox.received(1, true)).isFalse();
        assertThat(outbox.completed(2)).as("before PUBREC").isFalse();
        for (int unknown : new int[] {3, 65_535, 0, 65_536, -1}) {
            assertThat(outbox.acknowledged(unknown)).isFalse();
            assertThat(outbox.received(unknown, false)).isFalse();
            assertThat(outbox.completed(unknown)).isFalse();
        }
        assertThat(outbox.inFlight()).isEqualTo(2);
        outbox.received(2, false);
        assertThat(outbox.acknowledged(2)).isFalse();
        assertThat(outbox.received(2, true)).as("too late to refuse").isTrue();
        assertThat(outbox.completed(2)).isTrue();
        assertThat(outbox.completed(2)).as("PUBCOMP twice").isFalse();
        assertThat(outbox.acknowledged(1)).isTrue();
        assertThat(outbox.acknowledged(1)).as("PUBACK twice").isFalse();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.queuedBytes()).isZero();
    }

    @Test
    void an_answer_to_what_waits_to_be_sent_again_is_none() {
        connect(10);
        add("1", 1);
        outbox.drain(channel, host.nowMillis);
        disconnect();
        outlet.writable = false;
        connect(10);

        assertThat(outbox.acknowledged(1)).isFalse();

        outlet.writable = true;
        outbox.drain(channel, host.nowMillis);
        assertThat(sent()).containsExactly("1 1", "1 dup 1");
    }

    @Test
    @Spec({"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-4.3.3-6"})
    void a_new_connection_gets_what_was_sent_before_first_and_in_order() {
        connect(10);
        add("1", 1);
        add("2", 2);
        add("3", 2);
        add("4", 1);
        outbox.drain(channel, host.nowMillis);
        outbox.received(2, false);
        outbox.acknowledged(1);
        sent();
        disconnect();
        add("5", 1);

        connect(2);

        assertThat(sent()).containsExactly("release 2", "3 dup 3");
        outbox.completed(2);
        outbox.drain(channel, host.nowMillis);
        assertThat(sent()).containsExactly("4 dup 4");
        outbox.acknowledged(4);
        outbox.drain(channel, host.nowMillis);
        assertThat(sent()).containsExactly("5 5");
    }

    @Test
    void a_full_output_buffer_holds_messages_up_but_not_pubrel() {
        connect(10);
        add("1", 2);
        add("2", 2);
        outbox.drain(channel, host.nowMillis);
        outbox.received(1, false);
        sent();
        disconnect();
        outlet.writable = false;

        connect(10);

        assertThat(sent()).containsExactly("release 1");
        outlet.writable = true;
        outbox.drain(channel, host.nowMillis);
        assertThat(sent()).containsExactly("2 dup 2");
    }

    @Test
    void when_it_is_full_the_oldest_that_was_never_sent_goes() {
        connect(1);
        int cost = Messages.of("0", 1).costBytes();
        host.queueBytes = 3L * cost;
        for (int i = 0; i < 6; i++) {
            add("" + i, 1);
            outbox.drain(channel, host.nowMillis);
        }

        assertThat(host.dropped)
                .extracting(dropped -> new String(dropped.message().payload()))
                .containsExactly("1", "2", "3");
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsOnly(DropReason.QUEUE_FULL);
        assertThat(outbox.queuedBytes()).isEqualTo(3L * cost);
        outbox.acknowledged(1);
        outbox.drain(channel, host.nowMillis);
        assertThat(sent()).as("identifiers of what was dropped are skipped").containsExactly("0 1", "4 5");
    }

    @Test
    void a_message_is_refused_when_all_the_room_is_taken_by_what_was_sent() {
        connect(10);
        host.queueBytes = 2L * Messages.of("0", 1).costBytes();
        add("0", 1);
        add("1", 1);
        outbox.drain(channel, host.nowMillis);

        long sequence = outbox.add(Messages.of("2", 1), 1, false, null, false, false);

        assertThat(sequence).isEqualTo(-1);
        assertThat(host.dropped).hasSize(1);
        outbox.acknowledged(2);
        assertThat(outbox.add(Messages.of("3", 1), 1, false, null, false, false)).isEqualTo(2);
    }

    @Test
    void its_memory_stays_small_however_much_is_dropped_behind_what_was_sent() {
        connect(1);
        add("stays", 1);
        outbox.drain(channel, host.nowMillis);
        disconnect();
        host.queueBytes = 100L * Messages.of("000000", 1).costBytes();

        for (int i = 0; i < 500_000; i++) {
            add("%06d".formatted(i), 1);
        }

        assertThat(outbox.capacity()).isLessThan(300);
        sent();
        connect(1);
        assertThat(sent()).containsExactly("stays dup 1");
        outbox.acknowledged(1);
        outbox.drain(channel, host.nowMillis);
        Publish next = (Publish) outlet.only();
        int first = 500_000 - 99;
        assertThat(Messages.text(next)).isEqualTo("" + first);
        assertThat(next.packetId()).isEqualTo(Identifiers.of(first + 1, Limits.PACKET_IDS));
    }

    @Test
    @Spec("MQTT-2.2.1-4")
    void sending_stalls_where_an_identifier_would_be_used_twice() {
        connect(10);
        host.queueBytes = Long.MAX_VALUE / 2;
        add("stays", 1);
        for (int i = 1; i < 70_000; i++) {
            add("" + i, 1);
            outbox.drain(channel, host.nowMillis);
            if (i < 65_535) {
                assertThat(outbox.acknowledged(Identifiers.of(i, Limits.PACKET_IDS))).isTrue();
            }
        }

        assertThat(outbox.inFlight()).isEqualTo(1);
        assertThat(outbox.waiting()).isEqualTo(70_000 - 65_535);
        sent();
        outbox.acknowledged(1);
        outbox.drain(channel, host.nowMillis);
        assertThat(sent().getFirst()).isEqualTo("65535 1");
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void what_has_expired_is_not_begun_but_what_was_begun_goes_on() {
        connect(1);
        outbox.add(Messages.expiring("1", 1, host.nowMillis + 10), 1, false, null, false, false);
        outbox.add(Messages.expiring("2", 1, host.nowMillis + 10), 1, false, null, false, false);
        add("3", 1);
        outbox.drain(channel, host.nowMillis);
        disconnect();
        host.nowMillis += 10;

        connect(2);

        assertThat(sent()).containsExactly("1 1", "1 dup 1", "3 3");
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsExactly(DropReason.EXPIRED);
    }

    @Test
    @Spec({"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void what_is_too_large_for_the_client_is_settled_unsent() {
        channel = host.open(
                outlet, Connects.v5().with(Property.MAXIMUM_PACKET_SIZE, 40).packet(), session);
        add("x".repeat(100), 2);
        add("small", 1);

        outbox.drain(channel, host.nowMillis);

        assertThat(sent()).containsExactly("small 2");
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsExactly(DropReason.TOO_LARGE);
        outbox.acknowledged(2);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    @Spec({"MQTT-2.2.1-4", "MQTT-3.1.2-25"})
    void what_was_sent_and_is_too_large_for_the_next_connection_is_released() {
        connect(10);
        add("x".repeat(100), 2);
        add("small", 1);
        outbox.drain(channel, host.nowMillis);
        sent();
        disconnect();

        channel = host.open(
                outlet, Connects.v5().with(Property.MAXIMUM_PACKET_SIZE, 40).packet(), session);

        assertThat(sent()).containsExactly("release 1", "small dup 2");
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsExactly(DropReason.TOO_LARGE);
        assertThat(outbox.completed(1)).isTrue();
        assertThat(outbox.inFlight()).isEqualTo(1);
    }

    @Test
    void what_a_group_lent_goes_back_if_it_was_not_sent_or_at_qos_1_if_the_connection_is_gone() {
        Loan sentAt1 = new Loan();
        Loan sentAt2 = new Loan();
        Loan waitingAt1 = new Loan();
        Loan waitingAt2 = new Loan();
        connect(2);
        outbox.add(Messages.of("1", 1), 1, false, sentAt1, false, false);
        outbox.add(Messages.of("2", 2), 2, false, sentAt2, false, false);
        outbox.add(Messages.of("3", 1), 1, false, waitingAt1, false, false);
        outbox.add(Messages.of("4", 2), 2, false, waitingAt2, false, false);
        add("5", 1);
        outbox.drain(channel, host.nowMillis);

        assertThat(outbox.takeBack(sentAt1, false)).isFalse();
        assertThat(outbox.takeBack(sentAt2, false)).isFalse();
        assertThat(outbox.takeBack(waitingAt1, false)).isTrue();
        assertThat(outbox.takeBack(waitingAt2, false)).isTrue();
        assertThat(outbox.takeBack(waitingAt2, false)).as("twice").isFalse();
        assertThat(outbox.takeBack(new Loan(), true)).as("unknown").isFalse();
        disconnect();
        assertThat(outbox.takeBack(sentAt2, true)).isFalse();
        assertThat(outbox.takeBack(sentAt1, true)).isTrue();
        sent();
        connect(10);
        assertThat(sent()).containsExactly("2 dup 2", "5 5");
        assertThat(sentAt1.settled + waitingAt1.settled + waitingAt2.settled).isZero();
        outbox.received(2, false);
        assertThat(sentAt2.settled).isZero();
        outbox.completed(2);
        assertThat(sentAt2.settled).isEqualTo(1);
    }

    @Test
    void its_lender_hears_once_how_each_loan_ended() {
        connect(1);
        host.queueBytes = 3L * Messages.of("1", 1).costBytes();
        List<Loan> loans = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Loan loan = new Loan();
            loans.add(loan);
            outbox.add(Messages.of("" + i, 1), 1, false, loan, false, false);
            outbox.drain(channel, host.nowMillis);
        }
        assertThat(loans).extracting(loan -> loan.settled).containsExactly(0, 1, 1, 0, 0);
        outbox.acknowledged(1);
        outbox.drain(channel, host.nowMillis);
        assertThat(loans).extracting(loan -> loan.settled).containsExactly(1, 1, 1, 0, 0);

        channel.lost();
        session.end();

        assertThat(loans).extracting(loan -> loan.settled).containsOnly(1);
    }

    @Test
    void it_is_empty_when_the_session_has_ended_and_counts_what_was_never_sent() {
        connect(1);
        add("1", 1);
        add("2", 2);
        add("3", 1);
        outbox.drain(channel, host.nowMillis);
        channel.lost();

        session.end();

        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.queuedBytes()).isZero();
        assertThat(host.dropped)
                .extracting(dropped -> new String(dropped.message().payload()))
                .containsExactly("2", "3");
    }

    @Test
    void records_of_a_durable_session_say_what_became_of_each_message() {
        channel = host.open(
                outlet,
                Connects.v5().with(Property.SESSION_EXPIRY_INTERVAL, 60).packet(),
                session);
        host.queueBytes = 3L * Messages.of("1", 1).costBytes();
        session.offer(Messages.of("1", 1), 2, false, null);
        session.offer(Messages.of("2", 2), 2, false, null);
        channel.lost();
        for (int i = 3; i <= 5; i++) {
            session.offer(Messages.of("" + i, 1), 2, false, null);
        }
        outlet.closed = false;
        channel = host.open(
                outlet,
                Connects.v5().with(Property.SESSION_EXPIRY_INTERVAL, 60).packet(),
                session);
        session.drain();
        outbox.received(2, false);
        outbox.completed(2);
        outbox.acknowledged(1);

        assertThat(host.journal.records)
                .containsExactly(
                        "opened 60", "queued 0 at 1", "queued 1 at 2", "queued 2 at 1", "settled 2", "queued 3 at 1",
                        "settled 3", "queued 4 at 1", "opened 60", "received 1", "settled 1", "settled 0");
    }

    /// Somebody who lent a message.
    private static final class Loan extends AnyLender {
        int settled;

        @Override
        public void settled() {
            settled++;
        }
    }

    @Test
    void a_messages_cost_is_given_back_with_it() {
        connect(10);
        Message message = Messages.of("x".repeat(1000), 2);
        outbox.add(message, 2, false, null, false, false);
        outbox.drain(channel, host.nowMillis);
        assertThat(outbox.queuedBytes()).isEqualTo(message.costBytes());

        outbox.received(1, false);

        assertThat(outbox.queuedBytes()).as("only its identifier is kept after PUBREC").isZero();
    }
}
