package io.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.store.FileStore;
import io.tern.store.StoreSettings;
import io.tern.wire.ConnAck;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.SubAck;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients whose identifiers look like what a shared group's queue is called: a broker on a real disk starts again
/// after them, and keeps what it has promised them.
@Timeout(60)
class NamedLikeGroupsTest {

    @TempDir
    Path folder;

    private TestBroker start() throws IOException {
        FileStore store = FileStore.open(
                folder, StoreSettings.of(Options.DEFAULTS, true, 1L << 40), "a test", nanos -> { }, failure -> {
                    throw new AssertionError(failure);
                });
        return TestBroker.builder().store(store).start();
    }

    private static void publish(TestBroker broker, String topic, String payload) {
        try (RawClient publisher = broker.connect()) {
            publisher.connect(MqttVersion.V5, "publisher");
            publisher.send(new Publish(false, 1, false, TopicName.of(topic), 1, Properties.NONE,
                    payload.getBytes(StandardCharsets.UTF_8)));
            publisher.expect(PubAck.class);
        }
    }

    /// `$share/a/b`, `$share//b` and `$share/`; clean session 0.
    @ParameterizedTest
    @CsvSource({
        "10 16 0004 4d515454 04 00 003c 000a 24736861 72652f61 2f62",
        "10 15 0004 4d515454 04 00 003c 0009 24736861 72652f2f 62",
        "10 13 0004 4d515454 04 00 003c 0007 24736861 72652f"
    })
    void they_are_just_clients_also_after_a_start(String connect) throws IOException {
        try (TestBroker broker = start()) {
            try (RawClient client = broker.connect().version(MqttVersion.V3_1_1);
                    RawClient member = broker.connect().version(MqttVersion.V3_1_1)) {
                client.sendHex(connect).expectHex("20 02 00 00");
                client.sendHex("82 06 0001 0001 78 01").expect(SubAck.class); // x
                member.sendHex("10 0d 0004 4d515454 04 00 003c 0001 6d").expect(ConnAck.class); // m
                member.sendHex("82 0f 0001 000a 24736861 72652f61 2f62 01").expect(SubAck.class); // $share/a/b
            }
            publish(broker, "x", "of the client");
            publish(broker, "b", "of the group");
        }
        for (int starts = 0; starts < 2; starts++) {
            try (TestBroker broker = start();
                    RawClient client = broker.connect().version(MqttVersion.V3_1_1);
                    RawClient member = broker.connect().version(MqttVersion.V3_1_1)) {
                client.sendHex(connect).expectHex("20 02 01 00");
                assertThat(new String(client.expect(Publish.class).payload(), StandardCharsets.UTF_8))
                        .isEqualTo("of the client");
                member.sendHex("10 0d 0004 4d515454 04 00 003c 0001 6d").expectHex("20 02 01 00");
                assertThat(new String(member.expect(Publish.class).payload(), StandardCharsets.UTF_8))
                        .isEqualTo("of the group");
                assertThat(broker.bugs()).isZero();
            }
        }
    }
}
