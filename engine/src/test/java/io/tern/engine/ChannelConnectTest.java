package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A conversation until CONNACK: each packet, and how it may end.
class ChannelConnectTest {

    private static final Properties NONE = Properties.NONE;

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();

    private Channel fresh() {
        return host.channel(outlet);
    }

    private Channel open(Connects connects) {
        return host.open(outlet, connects.packet());
    }

    private void closedWith(ReasonCode reason) {
        assertThat(((Disconnect) outlet.only()).reason()).isEqualTo(reason);
        assertThat(outlet.closed).isTrue();
    }

    @ParameterizedTest
    @MethodSource({"io.tern.engine.ChannelTest#anythingButConnect", "io.tern.engine.ChannelTest#onlyServersSend"})
    @Spec("MQTT-3.1.0-1")
    void before_connect_anything_else_closes_without_a_word(Packet packet) {
        Channel channel = fresh();

        channel.on(packet);

        assertThat(outlet.take()).isEmpty();
        assertThat(outlet.closed).isTrue();
        assertThat(channel.isClosed()).isTrue();
        assertThat(host.detached).isEmpty();
        channel.on(FakeHost.connect(MqttVersion.V5));
        assertThat(host.connects).as("nothing is heard any more").isEmpty();
    }

    @Test
    void a_connect_goes_to_the_host_and_the_rest_waits_for_its_answer() {
        Channel channel = fresh();
        assertThat(channel.resting()).isFalse();
        assertThat(channel.version()).isNull();

        channel.on(FakeHost.connect(MqttVersion.V3_1_1));

        assertThat(host.connects).hasSize(1);
        assertThat(channel.resting()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.version()).isEqualTo(MqttVersion.V3_1_1);
        assertThat(outlet.take()).isEmpty();
    }

    @Test
    void a_connect_must_come_in_time_and_bytes_that_are_none_do_not_count() {
        Channel channel = fresh();
        assertThat(channel.deadlineMillis()).isEqualTo(host.nowMillis + host.connectMillis);
        channel.heard(host.nowMillis + 4000);

        channel.onTimeout(host.nowMillis + 4999);
        assertThat(channel.isClosed()).isFalse();
        channel.onTimeout(host.nowMillis + 5000);

        assertThat(channel.isClosed()).isTrue();
        assertThat(outlet.closed).isTrue();
        assertThat(outlet.take()).isEmpty();
        assertThat(channel.deadlineMillis()).isEqualTo(Long.MAX_VALUE);
    }


    @ParameterizedTest
    @MethodSource({"io.tern.engine.ChannelTest#anythingButConnect", "io.tern.engine.ChannelTest#onlyServersSend"})
    @Spec({"MQTT-3.1.4-6", "MQTT-3.14.0-1"})
    void while_connack_is_awaited_nothing_else_is_taken(Packet packet) {
        Channel channel = fresh();
        channel.on(FakeHost.connect(MqttVersion.V5));

        channel.on(packet);

        assertThat(channel.isClosed()).isTrue();
        assertThat(outlet.closed).isTrue();
        assertThat(outlet.take())
                .as("no DISCONNECT before CONNACK")
                .allMatch(sent -> sent instanceof ConnAck ack && ack.reason() == ReasonCode.PROTOCOL_ERROR);
        assertThat(host.routed).isEmpty();
        assertThat(host.subscribes).isEmpty();
    }

