package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.StoreCheck;
import io.tern.store.StoreRepair;
import io.tern.store.StoreReport;
import io.tern.wire.Packet;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One bad block in the archive, met while a queue is read: the broker says so, doesn't loop, and a repair brings
/// all the rest. And what it takes to be killed while a backup is made.
@Timeout(300)
class DamagedArchiveTest {

    private static final int DATA_DAMAGED = 65;
    private static final int MESSAGES = 400;
    private static final int PAYLOAD_BYTES = 600;
    private static final int LARGE_MESSAGES = 80;
    private static final int LARGE_BYTES = 100_000;

    @TempDir
    private Path home;

    private static void publish(BrokerProcess broker, int from, int end, int payloadBytes) throws IOException {
        Random random = new Random(from);
        try (Peer publisher = Peer.passing(broker, "p")) {
            for (int i = from; i < end; i++) {
                byte[] payload = new byte[payloadBytes];
                random.nextBytes(payload);
                publisher.publish("t/" + i, 1, payload);
                publisher.flush();
                assertThat(publisher.expect(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    /// What the absent client gets until a topic comes, or the connection ends.
    private static Set<String> received(BrokerProcess broker, String until) throws IOException {
        Set<String> topics = new HashSet<>();
        try (Peer peer = Peer.durable(broker, "c", null)) {
            for (Packet packet = peer.receive(); packet != null; packet = peer.receive()) {
                if (packet instanceof Publish publish) {
                    topics.add(publish.topic().value());
                    peer.send(new PubAck(publish.packetId()));
                    peer.flush();
                    if (publish.topic().value().equals(until)) {
                        return topics;
                    }
                }
            }
        }
        return topics;
    }

    private static void absent(BrokerProcess broker) throws IOException {
        try (Peer peer = Peer.durable(broker, "c", null)) {
            assertThat(peer.subscribe("t/#", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
            peer.disconnect();
        }
    }

    private static Path largest(Path archive) throws IOException {
        Map<Path, Long> bytes = new HashMap<>();
        try (Stream<Path> files = Files.list(archive)) {
            for (Path each : files.filter(file -> file.toString().endsWith(".sst")).toList()) {
                bytes.put(each, Files.size(each));
            }
        }
        return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    @Test
    void a_bad_block_stops_the_broker_once_and_a_repair_brings_all_the_rest() throws Exception {
        Path data = home.resolve("data");
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of())) {
            absent(broker);
            publish(broker, 0, MESSAGES, PAYLOAD_BYTES);
            assertThat(broker.stop()).isZero();
        }
        Path file = largest(data.resolve("archive"));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            int before = bytes.read();
            bytes.seek(bytes.getFilePointer() - 1);
            bytes.write(before ^ 1);
        }
        Set<String> before;
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of())) {
            before = received(broker, "none");
            assertThat(broker.awaitExit()).as(broker.lastWords()).isEqualTo(DATA_DAMAGED);
            assertThat(broker.lastWords()).contains("what was kept is damaged", "tern store repair")
                    .doesNotContain("the disk has failed");
        }
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of())) {
            assertThat(broker.awaitExit()).as("no loop: %s", broker.lastWords()).isEqualTo(DATA_DAMAGED);
            assertThat(broker.portIfUp()).isZero();
        }
        AtomicReference<StoreReport> said = new AtomicReference<>();
        assertThat(StoreRepair.repair(data, "a test", false, null, said::set)).isNotEmpty();
        assertThat(said.get().losses()).anyMatch(line -> line.contains("client 'c'"));
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of())) {
            publish(broker, MESSAGES, MESSAGES + 1, PAYLOAD_BYTES);
            Set<String> all = received(broker, "t/" + MESSAGES);
            all.addAll(before);
            int lost = MESSAGES + 1 - all.size();
            assertThat(lost).isBetween(1, (int) said.get().lostMessages());
            assertThat(lost).as("about a block").isLessThan(MESSAGES / 8);
            assertThat(broker.stop()).isZero();
        }
    }

    @Test
    void kill_9_while_a_backup_is_read_loses_nothing() throws Exception {
        Path data = home.resolve("data");
        Path target = home.resolve("backup");
        Map<String, ?> options = Map.of("backup.bytes_per_second", "256 KiB", "authorization",
                "[{policy: {rules: [{allow: all, topics: [\"#\", \"$CONTROL/#\"]}]}}]");
        try (BrokerProcess broker = new BrokerProcess(data, options, Map.of())) {
            absent(broker);
            publish(broker, 0, LARGE_MESSAGES, LARGE_BYTES); // To read them takes 30 s.
            Process backup = new ProcessBuilder(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), BrokerMain.class.getName(), "backup", "-p",
                    Integer.toString(broker.port()), target.toString()))
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            try {
                assertThat(Waiting.within(Waiting.DEADLINE_MILLIS, () -> Files.isDirectory(target))).isTrue();
                publish(broker, LARGE_MESSAGES, LARGE_MESSAGES + 5, PAYLOAD_BYTES);
                broker.kill();
                assertThat(backup.waitFor()).as("the backup says that it failed").isNotZero();
            } finally {
                backup.destroyForcibly();
            }
        }
        assertThat(target.resolve("BACKUP")).doesNotExist();
        assertThat(StoreCheck.check(data, "a test").faults()).isEmpty();
        try (BrokerProcess broker = new BrokerProcess(data, options, Map.of())) {
            publish(broker, 5000, 5001, PAYLOAD_BYTES);
            assertThat(received(broker, "t/5000")).hasSize(LARGE_MESSAGES + 6);
            assertThat(data.resolve("backup")).doesNotExist();
            assertThat(broker.stop()).isZero();
        }
    }
}
