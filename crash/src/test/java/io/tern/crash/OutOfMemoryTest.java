package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.LostProcess;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A heap that is used up, where an operator has promised more than there is: the process ends with its own code and
/// words, and what was acknowledged is there at the next start.
@Timeout(300)
class OutOfMemoryTest {

    private static final int MESSAGES = 200;
    private static final int LARGE_BYTES = 1 << 20;
    private static final int DEAF = 40;
    private static final int FLOOD_MAX = 1_000;

    @TempDir
    private Path home;

    @Test
    void a_heap_that_is_used_up_ends_the_process_and_nothing_acknowledged_is_lost() throws Exception {
        Path data = home.resolve("data");
        Map<String, String> generous = Map.of("limits.memory_bytes", "100 GiB", "limits.retained_bytes", "100 GiB",
                "limits.retained_memory_bytes", "100 GiB", "quota.fair_share", "false",
                "durability_by_topic", "'kept/#=none'");
        try (BrokerProcess broker = new BrokerProcess(data, generous, Map.of(), List.of("-Xmx64m"))) {
            try (Peer sleeper = Peer.durable(broker, "sleeps", null)) {
                assertThat(sleeper.subscribe("t/#", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                sleeper.disconnect();
            }
            try (Peer publisher = Peer.passing(broker, "publishes")) {
                for (int i = 0; i < MESSAGES; i++) {
                    publisher.publish("t/" + i, 1, new byte[100]);
                    publisher.flush();
                    assertThat(publisher.expect(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                }
                flood(publisher, true);
            }
            assertThat(broker.awaitExit()).as(broker.lastWords()).isEqualTo(LostProcess.EXIT_CODE);
            assertThat(broker.lastWords()).contains("tern: out of memory", "java.lang.OutOfMemoryError");
        }
        Set<String> received = new HashSet<>();
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of());
                Peer peer = Peer.durable(broker, "sleeps", null)) {
            while (received.size() < MESSAGES) {
                Packet packet = peer.receive();
                assertThat(packet).isInstanceOf(Publish.class);
                received.add(((Publish) packet).topic().value());
                peer.send(new PubAck(((Publish) packet).packetId()));
                peer.flush();
            }
        }
    }

    /// Output buffers lie beside the heap, where the JVM doesn't see by itself that nothing is left.
    @Test
    void so_does_the_memory_beside_the_heap() throws Exception {
        Map<String, String> generous = Map.of("limits.memory_bytes", "100 GiB", "quota.fair_share", "false");
        List<String> flags = List.of("-XX:MaxDirectMemorySize=3m", "-Xmx256m");
        try (BrokerProcess broker = new BrokerProcess(home.resolve("data"), generous, Map.of(), flags)) {
            List<Peer> deaf = new ArrayList<>();
            try (Peer publisher = Peer.passing(broker, "publishes")) {
                for (int i = 0; i < DEAF; i++) {
                    Peer peer = Peer.passing(broker, "reads nothing " + i);
                    deaf.add(peer);
                    assertThat(peer.subscribe("kept/#", 0)).isEqualTo(ReasonCode.SUCCESS);
                }
                flood(publisher, false);
            } finally {
                deaf.forEach(Peer::close);
            }
            assertThat(broker.awaitExit()).as(broker.lastWords()).isEqualTo(LostProcess.EXIT_CODE);
            assertThat(broker.lastWords()).contains("tern: out of memory", "direct");
        }
    }

    /// Large messages, retained in memory alone if so, until nobody takes them any more.
    private static void flood(Peer publisher, boolean retain) {
        try {
            for (int i = 0; i < FLOOD_MAX; i++) {
                publisher.send(new Publish(false, 0, retain, TopicName.of("kept/" + i), 0, Properties.NONE,
                        new byte[LARGE_BYTES]));
                publisher.flush();
            }
        } catch (IOException gone) {
            return; // As it is to be.
        }
        throw new AssertionError("all of that was taken");
    }
}
