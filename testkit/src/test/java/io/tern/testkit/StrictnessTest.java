package io.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Strictness;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The rules that devices in the field are known to break, over real sockets: each listener lets pass what it is set
/// to let pass, whatever its neighbour does.
class StrictnessTest {

    private static final int RECEIVE_MAXIMUM = 3;

    private TestBroker broker;

    @AfterEach
    void stop() {
        assertThat(broker.bugs()).isZero();
        broker.close();
    }

    /// One listener with a setting, and a neighbour with another.
    private void start(Strictness strictness) {
        broker = TestBroker.builder()
                .options(Options.builder()
                        .with(BrokerOptions.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM)
                        .build())
                .rules(TestBroker.TCP_LISTENER, rules(strictness))
                .rules(TestBroker.WS_LISTENER, rules(other(strictness)))
                .start();
    }

    private static ListenerRules rules(Strictness strictness) {
        return new ListenerRules(2, true, true, true, true, strictness, strictness, strictness);
    }

    private static Strictness other(Strictness strictness) {
        return Strictness.values()[(strictness.ordinal() + 1) % 3];
    }

    private long irregularities() {
        return broker.broker().count(Counters.Event.IRREGULARITIES);
    }

    private static Connect connect(MqttVersion version, boolean bridge, String clientId) {
        return new Connect(version, bridge, true, 0, clientId, Properties.NONE, null, null, null);
    }

    /// Tries something on both listeners and looks whether it is counted where it has to be.
    private void tryBoth(Strictness strictness, Attempt attempt) {
        start(strictness);
        tryOne(strictness, attempt, broker::connect);
        tryOne(other(strictness), attempt, broker::connectWebSocket);
    }

    private void tryOne(Strictness strictness, Attempt attempt, Supplier<RawClient> open) {
        long before = irregularities();
        try (RawClient client = open.get()) {
            attempt.run(client, strictness);
        }
        assertThat(irregularities() - before).isEqualTo(strictness == Strictness.WARN ? 1 : 0);
    }

    private interface Attempt {
        void run(RawClient client, Strictness strictness);
    }

    @ParameterizedTest
    @EnumSource
    @Spec({"MQTT-3.3.4-7", "MQTT-3.3.4-9"})
    void a_5_0_client_with_more_unanswered_messages_than_allowed(Strictness strictness) {
        tryBoth(strictness, (client, set) -> {
            client.connect(MqttVersion.V5, "eager");
            overrun(client);
            if (set == Strictness.ENFORCE) {
                assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
                client.expectClosed();
            } else {
                assertThat(client.expect(PubRec.class).packetId()).isEqualTo(RECEIVE_MAXIMUM + 1);
                client.expectNothing();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_3_1_1_client_with_more_unanswered_messages_breaks_no_rule(Strictness strictness) {
        start(strictness);
        try (RawClient client = broker.connect()) {
            client.connect(MqttVersion.V3_1_1, "eager");
            overrun(client);
            client.expect(PubRec.class);
            client.expectNothing();
        }
        assertThat(irregularities()).isZero();
    }

    /// Leaves as many messages of QoS 2 unreleased as it may, and sends one more.
    private static void overrun(RawClient client) {
        for (int id = 1; id <= RECEIVE_MAXIMUM; id++) {
            client.send(new Publish(false, 2, false, TopicName.of("t"), id, Properties.NONE, new byte[0]));
            assertThat(client.expect(PubRec.class).packetId()).isEqualTo(id);
        }
        client.send(new Publish(
                false, 2, false, TopicName.of("t"), RECEIVE_MAXIMUM + 1, Properties.NONE, new byte[0]));
    }

    @ParameterizedTest
    @EnumSource
    void a_3_1_client_with_an_identifier_of_24_characters(Strictness strictness) {
        tryBoth(strictness, (client, set) ->
                letIn(set != Strictness.ENFORCE, client.connect(MqttVersion.V3_1, "x".repeat(24)), client));
    }

    @ParameterizedTest
    @EnumSource
    void a_3_1_client_with_an_identifier_of_23_characters_is_let_in_anyway(Strictness strictness) {
        start(strictness);
        try (RawClient client = broker.connect()) {
            letIn(true, client.connect(MqttVersion.V3_1, "x".repeat(23)), client);
        }
        assertThat(irregularities()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void a_3_1_client_without_an_identifier(Strictness strictness) {
        start(strictness);
        try (RawClient client = broker.connect()) {
            letIn(strictness == Strictness.OBSERVE, client.connect(MqttVersion.V3_1, ""), client);
        }
    }

    private static void letIn(boolean expected, ConnAck ack, RawClient client) {
        if (expected) {
            assertThat(ack.reason()).isEqualTo(ReasonCode.SUCCESS);
            client.expectNothing();
        } else {
            assertThat(ack.reason()).isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Spec("3.1.1:MQTT-3.1.2-2")
    void a_bridge_of_3_1(Strictness strictness) {
        bridge(strictness, MqttVersion.V3_1);
    }

    @ParameterizedTest
    @EnumSource
    @Spec("3.1.1:MQTT-3.1.2-2")
    void a_bridge_of_3_1_1(Strictness strictness) {
        bridge(strictness, MqttVersion.V3_1_1);
    }

    private void bridge(Strictness strictness, MqttVersion version) {
        tryBoth(strictness, (client, set) -> {
            ReasonCode reason = client.connect(connect(version, true, "bridge")).reason();
            if (set == Strictness.ENFORCE) {
                assertThat(reason).isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
                client.expectClosed();
            } else {
                assertThat(reason).isEqualTo(ReasonCode.SUCCESS);
                client.expectNothing();
            }
        });
    }
}
