package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Records;
import io.tern.api.WhenFull;
import io.tern.engine.outbound.Identifiers;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Leftover;
import io.tern.engine.queue.AnyLender;
import io.tern.engine.queue.Lender;
import io.tern.engine.rules.Limits;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The queue of a session that is kept on disk: what waits for the disk, what is there only, what comes back.
class DurableQueueTest {

    private static final String KIB = "x".repeat(1024);

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private Session session = new Session(host, 0, "c", 1);
    private Channel channel;

    @BeforeEach
    void keep() {
        host.keeps = true;
        host.queueBytes = 16 * 1024;
    }

    private void connect(int receiveMaximum) {
        outlet.closed = false;
        channel = host.open(
                outlet,
                Connects.v5()
                        .resume()
                        .with(Property.RECEIVE_MAXIMUM, receiveMaximum)
                        .with(Property.SESSION_EXPIRY_INTERVAL, 100)
                        .packet(),
                session);
    }

    private void away() {
        channel.lost();
        outlet.take();
    }

    private void offer(int from, int to, int qos) {
        for (int i = from; i < to; i++) {
            session.offer(Messages.of(i + " " + KIB, qos), qos, false, null);
        }
    }

    /// Acknowledges whatever comes, reading back what is asked for, until nothing comes any more.
    private List<String> consume() {
        List<String> texts = new ArrayList<>();
        do {
            texts.addAll(acknowledge());
        } while (host.readBack(5));
        return texts;
    }

