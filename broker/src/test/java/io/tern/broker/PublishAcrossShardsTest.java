package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A message from its publisher's shard to its subscribers on others, and the answer back.
class PublishAcrossShardsTest {

    private static final int THERE = 2;

    private final House house = new House(3);

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "0,1,0", "0,2,0", "1,0,0", "1,1,1", "1,2,1", "2,0,0", "2,1,1", "2,2,2"})
    @Spec({"MQTT-3.8.4-8", "MQTT-3.3.1-3"})
    void comes_with_the_lower_of_both_qualities_of_service(int published, int granted, int delivered) {
        PlainClient subscriber = house.connect(THERE, Hello.v5("s")).subscribed("a/b", granted);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("a/b", "x", published, published == 0 ? 0 : 9);

        Publish message = subscriber.next(Publish.class);
        assertThat(message.qos()).isEqualTo(delivered);
        assertThat(message.dup()).isFalse();
        assertThat(PlainClient.text(message)).isEqualTo("x");
    }

    @Test
    @Spec({"MQTT-3.3.4-1", "MQTT-4.3.2-4", "MQTT-4.3.2-1"})
    void is_acknowledged_at_qos_1_on_both_sides() {
        PlainClient subscriber = house.connect(THERE, Hello.v5("s")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("a", "x", 1, 77);

        PubAck ack = publisher.next(PubAck.class);
        assertThat(ack.packetId()).isEqualTo(77);
        assertThat(ack.reason()).isEqualTo(ReasonCode.SUCCESS);
        Publish message = subscriber.next(Publish.class);
        assertThat(message.packetId()).isPositive();
        subscriber.puback(message.packetId());
        subscriber.nothing();
        publisher.nothing();
    }

    @Test
    @Spec({"MQTT-4.3.3-8", "MQTT-4.3.3-11", "MQTT-4.3.3-4", "MQTT-4.3.3-1"})
    void goes_through_all_four_steps_at_qos_2_on_both_sides() {
        PlainClient subscriber = house.connect(THERE, Hello.v5("s")).subscribed("a", 2);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("a", "x", 2, 77);
        PubRec received = publisher.next(PubRec.class);
        publisher.pubrel(77);
        PubComp complete = publisher.next(PubComp.class);

        assertThat(received.packetId()).isEqualTo(77);
        assertThat(complete.packetId()).isEqualTo(77);
        assertThat(complete.reason()).isEqualTo(ReasonCode.SUCCESS);
        Publish message = subscriber.next(Publish.class);
        assertThat(message.qos()).isEqualTo(2);
        subscriber.pubrec(message.packetId());
        PubRel release = subscriber.next(PubRel.class);
        assertThat(release.packetId()).isEqualTo(message.packetId());
        subscriber.pubcomp(message.packetId());
        subscriber.nothing();
    }

    @Test
    @Spec({"MQTT-4.3.3-10", "MQTT-4.3.3-12"})
    void is_delivered_once_however_often_a_qos_2_publisher_repeats_it() {
        PlainClient subscriber = house.connect(THERE, Hello.durable("s")).subscribed("a", 2);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("a", "x", 2, 5);
        publisher.publish("a", "x", 2, 5);
        publisher.publish("a", "x", 2, 5);
        publisher.next(PubRec.class);
        publisher.publish("a", "x", 2, 5);
        publisher.next(PubRec.class);
        publisher.pubrel(5);
        publisher.next(PubComp.class);
        publisher.publish("a", "y", 2, 5);
        publisher.next(PubRec.class);

        assertThat(subscriber.payloads()).containsExactly("x", "y");
    }

    @Test
    @Spec({"MQTT-4.6.0-5", "MQTT-4.6.0-6"})
    void keeps_its_place_among_the_messages_of_its_publisher() {
        PlainClient first = house.connect(1, Hello.v5("s1")).subscribed("n/#", 0);
        PlainClient second = house.connect(THERE, Hello.durable("s2")).subscribed("n/+", 1).acknowledge();
        PlainClient third = house.connect(0, Hello.v5("s3")).subscribed("n/1", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<String> sent = new ArrayList<>();

        for (int i = 1; i <= 500; i++) {
            publisher.publish("n/1", "" + i, 1, i);
            sent.add("" + i);
        }

        assertThat(first.payloads()).isEqualTo(sent);
        assertThat(second.payloads()).isEqualTo(sent);
        assertThat(third.payloads()).isEqualTo(sent);
    }

    @Test
    @Spec({"MQTT-4.6.0-2", "MQTT-4.6.0-3"})
    void is_answered_in_the_order_of_the_publishes_whatever_each_waits_for() {
        house.connect(THERE, Hello.durable("s")).subscribed("slow", 1);
        house.connect(1, Hello.v5("q")).subscribed("fast", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.hold();

        publisher.publish("slow", "1", 1, 1);
        publisher.publish("fast", "2", 1, 2);
        publisher.publish("nobody", "3", 2, 3);
        publisher.nothing();
        house.store.release();

        assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(1);
        assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(2);
        PubRec third = publisher.next(PubRec.class);
        assertThat(third.packetId()).isEqualTo(3);
        assertThat(third.reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    @Spec({"MQTT-3.3.4-2", "MQTT-3.3.4-3", "MQTT-3.3.4-4"})
    void comes_once_for_all_subscriptions_that_match_with_all_their_identifiers() {
        PlainClient subscriber = house.connect(THERE, Hello.v5("s"))
                .subscribed("a/#", 0, 11)
                .subscribed("a/+", 2, 22)
                .subscribed("a/b", 1)
                .subscribed("x/b", 2, 33);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish("a/b", "x", 2, 1);

        Publish message = subscriber.next(Publish.class);
        assertThat(message.qos()).isEqualTo(2);
        assertThat(message.properties().subscriptionIdentifiers()).containsExactlyInAnyOrder(11, 22);
        subscriber.nothing();
    }

    @Test
    @Spec("MQTT-3.8.3-3")
    void is_kept_from_its_own_publisher_where_that_was_asked_for() {
        Subscribe.Item noLocal = new Subscribe.Item(TopicFilter.of("a/#"), 1, true, false, 0);
        PlainClient client = house.connect(0, Hello.v5("c")).subscribed(noLocal);
        PlainClient other = house.connect(THERE, Hello.v5("o")).subscribed("a/#", 0);

        client.publish("a/b", "mine");
        other.publish("a/b", "theirs");

        assertThat(client.payloads()).containsExactly("theirs");
        assertThat(other.payloads()).containsExactlyInAnyOrder("mine", "theirs");
        client.subscribed("a/b", 0);
        client.publish("a/b", "again");
        assertThat(client.payloads()).as("another subscription asks for it").containsExactly("again");
    }

    @Test
    @Spec({"MQTT-3.3.1-12", "MQTT-3.3.1-13"})
    void carries_the_retain_flag_only_where_that_was_asked_for() {
        Subscribe.Item asPublished = new Subscribe.Item(TopicFilter.of("a"), 0, false, true, 0);
        PlainClient kept = house.connect(THERE, Hello.v5("s1")).subscribed(asPublished);
        PlainClient cleared = house.connect(THERE, Hello.v5("s2")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.retain("a", "1");
        publisher.publish("a", "2");

        assertThat(kept.messages()).extracting(Publish::retain).containsExactly(true, false);
        assertThat(cleared.messages()).extracting(Publish::retain).containsExactly(false, false);
    }

    @Test
    @Spec({
        "MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20",
        "MQTT-3.1.3-10"
    })
    void carries_its_publishers_properties_unaltered() {
        Properties properties = Properties.builder()
                .with(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .with(Property.CONTENT_TYPE, "text/plain")
                .with(Property.RESPONSE_TOPIC, "re/ply")
                .with(Property.CORRELATION_DATA, new byte[] {1, 0, 2})
                .user("b", "1")
                .user("a", "2")
                .user("b", "3")
                .build();
        PlainClient subscriber = house.connect(THERE, Hello.v5("s")).subscribed("a", 0);
        PlainClient old = house.connect(1, Hello.v311("o")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.send(new Publish(false, 0, false, TopicName.of("a"), 0, properties, new byte[] {'x'}));

        assertThat(subscriber.next(Publish.class).properties()).isEqualTo(properties);
        assertThat(old.next(Publish.class).properties()).isEqualTo(Properties.NONE);
    }

    @Test
    @Spec("MQTT-3.3.2-6")
    void carries_what_is_left_of_its_life() {
        PlainClient subscriber = house.connect(THERE, Hello.durable("s")).subscribed("a", 1);
        subscriber.lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        Properties expiry =
                Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 100).build();

        publisher.send(new Publish(false, 1, false, TopicName.of("a"), 1, expiry, new byte[0]));
        house.advanceSeconds(30);
        PlainClient back = house.connect(0, Hello.durable("s"));

        assertThat(back.next(Publish.class).properties().number(Property.MESSAGE_EXPIRY_INTERVAL, -1))
                .isEqualTo(70);
    }

    @Test
    void tells_the_publisher_when_nobody_subscribes() {
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        assertThat(publisher.published("a", "x", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(publisher.published("b", "x", 2)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        subscriber.received();
        subscriber.unsubscribed("a");
        assertThat(publisher.published("a", "x", 3)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        subscriber.subscribed("a", 1);
        assertThat(publisher.published("a", "x", 4)).isEqualTo(ReasonCode.SUCCESS);
    }
}
