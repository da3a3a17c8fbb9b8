package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Memory;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What sessions hold of the memory that all of them share.
class MemoryTest {

    private static final String KIB = "x".repeat(1024);

    private final FakeHost host = new FakeHost();

    private Session session(String clientId) {
        return new Session(host, 0, clientId, 1);
    }

    @Test
    void a_message_in_many_queues_counts_once_and_its_places_each() {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sessions.add(session("c" + i));
        }
        long before = host.heldBytes;
        Message message = Messages.of(KIB, 1);

        sessions.forEach(each -> each.offer(message, 1, false, null));

        long heldBytes = message.costBytes() + 100 * Memory.PLACE_BYTES;
        assertThat(host.heldBytes - before).isEqualTo(heldBytes);
        sessions.removeFirst().end();
        sessions.removeFirst().end();
        assertThat(host.heldBytes).isLessThan(before + heldBytes).isGreaterThan(message.costBytes());
        sessions.forEach(Session::end);
        assertThat(host.heldBytes).isZero();
    }

    @Test
    void however_many_queues_there_are_all_together_stay_below_the_limit() {
        host.memoryBytes = 1024 * 1024;
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sessions.add(session("c" + i));
        }

        for (int i = 0; i < 1000; i++) {
            for (Session session : sessions) {
                session.offer(Messages.of(KIB, 1), 1, false, null);
            }
        }

        assertThat(host.heldBytes).isLessThan(host.memoryBytes);
        assertThat(sessions).allSatisfy(each -> assertThat(each.outbox().isEmpty()).isFalse());
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsOnly(DropReason.MEMORY_FULL);
    }

    @Test
    void one_queue_alone_is_bounded_by_its_own_limit() {
        host.memoryBytes = 10 * host.queueBytes;
        Session session = session("c");

        for (int i = 0; i < 2000; i++) {
            session.offer(Messages.of(KIB, 1), 1, false, null);
        }

        assertThat(session.outbox().queuedBytes()).isBetween(host.queueBytes - 2 * KIB.length(), host.queueBytes);
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsOnly(DropReason.QUEUE_FULL);
    }

    @Test
    void who_reads_goes_on_while_others_hold_all_they_may() {
        host.memoryBytes = 1024 * 1024;
        for (int i = 0; i < 50; i++) {
            Session hoarder = session("h" + i);
            for (int n = 0; n < 100; n++) {
                hoarder.offer(Messages.of(KIB, 1), 1, false, null);
            }
        }
        RecordingOutlet outlet = new RecordingOutlet();
        Session reader = session("r");
        Channel channel = host.open(outlet, Connects.v5().packet(), reader);

        for (int i = 0; i < 1000; i++) {
            reader.offer(Messages.of(KIB, 1), 1, false, null);
            Publish publish = (Publish) outlet.only();
            assertThat(reader.outbox().acknowledged(publish.packetId())).isTrue();
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void at_qos_0_what_waits_for_a_slow_reader_is_half_of_a_queue() {
        host.memoryBytes = 40 * KIB.length();
        RecordingOutlet outlet = new RecordingOutlet();
        Session slow = session("s");
        host.open(outlet, Connects.v5().packet(), slow);
        outlet.writable = false;

        for (int i = 0; i < 100; i++) {
            slow.offer(Messages.of(KIB, 0), 0, false, null);
        }

        assertThat(host.heldBytes).isBetween(host.memoryBytes / 8, host.memoryBytes / 4);
        assertThat(host.dropped).extracting(FakeHost.Dropped::reason).containsOnly(DropReason.QOS0_SLOW_RECEIVER);
    }

    @Test
    void a_will_counts_until_it_is_sent_or_gone() {
        Properties properties = Properties.builder().user("k", KIB).build();
        Session session = session("c");
        long before = host.heldBytes;
        Connects connects = Connects.v5()
                .will(new Will(TopicName.of("t"), KIB.getBytes(), 1, false, properties));

        Channel channel = host.open(new RecordingOutlet(), connects.packet(), session);

        assertThat(host.heldBytes - before).isGreaterThan(2 * KIB.length());
        channel.lost();
        session.clearWill();
        assertThat(host.heldBytes).isEqualTo(before);
    }

    @Test
    void aliases_for_long_topics_count_until_the_connection_ends() {
        host.memoryBytes = 100 * 1024;
        Session session = session("c");
        RecordingOutlet outlet = new RecordingOutlet();
        Channel channel = host.open(outlet, Connects.v5().packet(), session);
        long before = host.heldBytes;

        for (int alias = 1; alias <= 5 && channel.isOpen(); alias++) {
            Properties properties = Properties.builder().with(Property.TOPIC_ALIAS, alias).build();
            TopicName topic = TopicName.of(alias + "a".repeat(10_000));
            channel.on(new Publish(false, 0, false, topic, 0, properties, new byte[0]));
        }

        assertThat(channel.isOpen()).isFalse();
        assertThat(host.routed).hasSizeBetween(1, 3);
        assertThat(host.heldBytes).isEqualTo(before);
    }
}
