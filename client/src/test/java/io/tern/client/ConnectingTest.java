package io.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import org.junit.jupiter.api.Test;

/// CONNECT, CONNACK, Keep Alive and the end, without a socket.
class ConnectingTest {

    @Test
    @Spec({"MQTT-3.1.0-1", "3.1.1:MQTT-3.1.0-1"})
    void connect_is_the_first_packet_and_nothing_follows_before_connack() {
        SessionFixture f = SessionFixture.v5().publish("m", 1);
        f.session.opened(f.nowMillis);
        assertThat(f.sent()).containsExactly(SessionFixture.connect(MqttVersion.V5, Properties.NONE));
        f.receive(new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE));
        assertThat(f.events.drain()).containsExactly("connected");
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("m", 1, 1, false));
    }

    @Test
    void refusal_finishes_with_the_servers_reason() {
        SessionFixture f = SessionFixture.v3();
        f.session.opened(f.nowMillis);
        f.sent();
        f.receive(new ConnAck(false, ReasonCode.NOT_AUTHORIZED, Properties.NONE));
        assertThat(f.session.isFinished()).isTrue();
        assertThat(f.session.closeCause().kind()).isEqualTo(MqttException.Kind.REFUSED);
        assertThat(f.session.closeCause().reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void another_packet_before_connack_is_a_protocol_error() {
        SessionFixture f = SessionFixture.v5();
        f.session.opened(f.nowMillis);
        f.sent();
        f.receive(PingResp.INSTANCE);
        assertThat(f.session.isFinished()).isTrue();
        assertThat(f.session.closeCause().kind()).isEqualTo(MqttException.Kind.PROTOCOL);
        assertThat(f.sent()).isEmpty();
    }

    @Test
    void missing_connack_times_out() {
        SessionFixture f = SessionFixture.v5();
        f.session.opened(f.nowMillis);
        f.sent();
        assertThat(f.session.deadlineMillis()).isEqualTo(11_000);
        f.passMillis(9_999);
        assertThat(f.events.drain()).isEmpty();
        f.passMillis(1);
        assertThat(f.events.drain()).containsExactly("close TIMEOUT");
    }

    @Test
    @Spec("MQTT-3.2.2-4")
    void session_present_after_clean_start_is_a_protocol_error() {
        Connect clean = new Connect(MqttVersion.V5, false, true, 60, "c", Properties.NONE, null, null, null);
        SessionFixture f = new SessionFixture(clean, SessionOptions.DEFAULT);
        f.session.opened(f.nowMillis);
        f.sent();
        f.receive(new ConnAck(true, ReasonCode.SUCCESS, Properties.NONE));
        assertThat(f.session.closeCause().reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void reconnect_takes_the_assigned_identifier_and_resumes_what_has_not_expired() {
        Properties expiry = Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 60).build();
        Connect first = new Connect(MqttVersion.V5, false, true, 60, "", expiry, null, null, null);
        SessionFixture f = new SessionFixture(first, SessionOptions.DEFAULT);
        f.open(false, Properties.builder().with(Property.ASSIGNED_CLIENT_IDENTIFIER, "auto-7").build()).lose();
        assertThat(f.session.clientId()).isEqualTo("auto-7");
        f.session.opened(f.nowMillis);
        assertThat(f.sent()).containsExactly(
                new Connect(MqttVersion.V5, false, false, 60, "auto-7", expiry, null, null, null));
    }

    @Test
    void clean_session_of_3_1_1_stays_clean() {
        Connect clean = new Connect(MqttVersion.V3_1_1, false, true, 60, "c", Properties.NONE, null, null, null);
        SessionFixture f = new SessionFixture(clean, SessionOptions.DEFAULT);
        f.open().lose();
        f.session.opened(f.nowMillis);
        assertThat(f.sent()).containsExactly(clean);
    }

    @Test
    @Spec({"MQTT-3.1.2-20", "3.1.1:MQTT-3.1.2-23"})
    void silence_brings_pingreq_and_no_answer_means_dead() {
        SessionFixture f = SessionFixture.v3().open();
        f.passMillis(59_999);
        assertThat(f.sent()).isEmpty();
        f.passMillis(1);
        assertThat(f.sent()).containsExactly(PingReq.INSTANCE);
        f.passMillis(59_999);
        f.receive(PingResp.INSTANCE);
        f.passMillis(60_000);
        assertThat(f.sent()).containsExactly(PingReq.INSTANCE);
        f.passMillis(60_000);
        assertThat(f.events.drain()).containsExactly("close TIMEOUT");
        assertThat(f.session.isOpen()).isFalse();
    }

    @Test
    void a_client_that_only_sends_still_asks_whether_the_server_lives() {
        SessionFixture f = SessionFixture.v3().open();
        f.passMillis(30_000).publish("a", 0).sent();
        f.passMillis(30_000);
        assertThat(f.sent()).containsExactly(PingReq.INSTANCE);
    }

    @Test
    void while_reading_rests_the_server_is_not_taken_for_dead() {
        SessionFixture f = SessionFixture.v3().open();
        f.passMillis(60_000).sent();
        f.session.readingPaused(true, f.nowMillis);
        f.passMillis(60_000);
        f.passMillis(60_000);
        assertThat(f.events.drain()).isEmpty();
        assertThat(f.sent()).contains(PingReq.INSTANCE);
        f.session.readingPaused(false, f.nowMillis);
        f.passMillis(60_000);
        assertThat(f.events.drain()).containsExactly("close TIMEOUT");
    }

    @Test
    @Spec({"MQTT-3.1.2-21", "MQTT-3.2.2-21"})
    void server_keep_alive_wins() {
        SessionFixture f = SessionFixture.v5()
                .open(false, Properties.builder().with(Property.SERVER_KEEP_ALIVE, 5).build());
        assertThat(f.session.deadlineMillis()).isEqualTo(6_000);
        f.passMillis(5_000);
        assertThat(f.sent()).containsExactly(PingReq.INSTANCE);
    }

    @Test
    void keep_alive_zero_never_pings() {
        Connect none = new Connect(MqttVersion.V5, false, true, 0, "c", Properties.NONE, null, null, null);
        SessionFixture f = new SessionFixture(none, SessionOptions.DEFAULT).open();
        assertThat(f.session.deadlineMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void disconnect_goes_behind_what_waits() {
        SessionFixture f = SessionFixture.v5().open().publish("a", 0).publish("b", 0);
        f.session.disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.NONE, f.nowMillis);
        assertThat(f.session.isFinished()).isFalse();
        assertThat(f.sent()).containsExactly(SessionFixture.publishOf("a", 0, 0, false),
                SessionFixture.publishOf("b", 0, 0, false),
                new Disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.NONE));
        assertThat(f.session.isFinished()).isTrue();
        assertThat(f.session.closeCause().kind()).isEqualTo(MqttException.Kind.CLOSED);
    }

    @Test
    void servers_disconnect_ends_without_an_answer() {
        SessionFixture f = SessionFixture.v5().open();
        f.receive(new Disconnect(ReasonCode.SESSION_TAKEN_OVER,
                Properties.builder().with(Property.REASON_STRING, "elsewhere").build()));
        assertThat(f.sent()).isEmpty();
        assertThat(f.session.isFinished()).isTrue();
        assertThat(f.session.closeCause()).hasMessageContaining("elsewhere");
        assertThat(f.session.closeCause().reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(f.session.closeCause().isPassing()).isFalse();
    }

    @Test
    void auth_that_nobody_asked_for_is_refused() {
        SessionFixture f = SessionFixture.v5().open();
        f.receive(new Auth(ReasonCode.REAUTHENTICATE, Properties.NONE));
        assertThat(f.sent()).containsExactly(new Disconnect(ReasonCode.PROTOCOL_ERROR, Properties.NONE));
        assertThat(f.session.isFinished()).isTrue();
    }

    @Test
    void enhanced_authentication_is_refused_while_connecting() {
        SessionFixture f = SessionFixture.v5(
                Properties.builder().with(Property.AUTHENTICATION_METHOD, "SCRAM-SHA-256").build());
        f.session.opened(f.nowMillis);
        f.sent();
        f.receive(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, Properties.NONE));
        assertThat(f.session.isFinished()).isTrue();
        assertThat(f.session.closeCause()).hasMessageContaining("enhanced authentication");
    }
}