    /// The same without what has to be read back.
    private List<String> acknowledge() {
        List<String> texts = new ArrayList<>();
        while (!outlet.packets().isEmpty()) {
            for (Packet packet : outlet.take()) {
                if (packet instanceof Publish publish) {
                    texts.add(Messages.text(publish).split(" ")[0] + (publish.dup() ? " dup" : ""));
                    channel.on(new PubAck(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
                }
            }
        }
        return texts;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void what_has_no_room_in_memory_stays_on_disk_and_comes_back_in_order() {
        connect(3);
        away();
        offer(0, 200, 1);

        assertThat(session.outbox().queuedBytes()).isLessThanOrEqualTo(host.queueBytes);
        assertThat(session.outbox().isSpilled()).isTrue();
        assertThat(host.dropped).isEmpty();

        connect(3);
        offer(200, 210, 1);
        assertThat(consume()).isEqualTo(numbers(0, 210));
        assertThat(session.outbox().isEmpty()).isTrue();
        assertThat(session.outbox().isSpilled()).isFalse();
        assertThat(host.journal.kept).isEmpty();

        offer(210, 213, 1);
        assertThat(consume()).as("and goes on as before").isEqualTo(numbers(210, 213));
    }

    @Test
    void with_no_room_on_disk_either_the_oldest_are_dropped_and_counted() {
        host.queueDiskBytes = 64 * 1024;
        connect(3);
        away();

        offer(0, 200, 1);

        long dropped = host.dropped.size() + host.droppedUnread;
        assertThat(dropped).isBetween(100L, 160L);
        assertThat(host.journal.kept).hasSize((int) (200 - dropped));
        connect(3);
        assertThat(consume()).isEqualTo(numbers((int) dropped, 200));
    }

    @Test
    void a_limit_in_messages_counts_those_on_disk_too() {
        host.queueMessages = 50;
        connect(3);
        away();

        offer(0, 200, 1);

        assertThat(host.dropped.size() + host.droppedUnread).isEqualTo(150);
        connect(3);
        assertThat(consume()).isEqualTo(numbers(150, 200));
    }

    @Test
    @Spec("MQTT-2.2.1-4")
    void a_message_that_pushes_out_all_others_comes_behind_them() {
        host.queueDiskBytes = 64 * 1024;
        connect(3);
        away();
        offer(0, 50, 1);

        session.offer(Messages.of("50 " + KIB.repeat(63), 1), 1, false, null);
        offer(51, 52, 1);

        assertThat(host.journal.records.stream().filter(record -> record.startsWith("queued")))
                .doesNotHaveDuplicates();
        connect(3);
        assertThat(consume()).containsExactly("51");
    }

    @Test
    void when_memory_gets_tight_what_is_on_disk_makes_room_and_nothing_is_dropped() {
        connect(3);
        away();
        offer(0, 10, 1);
        assertThat(session.outbox().isSpilled()).isFalse();

        host.memoryBytes = 4 * 1024;
        assertThat(session.trim()).isTrue();

        assertThat(session.outbox().queuedBytes()).isZero();
        assertThat(host.dropped).isEmpty();
        host.memoryBytes = 1024 * 1024;
        connect(3);
        assertThat(consume()).isEqualTo(numbers(0, 10));
    }

    @Test
    void memory_is_given_back_whatever_way_messages_leave_it() {
        connect(3);
        away();
        long before = host.heldBytes;
        offer(0, 100, 1);
        connect(3);
        consume();
        away();
        assertThat(host.heldBytes).isEqualTo(before);

        offer(100, 200, 1);
        session.end();
        assertThat(host.heldBytes).isZero();
        assertThat(host.droppedUnread).isPositive();
    }

    @Test
    @Spec({"MQTT-4.4.0-1", "MQTT-4.3.2-2"})
    void after_a_crash_the_first_count_as_sent_and_keep_their_packet_identifiers() {
        connect(5);
        away();
        offer(0, 20, 1);
        connect(5);
        List<Integer> before = outlet.take().stream()
                .map(packet -> ((Publish) packet).packetId())
                .toList();

        host.inFlightMessages = 5;
        host.asked.clear();
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 20, Records.SENT_UNKNOWN, 20_000));
        connect(5);
        host.readBack(8);

        List<Publish> again = outlet.packets().stream().map(Publish.class::cast).toList();
        assertThat(again).extracting(Publish::packetId).isEqualTo(before);
        assertThat(again).allSatisfy(publish -> assertThat(publish.dup()).isTrue());
        // That the first of them were acknowledged may be what was lost: all others may have been sent as well.
        assertThat(consume()).isEqualTo(numbers(0, 20).stream().map(text -> text + " dup").toList());
        assertThat(session.outbox().isEmpty()).isTrue();
        offer(20, 23, 1);
        assertThat(consume()).isEqualTo(numbers(20, 23));
    }

    @Test
    @Spec("MQTT-3.3.1-1")
    void what_was_never_sent_before_its_client_left_is_no_repeat_after_a_restart() {
        connect(5);
        offer(0, 7, 1);
        channel.on(new PubAck(1, ReasonCode.SUCCESS, Properties.NONE));
        away();
        offer(7, 20, 1);
        long sentEnd = session.outbox().sentEnd();

        host.asked.clear();
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(1, 20, sentEnd, 20_000));
        assertThat(session.outbox().sentEnd()).isEqualTo(sentEnd);
        connect(5);
        host.readBack(8);

        List<String> consumed = consume();
        assertThat(sentEnd).isEqualTo(6);
        assertThat(consumed.subList(0, 5)).isEqualTo(numbers(1, 6).stream().map(text -> text + " dup").toList());
        assertThat(consumed.subList(5, 19)).isEqualTo(numbers(6, 20));
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void what_was_never_sent_and_has_expired_is_not_sent_after_a_restart_either() {
        connect(5);
        away();
        session.offer(Messages.expiring("2", 2, host.nowMillis + 1000), 2, false, null);
        long sentEnd = session.outbox().sentEnd();
        host.nowMillis += 2000;

        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 1, sentEnd, 2_000));
        connect(5);
        host.readBack(8);

