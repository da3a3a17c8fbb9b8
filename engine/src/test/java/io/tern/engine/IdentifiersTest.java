package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Stored;
import io.tern.api.WhenFull;
import io.tern.engine.outbound.Identifiers;
import io.tern.engine.queue.Leftover;
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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Packet identifiers over the end of a process: what may be in use at the receiver is given to nothing else, whatever
/// was written by then.
class IdentifiersTest {

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private Session session = new Session(host, 0, "c", 1);
    private Channel channel;

    @BeforeEach
    void keep() {
        host.keeps = true;
        connect();
    }

    private void connect() {
        outlet.closed = false;
        channel = host.open(
                outlet,
                Connects.v5()
                        .resume()
                        .with(Property.RECEIVE_MAXIMUM, 65_535)
                        .with(Property.SESSION_EXPIRY_INTERVAL, 100)
                        .packet(),
                session);
    }

    private void offer(int qos, Durability durability) {
        Message message = Messages.of("m", qos);
        message.handle(durability, WhenFull.DROP_OLDEST);
        session.offer(message, qos, false, null);
    }

    /// Nothing of the queue was written, and only what was said of it before it left.
    private void crash() {
        outlet.take();
        host.holding.clear();
        long[] told = host.journal.sendable.getLast();
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 0, told[0], told[1], told[2], 0, 0));
        connect();
    }

    private static List<Integer> ids(List<Packet> packets) {
        return packets.stream()
                .filter(Publish.class::isInstance)
                .map(packet -> ((Publish) packet).packetId())
                .toList();
    }

    @Test
    @Spec("MQTT-2.2.1-4")
    void what_left_at_qos_1_before_it_was_written_keeps_its_identifier_for_itself() {
        offer(1, Durability.SYNC);
        offer(1, Durability.NONE);
        offer(1, Durability.OS);
        assertThat(ids(outlet.packets())).containsExactly(1, 2, 3);

        crash();
        assertThat(outlet.packets()).isEmpty();
        offer(1, Durability.SYNC);

        assertThat(ids(outlet.packets())).hasSize(1).doesNotContain(1, 2, 3);
        assertThat(((Publish) outlet.only()).dup()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Durability.class, names = {"NONE", "OS"})
    @Spec({"MQTT-2.2.1-4", "MQTT-4.3.3-8"})
    void what_left_at_qos_2_without_being_on_disk_is_released_after_a_crash(Durability durability) {
        offer(2, durability);
        host.holding.forEach(held -> session.release(held.sequence()));
        assertThat(outlet.packets()).as("nothing is safe that says so").isEmpty();
        host.safe();
        assertThat(ids(outlet.take())).containsExactly(1);

        crash();
        List<Packet> first = outlet.take();
        assertThat(first).hasSize(Identifiers.LOOSE_RUN).startsWith(new PubRel(1)).hasOnlyElementsOfType(PubRel.class);
        crash();
        assertThat(outlet.take()).as("as long as none is answered").isEqualTo(first);
        first.forEach(packet -> channel.on(new PubComp(((PubRel) packet).packetId())));
        assertThat(session.outbox().isEmpty()).isTrue();
        offer(2, Durability.SYNC);
        host.holding.forEach(held -> session.release(held.sequence()));
        assertThat(ids(outlet.take())).hasSize(1).noneMatch(id -> id <= Identifiers.LOOSE_RUN);

        channel.lost();
        connect();
        crash();
        assertThat(outlet.take()).as("nothing was loose since").isEmpty();
    }

    @Test
    void between_what_was_written_and_is_sent_again_what_was_not_is_released() {
        for (int i = 0; i < 3; i++) {
            offer(2, i == 1 ? Durability.SYNC : Durability.NONE);
        }
        host.holding.forEach(held -> session.release(held.sequence()));
        host.safe();
        assertThat(ids(outlet.take())).containsExactly(1, 2, 3);
        channel.on(new PubRec(2, ReasonCode.SUCCESS, Properties.NONE));

        long[] told = host.journal.sendable.getLast();
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(1, 2, told[0], 0, 3, 1, 100));
        host.asked.clear();
        connect();
        host.readBack(8);

        assertThat(outlet.take()).containsExactly(new PubRel(1), new PubRel(2), new PubRel(3));
    }

    @Test
    void what_was_sent_by_a_process_that_ended_in_order_is_not_sent_again_either() {
        offer(1, Durability.NONE);
        channel.lost();
        long sentEnd = session.outbox().sentEnd();
        outlet.take();

        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 0, sentEnd, 0));
        assertThat(session.outbox().sentEnd()).isEqualTo(sentEnd);
        connect();
        offer(1, Durability.SYNC);

        assertThat(ids(outlet.packets())).containsExactly(2);
    }

    @Test
    void who_keeps_up_waits_for_nothing_and_tells_the_journal_once_in_thousands() {
        int messages = 4 * Identifiers.RUN;
        IntStream.range(0, messages).forEach(i -> {
            offer(1, Durability.SYNC);
            channel.on(new PubAck(Identifiers.of(i, Limits.PACKET_IDS), ReasonCode.SUCCESS, Properties.NONE));
            if (i % (Identifiers.RUN / 4) == 0) {
                host.safe();
            }
        });

        assertThat(ids(outlet.take())).hasSize(messages);
        assertThat(host.journal.sendable).hasSizeLessThanOrEqualTo(9);
    }

    /// Takes what came and answers it to the end.
    private int answer() {
        int publishes = 0;
        for (List<Packet> packets = outlet.take(); !packets.isEmpty(); packets = outlet.take()) {
            for (Packet packet : packets) {
                if (packet instanceof Publish publish) {
                    publishes++;
                    channel.on(new PubRec(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
                } else if (packet instanceof PubRel release) {
                    channel.on(new PubComp(release.packetId()));
                }
            }
        }
        return publishes;
    }

    private int loose(int messages, int untilSafe) {
        int answered = 0;
        int late = 0;
        for (int i = 0; i < messages; i++) {
            offer(2, Durability.NONE);
            host.holding.forEach(held -> session.release(held.sequence()));
            host.holding.clear();
            answered += answer();
            late += answered <= i ? 1 : 0;
            if (i % untilSafe == untilSafe - 1) {
                host.safe();
                answered += answer();
            }
        }
        return late;
    }

    @Test
    void who_sends_faster_than_the_disk_follows_reserves_more_at_once() {
        host.queueBytes = 64 * 1024 * 1024;
        host.inFlightMessages = Limits.PACKET_IDS;
        host.inFlightFirstMessages = Limits.PACKET_IDS;
        channel.lost();
        connect();
        int whileForced = Identifiers.LOOSE_RUN_MOST / 4;
        int first = loose(40 * whileForced, whileForced);
        long toldBefore = host.journal.sendable.size();

        assertThat(first).as("waited at first").isPositive().isLessThan(10 * whileForced);
        assertThat(loose(40 * whileForced, whileForced)).as("waits now").isZero();
        assertThat(host.journal.sendable.size() - toldBefore).isLessThan(40);
        assertThat(host.journal.sendable).allMatch(told -> told[2] - told[1] <= host.packetIds());
        long[] last = host.journal.sendable.getLast();
        assertThat(last[2] - last[1]).isLessThanOrEqualTo(2 * Identifiers.LOOSE_RUN_MOST);
    }

    @Test
    void who_had_loose_ones_on_one_connection_need_not_wait_for_the_first_on_the_next() {
        assertThat(loose(1, 1)).isEqualTo(1);
        channel.lost();
        connect();
        answer();

        assertThat(loose(10, 100)).isZero();

        host.safe();
        answer();
        channel.lost();
        connect();
        channel.lost();
        connect();
        crash();
        assertThat(outlet.take()).as("there were none on the last connection").isEmpty();
    }

    @Test
    void a_new_connection_says_anew_what_may_be_sent() {
        offer(1, Durability.NONE);
        long told = host.journal.sendable.getLast()[0];
        channel.lost();
        connect();

        assertThat(host.journal.sendable).hasSize(2);
        assertThat(host.journal.sendable.getLast()[0]).isGreaterThanOrEqualTo(told);
    }

    @Test
    void places_that_were_reserved_and_never_written_are_no_messages() {
        host.queueMessages = 3;
        channel.lost();
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(3, 5, Identifiers.RUN, 200));
        assertThat(session.outbox().waiting()).isEqualTo(2);

        offer(1, Durability.SYNC);

        assertThat(session.outbox().waiting()).isEqualTo(3);
        assertThat(host.dropped).isEmpty();
        assertThat(host.droppedUnread).isZero();
    }

    @Test
    @Spec("MQTT-2.2.1-4")
    void what_may_have_been_sent_before_a_crash_is_not_dropped_for_what_comes_then() {
        host.queueMessages = 3;
        channel.lost();
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 5, 2, 0, 0, 5, 500));

        offer(2, Durability.SYNC);
        offer(2, Durability.SYNC);

        assertThat(host.droppedUnread).as("the oldest two that were never sent").isEqualTo(2);
        assertThat(host.journal.records).contains("settled 2", "settled 3").doesNotContain("settled 0", "settled 1");
        assertThat(session.outbox().waiting()).isEqualTo(5);
    }

    /// What is read before its turn, to be sorted by its priority, says nothing of what lies before it.
    @Test
    @Spec("MQTT-2.2.1-4")
    void what_was_not_written_is_released_where_priorities_are_as_well() {
        channel.lost();
        outlet.take();
        host.priorities = 4;
        host.journal.kept.put(3L, new Stored(3, null, 2, false, null));
        host.journal.kept.put(20L, new Stored(20, Messages.of("low", 1), 1, false, null));
        Message high = Messages.of("high", 1);
        high.prioritize(3);
        host.journal.kept.put(21L, new Stored(21, high, 1, false, null));
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(3, 22, 21, 1, 20, 3, 500));
        host.asked.clear();
        connect();
        do {
            host.safe();
        } while (host.readBack(8));

        List<Packet> sent = outlet.take();
        assertThat(sent.stream().filter(PubRel.class::isInstance).map(each -> ((PubRel) each).packetId()))
                .containsExactlyElementsOf(IntStream.rangeClosed(2, 20).boxed().toList());
        assertThat(ids(sent)).containsExactly(21, 22);
        assertThat(sent.stream().filter(Publish.class::isInstance).map(each -> ((Publish) each).dup()))
                .containsExactly(true, false);
    }

    @Test
    void where_it_is_not_known_which_are_left_those_are_spared_as_well() {
        host.queueMessages = 3;
        channel.lost();
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 8, 2, 0, 0, 5, 500));

        offer(2, Durability.SYNC);

        assertThat(host.droppedUnread).isEqualTo(1);
        assertThat(host.journal.records).noneMatch(each -> each.startsWith("settled"));
    }
}
