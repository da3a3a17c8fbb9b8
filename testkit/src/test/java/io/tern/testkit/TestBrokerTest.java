package io.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.transport.IoKind;
import io.tern.wire.ConnAck;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestBrokerTest {

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static final Publish GREETING = new Publish(
            false, 1, false, TopicName.of("a/b"), 1, Properties.NONE, new byte[] {1, 2, 3});

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void message_goes_from_tcp_to_web_socket(MqttVersion version) {
        try (RawClient subscriber = BROKER.connectWebSocket(); RawClient publisher = BROKER.connect()) {
            subscriber.connect(version, "subscriber");
            subscriber.send(new Subscribe(
                    9, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("a/+"), 1))));
            assertThat(subscriber.expect(SubAck.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
            publisher.connect(version, "publisher");
            publisher.send(GREETING).expect(new PubAck(1));
            subscriber.expect(GREETING).send(new PubAck(1)).expectNothing();
        }
    }

    @Test
    void bytes_go_as_they_are() {
        try (RawClient client = BROKER.connect()) {
            client.version(MqttVersion.V3_1_1);
            client.sendHex("10 0D 0004 4D515454 04 02 0000 0001 61").expectHex("20 02 00 00");
            client.sendHex("C0 00").expectHex("D0 00");
            client.sendHex("E0 00").expectClosed();
        }
    }

    @Test
    void wrong_expectation_says_what_came() {
        try (RawClient client = BROKER.connect()) {
            client.connect(MqttVersion.V3_1_1, "a");
            client.sendHex("C0 00");
            assertThatThrownBy(() -> client.expect(ConnAck.class))
                    .hasMessageContaining("ConnAck")
                    .hasMessageContaining("PingResp");
            client.sendHex("C0 00");
            assertThatThrownBy(client::expectClosed).hasMessageContaining("PingResp");
        }
    }

    @Test
    void one_shard_on_selectors() {
        try (TestBroker broker = TestBroker.builder().shards(1).ioKind(IoKind.NIO).start();
                RawClient client = broker.connect()) {
            client.connect(MqttVersion.V5, "a");
            assertThat(broker.broker().sessions()).isOne();
            client.reset();
        }
    }
}