        assertThat(outlet.packets()).isEmpty();
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsExactly(DropReason.EXPIRED);
    }

    @Test
    @Spec({"MQTT-3.3.1-1", "MQTT-2.2.1-4"})
    void nothing_is_sent_so_far_ahead_of_what_is_safely_settled_that_a_crash_would_confuse_identifiers() {
        connect(5);
        session.offer(Messages.of("first", 1), 1, false, null);
        for (int i = 1; i < Limits.PACKET_IDS; i++) {
            session.offer(Messages.of("m", 1), 1, false, null);
            channel.on(new PubAck(Identifiers.of(i, Limits.PACKET_IDS), ReasonCode.SUCCESS, Properties.NONE));
            host.safe();
        }
        assertThat(outlet.take()).hasSize(Limits.PACKET_IDS);

        offer(0, 1, 1);
        host.safe();
        assertThat(outlet.packets()).isEmpty();
        channel.on(new PubAck(1, ReasonCode.SUCCESS, Properties.NONE));
        assertThat(outlet.packets()).as("its end is not on disk").isEmpty();
        host.safe();
        assertThat(((Publish) outlet.only()).packetId()).isEqualTo(1);
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void after_a_crash_what_has_expired_is_sent_again_only_if_the_receiver_may_remember_its_identifier() {
        connect(5);
        away();
        session.offer(Messages.expiring("1", 1, host.nowMillis + 1000), 1, false, null);
        session.offer(Messages.expiring("2", 2, host.nowMillis + 1000), 2, false, null);
        host.nowMillis += 2000;

        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 2, Records.SENT_UNKNOWN, 2_000));
        connect(5);
        host.readBack(8);

        assertThat(Messages.text((Publish) outlet.only())).isEqualTo("2");
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsExactly(DropReason.EXPIRED);
    }

    @Test
    void what_need_not_be_on_disk_goes_there_too_while_others_wait_there_before_it() {
        connect(3);
        away();
        offer(0, 50, 1);
        Message message = Messages.of("50 in between", 1);
        message.handle(Durability.NONE, WhenFull.DROP_OLDEST);
        session.offer(message, 1, false, null);
        offer(51, 55, 1);

        connect(3);

        assertThat(consume()).isEqualTo(numbers(0, 55));
    }

    @Test
    void what_need_not_be_on_disk_goes_there_before_it_pushes_anything_out_of_memory() {
        connect(3);
        away();
        offer(0, 13, 1);
        assertThat(session.outbox().isSpilled()).isFalse();
        Message message = Messages.of("13 " + KIB, 1);
        message.handle(Durability.NONE, WhenFull.DROP_OLDEST);

        session.offer(message, 1, false, null);

        assertThat(host.dropped).isEmpty();
        connect(3);
        assertThat(consume()).isEqualTo(numbers(0, 14));
    }

    @Test
    void who_lent_a_message_that_is_on_disk_only_is_told_when_its_delivery_is_over() {
        host.queueBytes = 1024;
        connect(5);
        List<String> told = new ArrayList<>();
        session.offer(Messages.of("lent " + KIB, 2), 2, false, lender(told), 77);
        assertThat(session.outbox().isSpilled()).isTrue();

        session.release(host.holding.getFirst().sequence());
        host.readBack(5);
        assertThat(((Publish) outlet.only()).qos()).isEqualTo(2);
        channel.on(new PubRec(1, ReasonCode.SUCCESS, Properties.NONE));
        assertThat(told).isEmpty();
        channel.on(new PubComp(1));

        assertThat(told).containsExactly("settled");
    }

    @Test
    void who_lent_a_message_that_is_on_disk_only_is_told_when_it_has_to_go() {
        host.queueBytes = 1024;
        host.queueDiskBytes = 3 * 1024;
        connect(5);
        List<String> told = new ArrayList<>();
        session.offer(Messages.of("lent " + KIB, 2), 2, false, lender(told), 77);
        offer(1, 3, 1);

        assertThat(told).containsExactly("settled");
    }

    private static Lender lender(List<String> told) {
        return new AnyLender() {
            @Override
            public void settled() {
                told.add("settled");
            }
        };
    }

    @Test
    @Spec("MQTT-4.3.3-5")
    void after_a_crash_pubrel_is_owed_for_what_the_receiver_has() {
        connect(5);
        offer(0, 2, 2);
        host.holding.forEach(held -> session.release(held.sequence()));
        outlet.take();
        channel.on(new PubRec(1, ReasonCode.SUCCESS, Properties.NONE));

        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 2, Records.SENT_UNKNOWN, 2_000));
        connect(5);
        host.readBack(8);

        assertThat(outlet.packets().get(0)).isEqualTo(new PubRel(1));
        assertThat(((Publish) outlet.packets().get(1)).packetId()).isEqualTo(2);
        channel.on(new PubComp(1));
        channel.on(new PubRec(2, ReasonCode.SUCCESS, Properties.NONE));
        channel.on(new PubComp(2));
        assertThat(session.outbox().isEmpty()).isTrue();
    }

    @Test
    void a_message_of_qos_2_is_not_sent_before_it_is_on_disk_nor_what_stands_behind_it() {
        connect(5);
        offer(0, 1, 2);
        offer(1, 2, 1);

        assertThat(outlet.packets()).isEmpty();
        FakeHost.Holding held = host.holding.getFirst();
        held.session().release(held.sequence());

        assertThat(outlet.take()).hasSize(2);
    }

    @Test
    void a_held_message_that_is_on_disk_only_is_not_read_back_before_it_is_released() {
        connect(5);
        away();
        offer(0, 50, 1);
        session.offer(Messages.of("50 last", 2), 2, false, null, 77);
        offer(51, 55, 1);
        connect(5);

        assertThat(consume()).isEqualTo(numbers(0, 50));
        FakeHost.Holding held = host.holding.getFirst();
        assertThat(held.transaction()).isEqualTo(77);
        session.release(held.sequence());
        host.readBack(5);
        assertThat(Messages.text((Publish) outlet.packets().getFirst())).isEqualTo("50 last");
    }

    @Test
    void what_lets_the_other_side_forget_waits_for_the_disk() {
        connect(5);
        offer(0, 1, 2);
        host.holding.forEach(held -> session.release(held.sequence()));
        outlet.take();

        channel.on(new PubRec(1, ReasonCode.SUCCESS, Properties.NONE));
        channel.on(new PubRel(9));
        assertThat(outlet.packets()).isEmpty();
        host.safe();

        assertThat(outlet.take())
                .containsExactly(
                        new PubRel(1), new PubComp(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE));
    }

    @Test
    void a_full_disk_takes_nothing_new_but_everything_that_ends() {
        connect(5);
        host.full = true;

        channel.on(new Publish(false, 1, false, Messages.TOPIC, 3, Properties.NONE, new byte[0]));
        assertThat(((PubAck) outlet.only()).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        channel.on(new Publish(false, 0, false, Messages.TOPIC, 0, Properties.NONE, new byte[0]));
        assertThat(host.routed).hasSize(1);
        assertThat(channel.isOpen()).isTrue();
    }

    /// A disk without room lets nothing new become durable: who reads what is there already must not wait for that,
    /// since only his acknowledgements give room back.
    @Test
    void what_is_on_disk_for_certain_is_read_while_what_came_later_is_not() {
        connect(5);
        away();
        offer(0, 20, 1);
        host.durableTo = host.journal.position();
        offer(20, 21, 1);
        offer(21, 40, 1);
        host.asked.clear();

        connect(5);
        List<String> got = acknowledge();
        while (!host.asked.isEmpty() && host.asked.getFirst().durable()) {
            assertThat(host.asked.getFirst().end()).isLessThanOrEqualTo(20);
            host.readBack(5);
            got.addAll(acknowledge());
        }

        assertThat(got).isEqualTo(numbers(0, 20));
        assertThat(host.asked).as("the others have to be waited for").hasSize(1);
        host.durableTo = host.journal.position();
        got.addAll(consume());
        assertThat(got).isEqualTo(numbers(0, 40));
    }
}
