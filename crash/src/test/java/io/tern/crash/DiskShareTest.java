package io.tern.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Packet;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Somebody fills the disk with what he leaves in the queues of sessions that are away.
@Timeout(300)
class DiskShareTest {

    private static final Map<String, Object> OPTIONS = Map.of(
            "disk.reserve_bytes", "16 MiB",
            "journal.segment_bytes", "1 MiB",
            "journal.max_bytes", "8 MiB");
    private static final String ATTACKER = "127.0.0.2";
    private static final int SLEEPERS = 8;
    private static final int ATTACK_BYTES = 60_000;
    /// Twice the disk.
    private static final int ATTACKS = 320 * 1024 * 1024 / ATTACK_BYTES;
    private static final int WINDOW = 16;
    private static final int ATTACKS_A_MESSAGE = 25;

    @TempDir
    private Path home;

    private SmallDisk disk;
    private int unanswered;
    private int served;

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
    void who_fills_the_disk_loses_his_own_and_everybody_else_is_served() throws Exception {
        try (BrokerProcess broker = new BrokerProcess(disk.data(), OPTIONS, Map.of())) {
            sleepers(broker);
            try (Peer absent = Peer.durable(broker, "healthy", null)) {
                assertThat(absent.subscribe("healthy/kept", 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                absent.disconnect();
            }
            attack(broker);
            FileStore store = Files.getFileStore(disk.path());
            System.out.println("DiskShareTest: " + ATTACKS + " messages of " + ATTACK_BYTES + " bytes, " + served
                    + " of others, used " + (store.getTotalSpace() - store.getUsableSpace()));
            assertThat(broker.stop()).as(broker.lastWords()).isZero();
        }
        try (BrokerProcess broker = new BrokerProcess(disk.data(), OPTIONS, Map.of())) {
            try (Peer back = Peer.durable(broker, "healthy", null)) {
                assertThat(back.answer().sessionPresent()).isTrue();
                for (int i = 0; i < served; i++) {
                    Publish message = back.expect(Publish.class);
                    assertThat(ByteBuffer.wrap(message.payload()).getInt()).isEqualTo(i);
                    back.send(new PubAck(message.packetId()));
                }
                back.disconnect();
            }
            assertThat(broker.stop()).as(broker.lastWords()).isZero();
        }
    }

    /// The attacker's sessions; each gets every message of his.
    private static void sleepers(BrokerProcess broker) throws IOException {
        for (int i = 0; i < SLEEPERS; i++) {
            try (Peer sleeper = Peer.durable(broker, "sleeps " + i, null, ATTACKER)) {
                assertThat(sleeper.subscribe("attack/" + i, 1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
                sleeper.disconnect();
            }
        }
    }

    private void attack(BrokerProcess broker) throws Exception {
        Random random = new Random(1);
        byte[] payload = new byte[ATTACK_BYTES];
        try (Peer attacker = Peer.durable(broker, "attacks", null, ATTACKER);
                Peer publisher = Peer.passing(broker, "publishes")) {
            for (int i = 0; i < ATTACKS; i++) {
                random.nextBytes(payload); // Nothing that could be compressed.
                attacker.publish("attack/" + i % SLEEPERS, 1, payload.clone());
                unanswered++;
                while (unanswered >= WINDOW) {
                    answered(attacker);
                }
                if (i % ATTACKS_A_MESSAGE == 0) {
                    serve(publisher);
                }
            }
        }
    }

    private void answered(Peer attacker) {
        Packet answer = attacker.receive();
        assertThat(answer).isInstanceOf(PubAck.class);
        unanswered--;
    }

    /// One message that nobody waits for, and one that is kept.
    private void serve(Peer publisher) throws IOException {
        publisher.publish("healthy/nobody", 1, new byte[100]);
        assertThat(publisher.expect(PubAck.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        publisher.publish("healthy/kept", 1, ByteBuffer.allocate(1000).putInt(served).array());
        assertThat(publisher.expect(PubAck.class).reason()).as("after %s", served).isEqualTo(ReasonCode.SUCCESS);
        served++;
    }
}
