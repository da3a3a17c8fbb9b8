package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Packet;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fills up.
@Timeout(300)
class FullDiskTest {

    private static final Map<String, Object> OPTIONS = Map.of(
            "disk.reserve_bytes", "32 MiB",
            "disk.share_percent", 100,
            "quota.fair_share", false,
            "journal.segment_bytes", "1 MiB",
            "journal.max_bytes", "8 MiB",
            "limits.queue_disk_bytes", "1 GiB");
    private static final int PAYLOAD_BYTES = 60_000;
    /// More than the disk could hold.
    private static final int MESSAGES_MOST = 160 * 1024 * 1024 / PAYLOAD_BYTES;
    private static final int WINDOW = 10;
    private static final int UNANSWERED = 20;
    private static final int SOME = 300;
    private static final long LEFT_BYTES = 16L << 20;

    @TempDir
    private Path home;

    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.mount(home);
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void what_has_no_room_is_refused_until_there_is_room() throws Exception {
        try (BrokerProcess broker = new BrokerProcess(disk.data(), OPTIONS, Map.of())) {
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

    /// What takes over the archive, and what puts it in order, must not fail for what somebody else has taken.
    @Test
    void it_outlives_a_disk_that_others_have_filled() throws Exception {
        try (BrokerProcess broker = new BrokerProcess(disk.data(), OPTIONS, Map.of())) {
            try (Peer sleeper = Peer.durable(broker, "sleeps", null)) {
                assertThat(sleeper.subscribe("load", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                sleeper.disconnect();
            }
            try (Peer publisher = Peer.passing(broker, "publishes")) {
                Set<Integer> acknowledged = new HashSet<>();
                for (int i = 0; i < SOME; i++) {
                    publish(publisher, i);
                    assertThat(publisher.expect(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                    acknowledged.add(i);
                }
                Path others = disk.path().resolve("others");
                fill(others, LEFT_BYTES);
                Waiting.until(() -> !accepts(broker, publisher), "refused, though there is no room");
                fill(others, 0);
                assertThat(accepts(broker, publisher)).isFalse();
                assertThat(broker.isAlive()).as(broker.lastWords()).isTrue();
                Files.delete(others);
                acceptsAgain(broker, publisher);
                drain(broker, acknowledged);
            }
            assertThat(broker.hasComplained()).as(broker.lastWords()).isFalse();
            assertThat(broker.stop()).as(broker.lastWords()).isZero();
        }
    }

    private static int publish(Peer publisher, int number) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        new Random(number).nextBytes(payload); // Nothing that could be compressed.
        ByteBuffer.wrap(payload).putInt(number);
        return publisher.publish("load", 1, payload);
    }

    private void fill(Path file, long leftBytes) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (Files.getFileStore(disk.path()).getUsableSpace() > leftBytes) {
                out.write(block);
            }
        }
    }

    @Test
    void killed_with_a_full_disk_it_starts_again_and_empties() throws Exception {
        List<Integer> acknowledged;
        try (BrokerProcess broker = new BrokerProcess(disk.data(), OPTIONS, Map.of())) {
            try (Peer sleeper = Peer.durable(broker, "sleeps", null)) {
                assertThat(sleeper.subscribe("load", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                sleeper.disconnect();
            }
            try (Peer publisher = Peer.passing(broker, "publishes")) {
                acknowledged = fill(publisher);
            }
            broker.kill();
        }
        try (BrokerProcess broker = new BrokerProcess(disk.data(), OPTIONS, Map.of())) {
            try (Peer publisher = Peer.passing(broker, "publishes")) {
                drain(broker, acknowledged);
                acceptsAgain(broker, publisher);
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
            System.out.println(
                    "FullDiskTest: full after " + acknowledged.size() + " messages of " + PAYLOAD_BYTES + " bytes");
            refuses(broker, slow);
            for (int i = 0; i < UNANSWERED; i++) {
                slow.send(new PubAck(slow.expect(Publish.class).packetId()));
            }
            slow.disconnect();
            drain(broker, acknowledged);
            acceptsAgain(broker, publisher);
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
                assertThat(number).as("messages taken").isLessThan(MESSAGES_MOST);
                owed.put(publish(publisher, number), number++);
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
        // Merging may give some room back for a moment.
        int[] tried = {0};
        Waiting.until(() -> isRefused(broker, "is new " + ++tried[0]), "refused, though there is no room");
        try (Peer old = Peer.durable(broker, "sleeps", null);
                Peer passing = Peer.passing(broker, "passes")) {
            assertThat(old.answer().sessionPresent()).as("a session that is there already").isTrue();
            assertThat(passing.subscribe("now", 0)).isEqualTo(ReasonCode.SUCCESS);
            passing.publish("now", 0, new byte[1]);
            assertThat(passing.expect(Publish.class).qos()).isZero();
        }
    }

    private static boolean isRefused(BrokerProcess broker, String newClient) {
        try (Peer fresh = Peer.durable(broker, newClient, null)) {
            return fresh.answer().reason() == ReasonCode.QUOTA_EXCEEDED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Who slept takes everything.
    private static void drain(BrokerProcess broker, Collection<Integer> acknowledged) throws Exception {
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

    private static void acceptsAgain(BrokerProcess broker, Peer publisher) {
        Waiting.until(() -> accepts(broker, publisher), "taken, though there is room again. " + broker.lastWords());
    }

    private static boolean accepts(BrokerProcess broker, Peer publisher) {
        publisher.publish("load", 1, new byte[4]);
        Packet packet = publisher.receive();
        assertThat(packet).as(broker.lastWords()).isInstanceOf(PubAck.class);
        return !((PubAck) packet).reason().isError();
    }
}
