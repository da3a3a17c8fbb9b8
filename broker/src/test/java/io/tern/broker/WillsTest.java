package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.broker.time.TimerWheel;
import io.tern.broker.watch.Counters;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When a will is sent, and when it is not.
class WillsTest {

    private final House house = new House(2);
    private PlainClient watcher;

    @BeforeEach
    void watch() {
        watcher = house.connect(1, Hello.v5("w")).subscribed("will/#", 2).acknowledge();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Spec({"MQTT-3.1.2-7", "MQTT-3.1.2-8"})
    void it_is_sent_when_the_connection_breaks() {
        house.connect(0, Hello.v5("c").will("will/c", "gone")).lose();

        Publish will = watcher.messages().getFirst();
        assertThat(PlainClient.text(will)).isEqualTo("gone");
        assertThat(will.topic().value()).isEqualTo("will/c");
        assertThat(will.qos()).isEqualTo(1);
    }

    @Test
    @Spec({"MQTT-3.14.4-3", "MQTT-3.1.2-10"})
    void it_is_not_sent_after_an_ordinary_disconnect() {
        house.connect(0, Hello.v5("c").will("will/c", "gone")).disconnect();
        house.connect(0, Hello.durable("d").will("will/d", "gone", 5)).disconnect();
        house.connect(0, Hello.v311("e").will("will/e", "gone")).disconnect();

        house.advanceSeconds(4000);

        watcher.nothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISCONNECT_WITH_WILL", "UNSPECIFIED_ERROR"})
    void it_is_sent_after_a_disconnect_with_a_reason(ReasonCode reason) {
        house.connect(0, Hello.v5("c").will("will/c", "gone")).disconnect(reason);

        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void it_is_sent_when_the_client_breaks_the_protocol() {
        PlainClient client = house.connect(0, Hello.v5("c").will("will/c", "gone"));

        client.sendBytes(0xF5, 0x00);

        client.closedWith(ReasonCode.MALFORMED_PACKET);
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    @Spec("MQTT-3.1.2-22")
    void it_is_sent_when_the_client_is_silent_for_too_long() {
        house.connect(0, Hello.v5("c").keepAliveSeconds(10).will("will/c", "gone"));
        house.advanceMillis(14_999);
        watcher.nothing();

        house.advanceMillis(1 + TimerWheel.TICK_MILLIS);

        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void it_waits_for_its_delay() {
        house.connect(0, Hello.durable("c").will("will/c", "gone", 30)).lose();
        house.advanceSeconds(29);
        watcher.nothing();

        house.advanceSeconds(2);

        assertThat(watcher.payloads()).containsExactly("gone");
        house.advanceSeconds(10_000);
        watcher.nothing();
    }

    @Test
    void it_is_sent_when_the_session_ends_before_its_delay() {
        house.connect(0, Hello.v5("c").expirySeconds(10).will("will/c", "gone", 30)).lose();
        house.advanceSeconds(9);
        watcher.nothing();

        house.advanceSeconds(2);

        assertThat(watcher.payloads()).containsExactly("gone");
        house.advanceSeconds(100);
        watcher.nothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec("MQTT-3.1.3-9")
    void it_is_not_sent_when_the_client_is_back_before_its_delay(int shard) {
        house.connect(0, Hello.durable("c").will("will/c", "gone", 30)).lose();
        house.advanceSeconds(29);

        house.connect(shard, Hello.durable("c"));
        house.advanceSeconds(100);

        watcher.nothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void with_a_delay_it_is_not_sent_at_a_takeover_and_the_new_one_counts(int shard) {
        house.connect(0, Hello.durable("c").will("will/c", "first", 30));

        PlainClient fresh = house.connect(shard, Hello.durable("c").will("will/c", "second", 5));
        house.advanceSeconds(100);
        watcher.nothing();
        fresh.lose();
        house.advanceSeconds(6);

        assertThat(watcher.payloads()).containsExactly("second");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void without_a_delay_it_is_sent_at_a_takeover(int shard) {
        house.connect(0, Hello.durable("c").will("will/c", "gone"));

        house.connect(shard, Hello.durable("c"));

        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void with_a_delay_it_is_sent_when_clean_start_ends_the_session(int shard) {
        house.connect(0, Hello.durable("c").will("will/c", "gone", 30));

        house.connect(shard, Hello.v5("c"));

        assertThat(watcher.payloads()).containsExactly("gone");
        house.advanceSeconds(100);
        watcher.nothing();
    }

    @Test
    void a_will_of_its_own_session_comes_after_connack_of_the_takeover() {
        house.connect(0, Hello.durable("c").will("will/c", "gone")).subscribed("will/c", 1);

        PlainClient fresh = house.connect(0, Hello.durable("c"));

        assertThat(fresh.payloads()).containsExactly("gone");
    }

    @Test
    @Spec("MQTT-3.1.2-15")
    void it_is_retained_if_it_says_so() {
        house.connect(0, Hello.v5("c").will("will/c", "gone", 0, true, Properties.NONE)).lose();
        assertThat(watcher.messages()).extracting(Publish::retain).containsExactly(false);

        PlainClient late = house.connect(0, Hello.v5("late")).subscribed("will/c", 0);

        assertThat(late.messages()).extracting(Publish::retain).containsExactly(true);
    }

    @Test
    @Spec("MQTT-3.1.2-14")
    void it_is_not_retained_if_it_does_not_say_so() {
        house.connect(0, Hello.v5("c").will("will/c", "gone")).lose();

        PlainClient late = house.connect(0, Hello.v5("late")).subscribed("will/c", 0);

        late.nothing();
    }

    @Test
    void it_carries_its_properties_but_its_delay_and_its_expiry_counts_from_its_sending() {
        Properties properties = Properties.builder()
                .with(Property.WILL_DELAY_INTERVAL, 10)
                .with(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                .with(Property.CONTENT_TYPE, "text")
                .user("a", "b")
                .build();
        house.connect(0, Hello.durable("c").will("will/c", "gone", 2, false, properties)).lose();

        house.advanceSeconds(20);

        Publish will = watcher.messages().getFirst();
        assertThat(will.qos()).isEqualTo(2);
        assertThat(will.properties())
                .isEqualTo(properties.toBuilder()
                        .without(Property.WILL_DELAY_INTERVAL)
                        .build());
    }

    @Test
    @Spec("MQTT-3.8.3-3")
    void it_is_its_clients_own_message() {
        PlainClient client = house.connect(0, Hello.durable("c").will("will/c", "gone"));
        client.subscribed(new Subscribe.Item(TopicFilter.of("will/c"), 1, true, false, 0));
        client.lose();

        PlainClient fresh = house.connect(0, Hello.durable("c"));

        assertThat(watcher.payloads()).containsExactly("gone");
        fresh.nothing();
    }

    /// A message of the server itself.
    private static Message said(String topic, String text) {
        return new Message(TopicName.of(topic), text.getBytes(StandardCharsets.UTF_8), 1, true, Properties.NONE, null,
                Message.NEVER);
    }

    @Test
    void that_an_alarm_is_over_is_said_however_many_wills_wait() {
        PlainClient operator = house.connect(1, Hello.v5("o")).subscribed("$SYS/broker/alarms/#", 0);
        house.broker.publish(said("$SYS/broker/alarms/disk", "scarce"));
        house.run();
        assertThat(operator.payloads()).containsExactly("scarce");
        for (int i = 0; i < 20_000; i++) {
            house.broker.publish(said("will/" + i, ""));
        }

        house.broker.publish(said("$SYS/broker/alarms/disk", ""));
        house.run();

        assertThat(house.broker.count(Counters.Event.REJECTED)).isPositive();
        assertThat(operator.payloads()).containsExactly("");
        house.connect(0, Hello.v5("later")).subscribed("$SYS/broker/alarms/#", 0).nothing();
    }

    @Test
    void wills_of_many_come_a_few_a_turn_and_all_at_last() {
        PlainClient[] clients = new PlainClient[200];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = house.connect(0, Hello.v5("c" + i).will("will/" + i, "" + i));
        }
        for (PlainClient client : clients) {
            client.connection.lose();
        }

        assertThat(watcher.payloads()).hasSize(200).doesNotHaveDuplicates();
    }
}
