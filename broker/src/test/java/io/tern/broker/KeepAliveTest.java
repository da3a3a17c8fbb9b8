package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.time.TimerWheel;
import io.tern.wire.ConnAck;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How long a client may be silent.
class KeepAliveTest {

    private static final long SOON = TimerWheel.TICK_MILLIS;

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Spec({"MQTT-3.1.2-22", "MQTT-3.2.2-22"})
    void one_and_a_half_times_the_keep_alive_and_no_longer() {
        PlainClient client = house.connect(0, Hello.v5("c").keepAliveSeconds(3));

        house.advanceMillis(4499);
        client.nothing();
        house.advanceMillis(1 + SOON);

        client.closedWith(ReasonCode.KEEP_ALIVE_TIMEOUT);
    }

    @Test
    void who_is_not_let_in_before_the_deadline_is_refused() {
        house.close();
        house = new House(
                2,
                Options.builder().with(BrokerOptions.CONNECT_TIMEOUT, Duration.ofSeconds(10)).build(),
                (who, password, answer) -> {});
        PlainClient client = house.send(0, Hello.v5("c"));
        house.advanceMillis(9_999);
        client.nothing();
        house.advanceMillis(1 + SOON);

        assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }

    @Test
    @Spec("MQTT-3.12.4-1")
    void each_packet_begins_it_anew() {
        PlainClient client = house.connect(0, Hello.v5("c").keepAliveSeconds(3));
        for (int i = 0; i < 10; i++) {
            house.advanceMillis(4400);
            client.send(PingReq.INSTANCE);
            client.next(PingResp.class);
        }

        house.advanceMillis(4499);
        client.nothing();
        house.advanceMillis(1 + SOON);

        client.closedWith(ReasonCode.KEEP_ALIVE_TIMEOUT);
    }

    @Test
    @Spec("MQTT-3.1.2-22")
    void who_is_heard_after_a_pause_of_the_process_has_not_been_silent() {
        PlainClient client = house.connect(0, Hello.v5("c").keepAliveSeconds(3));
        PlainClient before = house.connect(0, Hello.v5("before"));
        house.advanceMillis(4400);

        // All in one round: somebody is read, the process stands still, the client is read, and then comes the turn.
        before.send(PingReq.INSTANCE);
        house.loop(0).execute(() -> house.nowMillis += 10_000);
        client.send(PingReq.INSTANCE);

        client.next(PingResp.class);
        client.nothing();
    }

    @Test
    void without_one_for_ever() {
        PlainClient client = house.connect(0, Hello.v5("c"));

        house.advanceSeconds(100_000);

        assertThat(client.isClosed()).isFalse();
    }

    @Test
    @Spec("MQTT-3.1.2-21")
    void what_the_server_says_where_it_says_something() {
        house = new House(1, Options.builder().with(BrokerOptions.KEEP_ALIVE_MAXIMUM, 10).build());
        PlainClient unlimited = house.connect(0, Hello.v5("u"));
        PlainClient longer = house.connect(0, Hello.v5("l").keepAliveSeconds(11));
        PlainClient shorter = house.connect(0, Hello.v5("s").keepAliveSeconds(9));
        PlainClient old = house.connect(0, Hello.v311("o").keepAliveSeconds(100));

        assertThat(unlimited.connAck.properties().number(Property.SERVER_KEEP_ALIVE, -1)).isEqualTo(10);
        assertThat(longer.connAck.properties().number(Property.SERVER_KEEP_ALIVE, -1)).isEqualTo(10);
        assertThat(shorter.connAck.properties().has(Property.SERVER_KEEP_ALIVE)).isFalse();
        house.advanceMillis(13_500 + SOON);
        assertThat(shorter.isClosed()).isTrue();
        assertThat(longer.isClosed()).isFalse();
        house.advanceMillis(1_500);
        assertThat(longer.isClosed()).isTrue();
        assertThat(unlimited.isClosed()).isTrue();
        assertThat(old.isClosed()).as("3.1.1 can't be told").isFalse();
    }

    @Test
    void counted_from_connack_also_after_a_move() {
        house.connect(1, Hello.durable("c")).lose();
        PlainClient client = house.connect(0, Hello.durable("c").keepAliveSeconds(2));

        house.advanceMillis(2999);
        client.nothing();
        house.advanceMillis(1 + SOON);

        client.closedWith(ReasonCode.KEEP_ALIVE_TIMEOUT);
    }

    @Test
    void not_at_all_while_the_client_is_kept_waiting() {
        house = new House(2, Options.builder().with(BrokerOptions.RECEIVE_MAXIMUM, 1).build());
        house.connect(1, Hello.durable("s")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v311("p").keepAliveSeconds(2));
        house.store.hold();
        publisher.publish("a", "x", 1, 1);
        publisher.send(PingReq.INSTANCE);

        house.advanceSeconds(60);

        assertThat(publisher.isClosed()).as("its PINGREQ waits behind our PUBACK").isFalse();
        house.store.release();
        publisher.next(io.tern.wire.PubAck.class);
        publisher.next(PingResp.class);
        house.advanceMillis(3000 + 2 * SOON);
        assertThat(publisher.isClosed()).isTrue();
    }

    @Test
    void some_seconds_before_connect() {
        house = new House(
                1, Options.builder().with(BrokerOptions.CONNECT_TIMEOUT, Duration.ofSeconds(5)).build());
        PlainClient silent = house.open(0);
        PlainClient slow = house.open(0);
        house.advanceSeconds(4);
        slow.sendBytes(0x10, 0x0C, 0);
        house.advanceMillis(999);
        assertThat(silent.isClosed()).isFalse();

        house.advanceMillis(1 + SOON);

        assertThat(silent.isClosed()).isTrue();
        assertThat(slow.isClosed()).as("half a CONNECT is none").isTrue();
        silent.nothing();
    }

    @Test
    @Spec("MQTT-3.1.2-22")
    void a_client_whose_connection_took_over_is_measured_by_its_own() {
        house.connect(0, Hello.durable("c").keepAliveSeconds(2));
        PlainClient fresh = house.connect(0, Hello.durable("c").keepAliveSeconds(100));

        house.advanceSeconds(60);

        assertThat(fresh.isClosed()).isFalse();
    }
}
