package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each packet in each phase of a conversation.
class ChannelTest {

    private static final Properties NONE = Properties.NONE;

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();

    private Channel fresh() {
        return new Channel(host, FakeHost.CONNECTION, outlet);
    }

    private Channel open(Connects connects) {
        return host.open(outlet, connects.packet());
    }

    private Channel open() {
        return open(Connects.v5());
    }

    private static Disconnect disconnect(ReasonCode reason) {
        return new Disconnect(reason, NONE);
    }

    private void closedWith(ReasonCode reason) {
        assertThat(outlet.only()).isEqualTo(disconnect(reason));
        assertThat(outlet.closed).isTrue();
    }

    static Stream<Packet> anythingButConnect() {
        TopicFilter filter = TopicFilter.of("a");
        return Stream.of(
                new Publish(false, 0, false, Messages.TOPIC, 0, NONE, new byte[0]),
                new PubAck(1, ReasonCode.SUCCESS, NONE),
                new PubRec(1, ReasonCode.SUCCESS, NONE),
                new PubRel(1, ReasonCode.SUCCESS, NONE),
                new PubComp(1, ReasonCode.SUCCESS, NONE),
                new Subscribe(1, NONE, List.of(new Subscribe.Item(filter, 0))),
                new Unsubscribe(1, NONE, List.of(filter)),
                PingReq.INSTANCE,
                disconnect(ReasonCode.SUCCESS),
                new Auth(ReasonCode.CONTINUE_AUTHENTICATION, NONE));
    }

    static Stream<Packet> onlyServersSend() {
        return Stream.of(
                new ConnAck(false, ReasonCode.SUCCESS, NONE),
                new SubAck(1, NONE, List.of(ReasonCode.SUCCESS)),
                new UnsubAck(1, NONE, List.of(ReasonCode.SUCCESS)),
                PingResp.INSTANCE);
    }

    // Before CONNECT.

    @ParameterizedTest
    @MethodSource({"anythingButConnect", "onlyServersSend"})
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

    // Between CONNECT and CONNACK.

    @ParameterizedTest
    @MethodSource({"anythingButConnect", "onlyServersSend"})
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
        session.outbox().add(Messages.of("owed", 1), 1, false, null);
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

        channel.refuse(ReasonCode.NOT_AUTHORIZED, null);

