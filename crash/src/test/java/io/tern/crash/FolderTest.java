package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.PubAck;
import io.tern.wire.ReasonCode;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A data folder that a broker must not begin to work with.
@Timeout(300)
class FolderTest {

    private static final int CANNOT_START = 1;
    private static final int DATA_DAMAGED = 65;
    private static final int MESSAGES = 50;
    /// A frame begins at a multiple of it, and one of these here takes no more.
    private static final int BLOCK_BYTES = 4096;

    @TempDir
    private Path home;

    @Test
    void two_brokers_do_not_share_one() throws Exception {
        Path data = home.resolve("data");
        try (BrokerProcess first = new BrokerProcess(data, Map.of(), Map.of())) {
            first.port();
            try (BrokerProcess second = new BrokerProcess(data, Map.of(), Map.of())) {
                assertThat(second.awaitExit()).as(second.lastWords()).isEqualTo(CANNOT_START);
                assertThat(second.lastWords()).contains("tern: ", data.toString(), "in use by another process");
                assertThat(second.portIfUp()).isZero();
            }
            assertThat(first.stop()).as(first.lastWords()).isZero();
        }
    }

    @Test
    void a_damaged_journal_stops_the_start_and_says_where_and_what_to_do() throws Exception {
        Path data = home.resolve("data");
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of());
                Peer peer = Peer.durable(broker, "c", null)) {
            assertThat(peer.subscribe("#", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
            peer.disconnect();
            publish(broker);
            broker.kill();
        }
        Path damaged = null;
        long offset = 0;
        for (Path file : journal(data)) {
            int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf("message 7");
            if (at >= 0) {
                damaged = file;
                offset = at;
            }
        }
        assertThat(damaged).isNotNull();
        try (RandomAccessFile file = new RandomAccessFile(damaged.toFile(), "rw")) {
            file.seek(offset);
            file.write('M');
        }
        try (BrokerProcess broker = new BrokerProcess(data, Map.of(), Map.of())) {
            assertThat(broker.awaitExit()).as(broker.lastWords()).isEqualTo(DATA_DAMAGED);
            long frame = offset / BLOCK_BYTES * BLOCK_BYTES;
            assertThat(broker.lastWords())
                    .contains("tern: ", damaged.getFileName() + " is damaged at byte " + frame, "tern store repair");
        }
    }

    /// One by one, so that each has a frame of its own.
    private static void publish(BrokerProcess broker) throws Exception {
        try (Peer publisher = Peer.passing(broker, "p")) {
            for (int i = 0; i < MESSAGES; i++) {
                publisher.publish("t", 1, ("message " + i + " of " + MESSAGES).getBytes(StandardCharsets.UTF_8));
                assertThat(publisher.expect(PubAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    private static List<Path> journal(Path data) throws Exception {
        try (Stream<Path> files = Files.list(data.resolve("journal"))) {
            return files.filter(each -> each.getFileName().toString().startsWith("journal")).toList();
        }
    }
}
