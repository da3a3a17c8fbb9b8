package io.tern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.MqttVersion;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Very many retained messages for one subscriber of `#` that reads them slowly, over real sockets: it gets all of
/// them, nothing piles up for it, and nobody else notices.
@Timeout(120)
class RetainedFloodTest {

    private static final int MESSAGES = 100_000;
    private static final int BATCH = 1000;
    /// What the broker may hold for the subscriber besides the retained messages themselves: a window of messages and
    /// an output buffer, not a hundred thousand queue entries.
    private static final long PILE_BYTES = 1024 * 1024;

    private static final byte[] PAYLOAD = new byte[64];

    private static Publish retained(int number, int qos) {
        boolean asked = qos == 1 || number % BATCH == BATCH - 1;
        TopicName topic = TopicName.of("kept/" + number % 100 + "/" + number);
        int packetId = asked ? number % BATCH + 1 : 0;
        return new Publish(false, asked ? 1 : 0, true, topic, packetId, Properties.NONE, PAYLOAD);
    }

    private static Publish live(String text) {
        return new Publish(false, 0, false, TopicName.of("live"), 0, Properties.NONE, text.getBytes(UTF_8));
    }

    private static Subscribe subscribe(String filter, int qos) {
        return new Subscribe(
                1,
                Properties.NONE,
                List.of(new Subscribe.Item(TopicFilter.of(filter), qos, false, false, 0)));
    }

    @ParameterizedTest
    @CsvSource({"V3_1,0", "V3_1_1,1", "V5,1"})
    @Spec({"MQTT-3.3.1-9", "3.1.1:MQTT-3.3.1-6"})
    void everything_reaches_a_slow_subscriber_of_all_topics_while_the_others_go_on(MqttVersion version, int qos) {
        try (TestBroker broker = TestBroker.start();
                RawClient keeper = broker.connect();
                RawClient slow = broker.connect();
                RawClient other = broker.connect()) {
            keeper.connect(MqttVersion.V5, "keeper");
            for (int i = 0; i < MESSAGES; i++) {
                keeper.send(retained(i, qos));
                if (i % BATCH == BATCH - 1) {
                    for (int answers = qos == 1 ? BATCH : 1; answers > 0; answers--) {
                        keeper.expect(PubAck.class);
                    }
                }
            }
            other.connect(MqttVersion.V3_1_1, "other");
            other.send(subscribe("live", 0)).expect(SubAck.class);
            slow.connect(version, "slow");
            long heldBytes = broker.broker().heldBytes();

            slow.send(subscribe("#", qos));
            slow.expect(SubAck.class);
            BitSet came = new BitSet();
            int lives = 0;
            while (came.cardinality() < MESSAGES) {
                // A round trip of another client for every few hundred messages, and the slow one reads on after it.
                String ping = "ping " + came.cardinality();
                other.send(live(ping)).expect(live(ping));
                assertThat(broker.broker().heldBytes() - heldBytes).isLessThan(PILE_BYTES);
                for (int i = 0; i < 500 && came.cardinality() < MESSAGES; i++) {
                    Publish publish = slow.expect(Publish.class);
                    if (publish.qos() > 0) {
                        slow.send(new PubAck(publish.packetId()));
                    }
                    if (publish.retain()) {
                        String topic = publish.topic().value();
                        int number = Integer.parseInt(topic.substring(topic.lastIndexOf('/') + 1));
                        assertThat(came.get(number)).as("once").isFalse();
                        came.set(number);
                    } else {
                        lives++;
                    }
                }
            }
            assertThat(came.nextClearBit(0)).isEqualTo(MESSAGES);
            slow.send(PingReq.INSTANCE);
            while (!(slow.receive() instanceof PingResp)) {
                lives++;
            }
            assertThat(lives).as("messages of the others came in between").isPositive();
            assertThat(broker.bugs()).isZero();
        }
    }
}