        assertThat(outlet.only()).isEqualTo(new ConnAck(false, ReasonCode.NOT_AUTHORIZED, NONE));
        assertThat(outlet.closed).isTrue();
        assertThat(channel.isClosed()).isTrue();
        channel.refuse(ReasonCode.SERVER_BUSY, null);
        channel.fail(ReasonCode.PROTOCOL_ERROR);
        assertThat(outlet.take()).as("once").isEmpty();
        assertThat(host.detached).isEmpty();
    }

    @Test
    void a_refusal_can_say_where_else_to_go() {
        Channel channel = fresh();
        channel.on(FakeHost.connect(MqttVersion.V5));

        channel.refuse(ReasonCode.USE_ANOTHER_SERVER, "elsewhere:1883");

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
            default -> channel.fail(why);
        }

        assertThat(((ConnAck) outlet.only()).reason()).isEqualTo(told);
        assertThat(session.channel()).isNull();
        channel.welcome(connAck);
        assertThat(outlet.take()).as("its records were safe too late").isEmpty();
    }

    @Test
    void a_connection_lost_before_connack_leaves_its_session() {
        Session session = new Session(host, 0, "c", 1);
        Connect connect = Connects.v5().will().packet();
        Channel channel = fresh();
        channel.on(connect);
        ConnAck connAck = channel.open(FakeHost.client(connect), session, connect, false, 1, null);

        channel.lost();
        channel.welcome(connAck);

        assertThat(outlet.take()).isEmpty();
        assertThat(host.detached).containsExactly(new FakeHost.Detached(session, true));
    }

    // When it is open.

    @ParameterizedTest
    @MethodSource("onlyServersSend")
    void packets_that_only_servers_send_are_a_mistake(Packet packet) {
        Channel channel = open();

        channel.on(packet);

        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    @Spec({"MQTT-3.1.0-2", "MQTT-4.13.1-1"})
    void a_second_connect_is_a_mistake() {
        Channel channel = open();

        channel.on(FakeHost.connect(MqttVersion.V5));

        closedWith(ReasonCode.PROTOCOL_ERROR);
        assertThat(host.detached).extracting(FakeHost.Detached::sendWill).containsExactly(true);
    }

    @Test
    void in_3_x_a_mistake_closes_without_a_word() {
        Channel channel = open(Connects.of(MqttVersion.V3_1_1));

        channel.on(FakeHost.connect(MqttVersion.V3_1_1));

        assertThat(outlet.take()).isEmpty();
        assertThat(outlet.closed).isTrue();
    }

    @Test
    @Spec("MQTT-3.12.4-1")
    void a_ping_is_answered() {
        Channel channel = open();

        channel.on(PingReq.INSTANCE);

        assertThat(outlet.only()).isEqualTo(PingResp.INSTANCE);
    }

    @Test
    void subscribe_and_unsubscribe_go_to_the_host() {
        Channel channel = open();

        anythingButConnect()
                .filter(packet -> packet instanceof Subscribe || packet instanceof Unsubscribe)
                .forEach(channel::on);

        assertThat(host.subscribes).hasSize(1);
        assertThat(host.unsubscribes).hasSize(1);
    }

    @Test
    @Spec({"MQTT-4.3.3-4", "MQTT-4.3.3-11"})
    void answers_to_what_is_unknown_are_answered_where_that_is_due() {
        Channel channel = open();

        channel.on(new PubAck(9, ReasonCode.SUCCESS, NONE));
        channel.on(new PubComp(9, ReasonCode.SUCCESS, NONE));
        channel.on(new PubRec(9, ReasonCode.UNSPECIFIED_ERROR, NONE));
        assertThat(outlet.take()).isEmpty();
        channel.on(new PubRec(9, ReasonCode.SUCCESS, NONE));
        assertThat(outlet.only()).isEqualTo(new PubRel(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, NONE));
        channel.on(new PubRel(9, ReasonCode.SUCCESS, NONE));
        assertThat(outlet.only()).isEqualTo(new PubComp(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, NONE));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void an_answer_makes_room_for_the_next_message_and_for_those_who_wait() {
        Channel channel = open(Connects.v5().with(Property.RECEIVE_MAXIMUM, 1));
        Session session = channel.session();
        session.offer(Messages.of("1", 1), 2, false, null);
        session.offer(Messages.of("2", 2), 2, false, null);
        session.offer(Messages.of("3", 1), 2, false, null);
        assertThat(outlet.message().packetId()).isEqualTo(1);
        int roomy = host.roomy;

        channel.on(new PubAck(1, ReasonCode.SUCCESS, NONE));
        assertThat(Messages.text(outlet.message())).isEqualTo("2");
        assertThat(host.roomy).isEqualTo(roomy + 1);
        channel.on(new PubRec(2, ReasonCode.SUCCESS, NONE));
        assertThat(outlet.only()).isEqualTo(new PubRel(2, ReasonCode.SUCCESS, NONE));
        channel.on(new PubComp(2, ReasonCode.SUCCESS, NONE));

        assertThat(Messages.text(outlet.message())).isEqualTo("3");
    }

    @Test
    @Spec("MQTT-4.4.0-2")
    void a_refused_message_of_qos_2_is_done_without_pubrel() {
        Channel channel = open(Connects.v5().with(Property.RECEIVE_MAXIMUM, 1));
        channel.session().offer(Messages.of("1", 2), 2, false, null);
        channel.session().offer(Messages.of("2", 2), 2, false, null);
        outlet.take();

        channel.on(new PubRec(1, ReasonCode.QUOTA_EXCEEDED, NONE));

        assertThat(Messages.text(outlet.message())).isEqualTo("2");
    }

    // AUTH.

    @Test
    @Spec("MQTT-4.12.0-7")
    void auth_without_a_method_is_a_mistake() {
        Channel channel = open();

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
        channel.authenticated(null);
        assertThat(outlet.only()).isEqualTo(new Auth(ReasonCode.SUCCESS, method));
        assertThat(channel.resting()).isFalse();
        channel.on(new Auth(ReasonCode.REAUTHENTICATE, other));

        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    // DISCONNECT and other ends.

    @Test
    @Spec({"MQTT-3.14.4-3", "MQTT-3.1.2-8"})
    void a_normal_disconnect_deletes_the_will_and_others_send_it() {
        for (ReasonCode reason :
                List.of(ReasonCode.SUCCESS, ReasonCode.DISCONNECT_WITH_WILL, ReasonCode.QUOTA_EXCEEDED)) {
            host.detached.clear();
            outlet.closed = false;
            Channel channel = open(Connects.v5().will());

            channel.on(disconnect(reason));

            assertThat(host.detached.getFirst().sendWill()).isEqualTo(reason != ReasonCode.SUCCESS);
            assertThat(outlet.closed).isTrue();
            assertThat(outlet.take()).isEmpty();
        }
    }

    @Test
    void a_disconnect_may_change_the_expiry_but_not_from_nothing_to_something() {
        Properties expiry =
                Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 7).build();
        Channel channel = open(Connects.v5().with(Property.SESSION_EXPIRY_INTERVAL, 60));
        channel.on(new Disconnect(ReasonCode.SUCCESS, expiry));
        assertThat(channel.session().expirySeconds()).isEqualTo(7);
        assertThat(host.journal.records).as("what recovery will find").containsExactly("opened 60", "opened 7");

        outlet.closed = false;
        Channel second = open(Connects.v5());
        second.on(new Disconnect(ReasonCode.SUCCESS, expiry));
        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void a_disconnect_can_not_ask_for_more_than_the_server_grants() {
        host.sessionExpirySecondsMaximum = 30;
        Channel channel = open(Connects.v5().with(Property.SESSION_EXPIRY_INTERVAL, 20));

        channel.on(new Disconnect(
                ReasonCode.SUCCESS,
                Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 1000).build()));

        assertThat(channel.session().expirySeconds()).isEqualTo(30);
    }

    @Test
    @Spec({"MQTT-3.1.4-3", "MQTT-3.14.4-1", "MQTT-3.14.4-2"})
    void a_takeover_is_told_and_sends_the_will_and_nothing_follows() {
        Channel channel = open();
        Session session = channel.session();

        channel.takenOver();
        session.offer(Messages.of("late", 0), 0, false, null);
        channel.on(PingReq.INSTANCE);
        channel.settled(0, ReasonCode.SUCCESS);
        channel.onWritable();
        channel.lost();

        closedWith(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(host.detached).containsExactly(new FakeHost.Detached(session, true));
        assertThat(session.channel()).isNull();
    }

    @Test
    void a_shutdown_is_told_and_sends_no_will() {
        Channel channel = open();

        channel.shutDown();

        closedWith(ReasonCode.SERVER_SHUTTING_DOWN);
        assertThat(host.detached).extracting(FakeHost.Detached::sendWill).containsExactly(false);
    }

    @Test
    void the_session_is_left_even_if_the_client_can_not_be_told_why() {
        RecordingOutlet broken = new RecordingOutlet();
        Channel channel = host.open(broken, Connects.v5().packet());
        Session session = channel.session();
        broken.failing = true;

        org.assertj.core.api.Assertions.assertThatThrownBy(channel::takenOver)
                .isInstanceOf(IllegalStateException.class);

        assertThat(session.channel()).isNull();
        assertThat(broken.closed).isTrue();
        assertThat(host.detached).hasSize(1);
    }

    // Keep-alive.

    @Test
    @Spec({"MQTT-3.1.2-22"})
    void silence_of_one_and_a_half_keep_alives_ends_it() {
        Channel channel = open(Connects.v5().keepAliveSeconds(7));
        assertThat(channel.deadlineMillis()).isEqualTo(host.nowMillis + 10_500);
        channel.heard(host.nowMillis + 1000);
        assertThat(channel.deadlineMillis()).isEqualTo(host.nowMillis + 11_500);

        channel.onTimeout(host.nowMillis + 11_499);
        assertThat(channel.isOpen()).isTrue();
        channel.onTimeout(host.nowMillis + 11_500);

        closedWith(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(host.detached).extracting(FakeHost.Detached::sendWill).containsExactly(true);
    }

    @Test
    void without_a_keep_alive_it_never_ends() {
        Channel channel = open();

        assertThat(channel.deadlineMillis()).isEqualTo(Long.MAX_VALUE);
        channel.onTimeout(Long.MAX_VALUE - 1);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void the_longest_keep_alive_does_not_overflow() {
        Channel channel = open(Connects.v5().keepAliveSeconds(65_535));

        assertThat(channel.deadlineMillis()).isEqualTo(host.nowMillis + 98_302_500);
    }
}
