package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.Disconnect;
import io.tern.wire.PingReq;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How an open conversation ends: by DISCONNECT, by us, by silence.
class ChannelEndTest {

    private static final Properties NONE = Properties.NONE;

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();

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
        assertThat(((Disconnect) outlet.only()).reason()).isEqualTo(reason);
        assertThat(outlet.closed).isTrue();
    }

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
        assertThat(session.connection()).isNull();
    }

    @Test
    @Spec("MQTT-3.1.2-8")
    void a_shutdown_is_told_and_leaves_the_will() {
        Channel channel = open();

        channel.shutDown();

        closedWith(ReasonCode.SERVER_SHUTTING_DOWN);
        assertThat(host.detached).extracting(FakeHost.Detached::sendWill).containsExactly(true);
    }

    @Test
    void the_session_is_left_even_if_the_client_can_not_be_told_why() {
        RecordingOutlet broken = new RecordingOutlet();
        Channel channel = host.open(broken, Connects.v5().packet());
        Session session = channel.session();
        broken.failing = true;

        assertThatThrownBy(channel::takenOver)
                .isInstanceOf(IllegalStateException.class);

        assertThat(session.connection()).isNull();
        assertThat(broken.closed).isTrue();
        assertThat(host.detached).hasSize(1);
    }


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
