package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Records;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.api.WhenFull;
import io.tern.engine.queue.AnyLender;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Leftover;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Topics of which only the latest message waits: what was superseded takes no room, no memory and nobody's place.
class LatestPerTopicTest {

    private static final String KIB = "x".repeat(1024);
    private static final int MANY = 200_000;

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private Session session = new Session(host, 0, "c", 1);
    private Channel channel;

    @BeforeEach
    void away() {
        host.keeps = true;
        connect();
        channel.lost();
        outlet.take();
    }

    private void connect() {
        outlet.closed = false;
        channel = host.open(
                outlet,
                Connects.v5()
                        .resume()
                        .with(Property.RECEIVE_MAXIMUM, 3)
                        .with(Property.SESSION_EXPIRY_INTERVAL, 100)
                        .packet(),
                session);
    }

    private static Message message(String topic, String payload, Durability durability, WhenFull whenFull) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        Message message =
                new Message(TopicName.of(topic), bytes, 1, false, Properties.NONE, "p", Message.NEVER);
        message.handle(durability, whenFull);
        return message;
    }

    private void offer(String topic, String payload, Durability durability) {
        session.offer(message(topic, payload, durability, WhenFull.LATEST_PER_TOPIC), 1, false, null);
    }

    private void latest(String topic, String payload) {
        offer(topic, payload, Durability.SYNC);
    }

    private void ordinary(String payload) {
        session.offer(message("events", payload, Durability.SYNC, WhenFull.DROP_OLDEST), 1, false, null);
    }

    private List<String> consume() {
        connect();
        List<String> texts = new ArrayList<>();
        do {
            for (Packet packet : outlet.take()) {
                if (packet instanceof Publish publish) {
                    texts.add(Messages.text(publish).split(" ")[0]);
                    channel.on(new PubAck(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
                }
            }
            host.safe();
            host.safe(); // What is behind a long gap asks once more for identifiers.
        } while (!outlet.packets().isEmpty() || host.readBack(5));
        return texts;
    }

    private List<DropReason> reasons() {
        return host.dropped.stream().map(FakeHost.Dropped::reason).distinct().toList();
    }

    @Test
    void what_was_superseded_behind_one_that_stays_is_gone_and_counted() {
        for (Durability durability : List.of(Durability.NONE, Durability.SYNC)) {
            session.outbox().clear();
            host.dropped.clear();
            long before = host.heldBytes;
            offer("a", "a", durability);
            for (int i = 0; i < MANY; i++) {
                offer("b", "b" + i, durability);
            }

            assertThat(session.outbox().waiting()).isEqualTo(2);
            assertThat(session.outbox().capacity()).isLessThan(50);
            assertThat(host.heldBytes - before).isLessThan(1000);
            assertThat(host.dropped).hasSize(MANY - 1);
            assertThat(reasons()).containsExactly(DropReason.SUPERSEDED);
        }
        assertThat(consume()).containsExactly("a", "b" + (MANY - 1));
    }

    @Test
    void a_limit_in_messages_counts_those_that_wait() {
        host.queueMessages = 100;
        latest("a", "a");
        for (int i = 0; i < 150; i++) {
            latest("b", "b" + i);
        }

        assertThat(reasons()).containsExactly(DropReason.SUPERSEDED);
        assertThat(consume()).containsExactly("a", "b149");
    }

    @Test
    void on_disk_what_was_superseded_gives_its_room_back() {
        host.queueBytes = 16 * 1024;
        host.queueDiskBytes = 64 * 1024;
        for (int i = 0; i < 20; i++) {
            ordinary(i + " " + KIB);
        }
        assertThat(session.outbox().isSpilled()).isTrue();
        for (int i = 0; i < 1000; i++) {
            latest("b", "b" + i + " " + KIB);
            latest("c", "c" + i + " " + KIB);
        }

        assertThat(session.outbox().waiting()).isEqualTo(22);
        assertThat(session.outbox().spilledBytes() + session.outbox().queuedBytes()).isLessThan(22 * 1300);
        assertThat(host.journal.kept).hasSize(22);
        assertThat(host.droppedUnread).isEqualTo(2 * 999);
        assertThat(host.dropped).isEmpty();
        assertThat(consume()).hasSize(22).startsWith("0", "1").endsWith("b999", "c999");
        assertThat(session.outbox().isEmpty()).isTrue();
    }

    @Test
    void holes_between_messages_on_disk_are_counted_neither_there_nor_when_the_oldest_have_to_go() {
        host.queueBytes = 4 * 1024;
        host.queueMessages = 60;
        for (int i = 0; i < 59; i++) {
            ordinary(i + " " + KIB);
            latest("b", "b" + i + " " + KIB);
        }
        assertThat(session.outbox().waiting()).isEqualTo(60);
        assertThat(reasons()).as("nothing had to go").containsExactly(DropReason.SUPERSEDED);
        assertThat(host.dropped.size() + host.droppedUnread).isEqualTo(58);

        ordinary("59 " + KIB);
        ordinary("60 " + KIB);

        assertThat(session.outbox().waiting()).isEqualTo(60);
        assertThat(consume()).hasSize(60).startsWith("2", "3").contains("b58").endsWith("59", "60");
    }

    @Test
    void the_topics_that_are_known_are_charged_and_bounded() {
        host.queueBytes = 64 * 1024;
        long before = host.heldBytes;
        for (int i = 0; i < 3000; i++) {
            latest("topic/" + i, "1");
        }
        assertThat(host.heldBytes - before).isBetween(10_000L, host.queueBytes * 2);
        assertThat(session.outbox().waiting()).isEqualTo(3000);

        latest("topic/2999", "2");
        assertThat(session.outbox().waiting()).as("the newest are known").isEqualTo(3000);
        latest("topic/1000", "2");
        assertThat(session.outbox().waiting()).as("others wait twice until they are met").isEqualTo(3001);

        assertThat(consume()).hasSize(3000);
        assertThat(host.heldBytes).isEqualTo(before);
    }

    /// A shared group takes back what a lost member had, and lends it anew: then an older one comes after a newer.
    @Test
    void what_is_lent_supersedes_nothing_and_is_not_superseded() {
        lent("b", "new");
        lent("b", "old");
        latest("b", "own, old");
        latest("b", "own, new");

        assertThat(reasons()).containsExactly(DropReason.SUPERSEDED);
        assertThat(session.outbox().waiting()).isEqualTo(3);
        assertThat(consume()).containsExactly("new", "old", "own,");
    }

    private void lent(String topic, String payload) {
        session.offer(
                message(topic, payload, Durability.SYNC, WhenFull.LATEST_PER_TOPIC), 1, false, new AnyLender());
    }

    @Test
    void what_is_superseded_while_it_is_read_is_not_sent() {
        host.queueBytes = 4 * 1024;
        for (int i = 0; i < 4; i++) {
            ordinary(i + " " + KIB);
        }
        latest("b", "old " + KIB);
        connect();
        channel.on(new PubAck(((Publish) outlet.packets().getFirst()).packetId(), ReasonCode.SUCCESS, Properties.NONE));
        FakeHost.Asked asked = host.asked.removeFirst();
        List<Stored> read = List.copyOf(host.journal.kept.subMap(asked.from(), asked.end()).values());
        latest("b", "new " + KIB);

        session.read(new Store.Reading(read, asked.end()));

        List<String> texts = new ArrayList<>();
        do {
            for (Packet packet : outlet.take()) {
                texts.add(Messages.text((Publish) packet).split(" ")[0]);
                channel.on(new PubAck(((Publish) packet).packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
        } while (!outlet.packets().isEmpty() || host.readBack(5));
        assertThat(texts).endsWith("new").doesNotContain("old").doesNotHaveDuplicates();
        assertThat(session.outbox().isEmpty()).isTrue();
    }

    @Test
    void after_a_restart_what_the_process_before_has_left_is_superseded_as_well() {
        latest("a", "a1");
        latest("b", "b1");
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 2, 0, 200));
        latest("a", "a2");
        host.dropped.clear();

        assertThat(consume()).containsExactly("b1", "a2");
        assertThat(reasons()).containsExactly(DropReason.SUPERSEDED);
        assertThat(host.journal.kept).isEmpty();
    }

    /// With what a process before it has left.
    private void restart(int end, int messages) {
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, end, 0, 0, 0, messages, messages * 100L));
        host.dropped.clear();
        host.droppedUnread = 0;
    }

    @Test
    void after_a_restart_holes_on_disk_count_for_no_limit() {
        latest("a", "a");
        for (int i = 0; i < 1000; i++) {
            latest("b", "b" + i);
        }
        restart(1001, 2);
        host.queueMessages = 10;
        assertThat(session.outbox().waiting()).isEqualTo(2);

        for (int i = 0; i < 8; i++) {
            ordinary("" + i);
        }

        assertThat(session.outbox().waiting()).isEqualTo(10);
        assertThat(host.droppedUnread).isZero();
        assertThat(host.asked).isEmpty();
        assertThat(consume()).containsExactly("a", "b999", "0", "1", "2", "3", "4", "5", "6", "7");
        assertThat(host.dropped).isEmpty();
    }

    @Test
    void after_a_restart_the_oldest_have_to_go_and_not_holes() {
        for (int i = 0; i < 5; i++) {
            ordinary("old" + i);
            latest("b", "b" + i);
            latest("b", "b" + i);
        }
        restart(15, 6);
        host.queueMessages = 6;

        for (int i = 0; i < 3; i++) {
            ordinary("" + i);
        }
        assertThat(session.outbox().waiting()).isEqualTo(6);
        assertThat(host.droppedUnread).isEqualTo(3);
        host.safe();
        assertThat(host.readBack(5)).as("to know which those are").isTrue();
        assertThat(host.journal.kept.firstEntry().getValue().message().payload()).asString().isEqualTo("old3");
        ordinary("3");
        ordinary("4");

        assertThat(session.outbox().waiting()).isEqualTo(6);
        assertThat(host.droppedUnread + host.dropped.size()).isEqualTo(5);
        assertThat(consume()).containsExactly("b4", "0", "1", "2", "3", "4");
        assertThat(session.outbox().spilledBytes()).isZero();
    }

    @Test
    void what_may_have_been_sent_before_a_crash_is_sent_again_all_the_same() {
        latest("a", "a1");
        session = Session.recovered(host, 0, "c", 1, null, 100, null);
        session.outbox().recover(new Leftover(0, 1, Records.SENT_UNKNOWN, 100));
        latest("a", "a2");

        assertThat(consume()).containsExactly("a1", "a2");
    }
}
