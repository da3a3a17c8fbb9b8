package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.time.TimerWheel;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How long a session outlives its connection.
class SessionEndTest {

    private final House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Spec({"MQTT-3.1.2-23", "MQTT-4.1.0-2"})
    void comes_when_its_time_has_passed_and_not_before() {
        house.connect(0, Hello.v5("c").expirySeconds(100)).subscribed("a", 1).lose();

        house.advanceMillis(99_999);
        assertThat(house.broker.sessions()).isEqualTo(1);
        house.advanceMillis(1 + TimerWheel.TICK_MILLIS);

        assertThat(house.broker.sessions()).isZero();
        assertThat(house.broker.subscriptions()).isZero();
    }

    @Test
    @Spec("MQTT-4.1.0-1")
    void does_not_come_while_the_client_is_connected() {
        PlainClient client = house.connect(0, Hello.v5("c").expirySeconds(10)).subscribed("a", 0);
        client.lose();
        house.advanceSeconds(9);
        client = house.connect(1, Hello.v5("c").resume().expirySeconds(10));

        house.advanceSeconds(100);

        assertThat(client.connAck.sessionPresent()).isTrue();
        assertThat(house.broker.sessions()).isEqualTo(1);
        client.publish("a", "still here");
        assertThat(client.payloads()).containsExactly("still here");
    }

    @Test
    void comes_at_once_without_an_expiry() {
        PlainClient client = house.connect(0, Hello.v5("c")).subscribed("a", 1);

        client.disconnect();

        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    void follows_the_last_connect() {
        house.connect(0, Hello.v5("c").expirySeconds(1000)).lose();
        PlainClient again = house.connect(0, Hello.v5("c").resume());
        assertThat(again.connAck.sessionPresent()).isTrue();

        again.lose();

        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    void follows_what_disconnect_says() {
        PlainClient client = house.connect(0, Hello.v5("c").expirySeconds(1000));
        client.disconnect(5);
        house.advanceSeconds(4);
        assertThat(house.broker.sessions()).isEqualTo(1);

        house.advanceSeconds(2);

        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    void can_not_be_put_off_by_the_disconnect_of_a_client_that_had_no_expiry() {
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.disconnect(5);

        client.closedWith(ReasonCode.PROTOCOL_ERROR);
        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    void of_a_3_1_1_client_without_clean_session_comes_when_the_server_says() {
        House strict = new House(
                1, Options.builder().with(BrokerOptions.SESSION_EXPIRY, Duration.ofSeconds(60)).build());
        strict.connect(0, Hello.v311("c").resume()).lose();
        strict.connect(0, Hello.v311("d")).lose();
        assertThat(strict.broker.sessions()).isEqualTo(1);
        strict.advanceSeconds(59);
        assertThat(strict.connect(0, Hello.v311("c").resume()).connAck.sessionPresent()).isTrue();
        PlainClient longest = strict.connect(0, Hello.v5("e").expirySeconds(0xFFFF_FFFFL));
        assertThat(longest.connAck.properties().number(Property.SESSION_EXPIRY_INTERVAL, -1)).isEqualTo(60);
        strict.close();
    }

    @Test
    void counts_the_messages_that_were_still_queued() {
        house.connect(0, Hello.v5("c").expirySeconds(1)).subscribed("a", 1).lose();
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("a", "1", 1);
        publisher.published("a", "2", 2);

        house.advanceSeconds(2);

        assertThat(house.dropped(DropReason.SESSION_ENDED)).isEqualTo(2);
        assertThat(house.store.records(0)).contains("ended c");
        assertThat(publisher.published("a", "3", 3)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void takes_many_subscriptions_out_of_the_index_in_several_turns() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        for (int i = 0; i < 3500; i++) {
            client.subscribed("a/" + i, 0);
        }
        assertThat(house.broker.subscriptions()).isEqualTo(3500);

        client.connection.lose();
        house.loop(0).tasks();
        house.loop(0).turn();

        assertThat(house.broker.subscriptions()).isBetween(1L, 2500L);
        house.run();
        assertThat(house.broker.subscriptions()).isZero();
    }
}
