package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The disk says that it has failed: then nothing leaves the broker any more, and what had left holds.
@Timeout(300)
class FailingDiskTest {

    private static final int BEFORE = 300;
    private static final int WINDOW = 20;
    private static final int DISK_FAILED = 74;

    @TempDir
    private Path home;

    private Path data;
    private ForgetfulDisk disk;

    /// A fault of the disk.
    private interface Fault {
        void happen() throws Exception;
    }

    @BeforeEach
    void install() throws Exception {
        data = home.resolve("data");
        disk = ForgetfulDisk.of(home, data);
    }

    @Test
    void a_force_that_fails_is_the_end() throws Exception {
        endsBy(disk::failNextForce);
    }

    @Test
    void a_write_that_fails_is_the_end() throws Exception {
        endsBy(disk::failNextWrite);
    }

    private void endsBy(Fault fault) throws Exception {
        Set<Integer> acknowledged = new HashSet<>();
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), disk.on())) {
            try (Peer sleeper = Peer.durable(broker, "sleeps", null)) {
                assertThat(sleeper.subscribe("#", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                sleeper.disconnect();
            }
            Will will = new Will(TopicName.of("will"), new byte[0], 1, false, Properties.NONE);
            try (Peer mourned = Peer.durable(broker, "mourned", will);
                    Peer listener = Peer.passing(broker, "listens");
                    Peer publisher = Peer.durable(broker, "publishes", null)) {
                assertThat(listener.subscribe("will", 0)).isEqualTo(ReasonCode.SUCCESS);
                publishUntilTheEnd(publisher, fault, acknowledged);
                assertThat(listener.receive()).as("no will, and no DISCONNECT that promises anything").isNull();
                assertThat(mourned.receive()).isNull();
            }
            assertThat(broker.awaitExit()).as(broker.lastWords()).isEqualTo(DISK_FAILED);
            assertThat(disk.failurePending()).isFalse();
            assertThat(broker.lastWords()).contains("the disk has failed");
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(BEFORE);
        disk.off(ForgetfulDisk.Rest.NOTHING, new Random());
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), disk.on());
                Peer sleeper = Peer.durable(broker, "sleeps", null)) {
            assertThat(sleeper.answer().sessionPresent()).isTrue();
            awaitAll(sleeper, acknowledged);
            assertThat(broker.stop()).as(broker.lastWords()).isZero();
        }
    }

    private static void publishUntilTheEnd(Peer publisher, Fault fault, Set<Integer> acknowledged) throws Exception {
        Map<Integer, Integer> owed = new HashMap<>();
        int number = 0;
        while (true) {
            while (owed.size() < WINDOW) {
                owed.put(publisher.publish("load", 1, ByteBuffer.allocate(4).putInt(number).array()), number);
                number++;
            }
            Packet packet = publisher.receive();
            if (packet == null) {
                return;
            }
            PubAck ack = (PubAck) packet;
            assertThat(ack.reason()).isEqualTo(ReasonCode.SUCCESS);
            acknowledged.add(owed.remove(ack.packetId()));
            if (acknowledged.size() == BEFORE) {
                fault.happen();
            }
        }
    }

    /// All that was acknowledged comes, in order, and the will that was owed.
    private static void awaitAll(Peer sleeper, Set<Integer> acknowledged) {
        Set<Integer> missing = new HashSet<>(acknowledged);
        List<Integer> order = new ArrayList<>();
        boolean mourned = false;
        while (!missing.isEmpty() || !mourned) {
            Packet packet = sleeper.receive();
            assertThat(packet).as("missing " + missing + ", will seen: " + mourned).isInstanceOf(Publish.class);
            Publish publish = (Publish) packet;
            sleeper.send(new PubAck(publish.packetId()));
            if (publish.topic().value().equals("will")) {
                mourned = true;
            } else {
                int number = ByteBuffer.wrap(publish.payload()).getInt();
                missing.remove(number);
                order.add(number);
            }
        }
        assertThat(order).isSorted();
    }
}