    @Test
    @Spec({"MQTT-3.1.4-5", "MQTT-3.2.0-1"})
    void connack_comes_first_then_what_the_session_is_owed() {
        Session session = new Session(host, 0, "c", 1);
        session.outbox().add(Messages.of("owed", 1), 1, false, null, false, false);
        Connect connect = FakeHost.connect(MqttVersion.V5);
        Channel channel = fresh();
        channel.on(connect);
        ConnAck connAck = channel.open(FakeHost.client(connect), session, connect, true, 1, null);
        session.offer(Messages.of("meanwhile", 1), 1, false, null);
        session.offer(Messages.of("meanwhile", 0), 1, false, null);
        assertThat(outlet.take()).as("before it is safe").isEmpty();
        assertThat(session.hasRoom()).isFalse();

        channel.welcome(connAck);

        List<Packet> sent = outlet.take();
        assertThat(sent.getFirst()).isEqualTo(connAck);
        assertThat(sent).hasSize(4);
        assertThat(connAck.sessionPresent()).isTrue();
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.resting()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    @Spec({"MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.2.0-2"})
    void a_refusal_is_a_connack_and_the_end(MqttVersion version) {
        Channel channel = fresh();
        channel.on(FakeHost.connect(version));

        channel.refuse(ReasonCode.NOT_AUTHORIZED, (String) null);

        assertThat(outlet.only()).isEqualTo(new ConnAck(false, ReasonCode.NOT_AUTHORIZED, NONE));
        assertThat(outlet.closed).isTrue();
        assertThat(channel.isClosed()).isTrue();
        channel.refuse(ReasonCode.SERVER_BUSY, (String) null);
        channel.fail(ReasonCode.PROTOCOL_ERROR, null);
        assertThat(outlet.take()).as("once").isEmpty();
        assertThat(host.detached).isEmpty();
    }

    @Test
    void a_refusal_can_say_where_else_to_go() {
        Channel channel = fresh();
        channel.on(FakeHost.connect(MqttVersion.V5));

        channel.refuse(ReasonCode.USE_ANOTHER_SERVER,
                Properties.builder().with(Property.SERVER_REFERENCE, "elsewhere:1883").build());

        ConnAck ack = (ConnAck) outlet.only();
        assertThat(ack.properties().string(Property.SERVER_REFERENCE)).isEqualTo("elsewhere:1883");
    }

    static Stream<Arguments> endsBeforeConnack() {
        return Stream.of(
                arguments(ReasonCode.SESSION_TAKEN_OVER, ReasonCode.SERVER_BUSY),
                arguments(ReasonCode.SERVER_SHUTTING_DOWN, ReasonCode.SERVER_UNAVAILABLE),
                arguments(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
    }

    @ParameterizedTest
    @MethodSource("endsBeforeConnack")
    @Spec({"MQTT-3.14.0-1", "MQTT-3.2.2-8"})
    void an_end_before_connack_is_told_by_connack_with_one_of_its_own_reasons(ReasonCode why, ReasonCode told) {
        Session session = new Session(host, 0, "c", 1);
        Connect connect = FakeHost.connect(MqttVersion.V5);
        Channel channel = fresh();
        channel.on(connect);
        ConnAck connAck = channel.open(FakeHost.client(connect), session, connect, false, 1, null);

        switch (why) {
            case SESSION_TAKEN_OVER -> channel.takenOver();
            case SERVER_SHUTTING_DOWN -> channel.shutDown();
            default -> channel.fail(why, null);
        }

        assertThat(((ConnAck) outlet.only()).reason()).isEqualTo(told);
        assertThat(session.connection()).isNull();
        channel.welcome(connAck);
        assertThat(outlet.take()).as("its records were safe too late").isEmpty();
    }

    @Test
    void a_connection_lost_before_connack_leaves_its_session_and_no_will() {
        Session session = new Session(host, 0, "c", 1);
        Connect connect = Connects.v5().will().packet();
        Channel channel = fresh();
        channel.on(connect);
        ConnAck connAck = channel.open(FakeHost.client(connect), session, connect, false, 1, null);

        channel.lost();
        channel.welcome(connAck);

        assertThat(outlet.take()).isEmpty();
        assertThat(host.detached).containsExactly(new FakeHost.Detached(session, false));
    }


    @Test
    @Spec("MQTT-4.12.0-7")
    void auth_without_a_method_is_a_mistake() {
        Channel channel = open(Connects.v5());

        channel.on(new Auth(ReasonCode.REAUTHENTICATE, NONE));

        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    @Spec({"MQTT-4.12.0-2", "MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-3.1.2-30"})
    void before_connack_auth_packets_go_back_and_forth() {
        Connect connect = Connects.v5().with(Property.AUTHENTICATION_METHOD, "m").packet();
        Properties method = Properties.builder().with(Property.AUTHENTICATION_METHOD, "m").build();
        Channel channel = fresh();
        channel.on(connect);
        channel.challenge(new byte[] {1});
        Auth challenge = (Auth) outlet.only();
        assertThat(challenge.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
        assertThat(challenge.properties().string(Property.AUTHENTICATION_METHOD)).isEqualTo("m");
        assertThat(channel.resting()).as("it waits for the client").isFalse();
        assertThat(channel.deadlineMillis()).as("but not for ever").isEqualTo(host.nowMillis + host.connectMillis);

        channel.on(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, method));

        assertThat(host.auths).hasSize(1);
        assertThat(channel.resting()).isTrue();
        ConnAck connAck =
                channel.open(FakeHost.client(connect), new Session(host, 0, "c", 1), connect, false, 1, new byte[] {2});
        assertThat(connAck.properties().string(Property.AUTHENTICATION_METHOD)).isEqualTo("m");
        assertThat(connAck.properties().binary(Property.AUTHENTICATION_DATA)).containsExactly(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"SUCCESS", "REAUTHENTICATE"})
    @Spec("MQTT-4.12.0-3")
    void before_connack_auth_says_continue(ReasonCode reason) {
        Properties method = Properties.builder().with(Property.AUTHENTICATION_METHOD, "m").build();
        Channel channel = fresh();
        channel.on(Connects.v5().with(Property.AUTHENTICATION_METHOD, "m").packet());
        channel.challenge(null);
        outlet.take();

        channel.on(new Auth(reason, method));

        assertThat(((ConnAck) outlet.only()).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(outlet.closed).isTrue();
    }

    @Test
    @Spec({"MQTT-4.12.1-1", "MQTT-4.12.0-5"})
    void an_open_client_may_authenticate_anew_by_the_same_method_and_no_other() {
        Properties method = Properties.builder().with(Property.AUTHENTICATION_METHOD, "m").build();
        Properties other = Properties.builder().with(Property.AUTHENTICATION_METHOD, "n").build();
        Channel channel = open(Connects.v5().with(Property.AUTHENTICATION_METHOD, "m"));

        channel.on(new Auth(ReasonCode.REAUTHENTICATE, method));
        assertThat(host.auths).hasSize(1);
        assertThat(channel.resting()).isTrue();
        channel.authenticated(channel.client(), null);
        assertThat(outlet.only()).isEqualTo(new Auth(ReasonCode.SUCCESS, method));
        assertThat(channel.resting()).isFalse();
        channel.on(new Auth(ReasonCode.REAUTHENTICATE, other));

        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void who_asks_is_told_how_safe_messages_are() {
        Properties asks = Properties.builder().user("tern-durability", "").build();
        Connect connect = new Connect(MqttVersion.V5, false, true, 0, "c", asks, null, null, null);
        Channel channel = fresh();
        channel.on(connect);

        ConnAck ack = channel.open(FakeHost.client(connect), new Session(host, 0, "c", 1), connect, false, 1, null);

        assertThat(ack.properties().userProperties())
                .extracting(Object::toString)
                .singleElement()
                .asString()
                .contains("tern-durability", "sync");
    }
}
