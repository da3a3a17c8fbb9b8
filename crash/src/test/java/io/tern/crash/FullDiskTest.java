package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Packet;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fills up: a small one in memory, which only root may mount.
@Timeout(300)
class FullDiskTest {

    private static final String DISK_SIZE = "160m";
    private static final Map<String, Object> OPTIONS = Map.of(
            "disk.reserve_bytes", "32 MiB",
            "disk.share_percent", 100,
            "journal.segment_bytes", "1 MiB",
            "journal.max_bytes", "8 MiB",
            "limits.queue_disk_bytes", "1 GiB");
    private static final int PAYLOAD_BYTES = 60_000;
    /// More than the disk could hold.
    private static final int MESSAGES_MOST = 160 * 1024 * 1024 / PAYLOAD_BYTES;
    private static final int WINDOW = 10;
    private static final int UNANSWERED = 20;
    private static final long COMMAND_SECONDS = 20;

    @TempDir
    private Path home;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(home.resolve("disk"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + DISK_SIZE, "tern-test", disk.toString())
                .redirectErrorStream(true)
                .start();
        mounted = mount.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) && mount.exitValue() == 0;
        Assumptions.assumeTrue(mounted, "no disk can be mounted here: " + new String(mount.getInputStream().readAllBytes()));
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            Process unmount = new ProcessBuilder("umount", "-l", disk.toString()).inheritIO().start();
            assertThat(unmount.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) && unmount.exitValue() == 0).isTrue();
        }
    }

    @Test
    void what_has_no_room_is_refused_until_there_is_room() throws Exception {
        try (BrokerProcess broker = new BrokerProcess(disk.resolve("data"), OPTIONS, Map.of())) {
            try (Peer sleeper = Peer.durable(broker, "sleeps", null);
                    Peer slow = Peer.durable(broker, "is slow", null)) {
                assertThat(sleeper.subscribe("load", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                assertThat(slow.subscribe("few", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                sleeper.disconnect();
                fillAndDrain(broker, slow);
            }
            assertThat(broker.hasComplained()).as(broker.lastWords()).isFalse();
            assertThat(broker.stop()).as(broker.lastWords()).isZero();
        }
    }

    private void fillAndDrain(BrokerProcess broker, Peer slow) throws Exception {
        try (Peer publisher = Peer.passing(broker, "publishes")) {
            for (int i = 0; i < UNANSWERED; i++) {
                publisher.publish("few", 1, new byte[1]);
                assertThat(publisher.expect(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
            List<Integer> acknowledged = fill(publisher);
            System.out.println("FullDiskTest: full after " + acknowledged.size() + " messages of " + PAYLOAD_BYTES + " bytes");
            refuses(broker, slow);
            for (int i = 0; i < UNANSWERED; i++) {
                slow.send(new PubAck(slow.expect(Publish.class).packetId()));
            }
            slow.disconnect();
            drain(broker, acknowledged);
            Waiting.until(() -> accepts(publisher), "taken, though there is room again. " + broker.lastWords());
        }
        try (Peer slow2 = Peer.durable(broker, "is slow", null);
                Peer other = Peer.durable(broker, "is new", null)) {
            assertThat(slow2.answer().sessionPresent()).isTrue();
            assertThat(slow2.subscribe("more", 1)).as("and nothing came twice").isEqualTo(ReasonCode.GRANTED_QOS_1);
            assertThat(other.answer().reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    /// @return what was acknowledged before the first refusal, and after
    private static List<Integer> fill(Peer publisher) throws Exception {
        List<Integer> acknowledged = new ArrayList<>();
        Map<Integer, Integer> owed = new HashMap<>();
        int number = 0;
        boolean refused = false;
        while (!refused || !owed.isEmpty()) {
            while (!refused && owed.size() < WINDOW) {
                byte[] payload = new byte[PAYLOAD_BYTES];
                new Random(number).nextBytes(payload); // Nothing that could be compressed.
                ByteBuffer.wrap(payload).putInt(number);
                assertThat(number).as("messages taken").isLessThan(MESSAGES_MOST);
                owed.put(publisher.publish("load", 1, payload), number++);
            }
            PubAck ack = publisher.expect(PubAck.class);
            if (ack.reason().isError()) {
                assertThat(ack.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
                refused = true;
                owed.remove(ack.packetId());
            } else {
                acknowledged.add(owed.remove(ack.packetId()));
            }
        }
        return acknowledged;
    }

    private static void refuses(BrokerProcess broker, Peer slow) throws Exception {
        try (Peer fresh = Peer.durable(broker, "is new", null)) {
            assertThat(fresh.answer().reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        }
        try (Peer old = Peer.durable(broker, "sleeps", null);
                Peer passing = Peer.passing(broker, "passes")) {
            assertThat(old.answer().sessionPresent()).as("a session that is there already").isTrue();
            assertThat(passing.subscribe("now", 0)).isEqualTo(ReasonCode.SUCCESS);
            passing.publish("now", 0, new byte[1]);
            assertThat(passing.expect(Publish.class).qos()).isZero();
        }
    }

    /// Who slept takes everything.
    private static void drain(BrokerProcess broker, List<Integer> acknowledged) throws Exception {
        Set<Integer> missing = new HashSet<>(acknowledged);
        try (Peer sleeper = Peer.durable(broker, "sleeps", null)) {
            while (!missing.isEmpty()) {
                Packet packet = sleeper.receive();
                assertThat(packet).as(missing.size() + " are missing").isInstanceOf(Publish.class);
                Publish publish = (Publish) packet;
                missing.remove(ByteBuffer.wrap(publish.payload()).getInt());
                sleeper.send(new PubAck(publish.packetId()));
            }
            sleeper.disconnect();
        }
    }

    private static boolean accepts(Peer publisher) {
        publisher.publish("load", 1, new byte[4]);
        Packet packet = publisher.receive();
        assertThat(packet).isInstanceOf(PubAck.class);
        return !((PubAck) packet).reason().isError();
    }
}
