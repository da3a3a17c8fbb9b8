package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Strictness;
import io.tern.wire.Disconnect;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// SUBSCRIBE and UNSUBSCRIBE, and what they are answered.
class SubscribingTest {

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private static Subscribe subscribe(int packetId, Subscribe.Item... items) {
        return new Subscribe(packetId, Properties.NONE, List.of(items));
    }

    private static Subscribe.Item item(String filter, int qos) {
        return new Subscribe.Item(TopicFilter.of(filter), qos);
    }

    private static Unsubscribe unsubscribe(int packetId, String... filters) {
        return new Unsubscribe(
                packetId, Properties.NONE, Stream.of(filters).map(TopicFilter::of).toList());
    }

    @Test
    @Spec({
        "MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.8.4-7", "MQTT-3.9.3-1", "MQTT-2.2.1-6"
    })
    void suback_says_for_each_filter_in_order_what_was_granted() {
        house.connect(1, Hello.v5("other")).subscribed("$share/g/d", 0);
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.send(subscribe(77, item("a", 2), item("b/#", 0), item("$share/g/d", 1), item("+/c", 1)));

        SubAck ack = client.next(SubAck.class);
        assertThat(ack.packetId()).isEqualTo(77);
        assertThat(ack.reasons())
                .containsExactly(
                        ReasonCode.GRANTED_QOS_2,
                        ReasonCode.SUCCESS,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.GRANTED_QOS_1);
        client.nothing();
    }

    @Test
    @Spec({"MQTT-3.10.4-1", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.10.4-6", "MQTT-3.11.3-1", "MQTT-3.11.3-2"})
    void unsuback_says_for_each_filter_in_order_whether_it_was_there() {
        PlainClient client = house.connect(0, Hello.v5("c")).subscribed("a", 1).subscribed("b/+", 1);

        client.send(unsubscribe(78, "b/#", "a", "a", "b/+"));

        UnsubAck ack = client.next(UnsubAck.class);
        assertThat(ack.packetId()).isEqualTo(78);
        assertThat(ack.reasons())
                .containsExactly(
                        ReasonCode.NO_SUBSCRIPTION_EXISTED,
                        ReasonCode.SUCCESS,
                        ReasonCode.NO_SUBSCRIPTION_EXISTED,
                        ReasonCode.SUCCESS);
        assertThat(house.broker.subscriptions()).isZero();
    }

    @Test
    @Spec("MQTT-3.1.2-24")
    void an_answer_that_is_too_large_for_its_client_ends_the_wait_for_it() {
        Subscribe.Item[] items = new Subscribe.Item[30];
        String[] filters = new String[30];
        for (int i = 0; i < items.length; i++) {
            items[i] = item("f/" + i, 1);
            filters[i] = "f/" + i;
        }
        PlainClient client = house.connect(0, Hello.v5("c").with(Property.MAXIMUM_PACKET_SIZE, 20));
        client.send(subscribe(77, items));
        assertThat(client.next(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(client.connection.isOpen()).isFalse();

        PlainClient other = house.connect(1, Hello.v5("d").with(Property.MAXIMUM_PACKET_SIZE, 20));
        other.send(unsubscribe(78, filters));
        assertThat(other.next(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    @Spec("MQTT-3.10.4-2")
    void after_unsuback_nothing_new_comes() {
        PlainClient client = house.connect(1, Hello.v5("c")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.publish("a", "1");
        assertThat(client.payloads()).containsExactly("1");

        client.unsubscribed("a");
        publisher.publish("a", "2");

        client.nothing();
    }

    @Test
    @Spec({"MQTT-3.8.4-3", "MQTT-3.8.4-4"})
    void a_subscription_made_again_takes_the_place_of_the_first_and_loses_nothing() {
        PlainClient client = house.connect(1, Hello.v5("c")).subscribed("a", 0, 7);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<String> sent = new ArrayList<>();
        List<String> got = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            publisher.publish("a", "" + i, 1, i + 1);
            sent.add("" + i);
            if (i % 10 == 5) {
                client.send(subscribe(9, item("a", i % 3)));
            }
            house.loop(i % 2).step();
        }
        int qos = 0;
        boolean identified = true;
        client.acknowledge();
        for (var packet : client.received()) {
            if (packet instanceof Publish publish) {
                got.add(PlainClient.text(publish));
                qos = publish.qos();
                identified = publish.properties().subscriptionIdentifiers().length > 0;
            }
        }

        assertThat(got).isEqualTo(sent);
        assertThat(qos).as("45 mod 3, but published at 1").isZero();
        assertThat(identified).as("its identifier went with it").isFalse();
        assertThat(house.broker.subscriptions()).isEqualTo(1);
    }

    @Test
    void the_same_filter_twice_in_one_packet_is_one_subscription_with_the_last_options() {
        PlainClient client = house.connect(1, Hello.v5("c"));
        client.send(subscribe(1, item("a", 2), item("a", 0)));
        assertThat(client.next(SubAck.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_2, ReasonCode.SUCCESS);

        house.connect(0, Hello.v5("p")).publish("a", "x", 1, 1);

        assertThat(client.next(Publish.class).qos()).isZero();
        client.nothing();
        assertThat(house.broker.subscriptions()).isEqualTo(1);
    }

    @Test
    @Spec({"MQTT-3.9.3-2", "MQTT-3.2.2-10"})
    void what_the_listener_does_not_offer_is_refused_filter_by_filter() {
        ListenerRules rules = new ListenerRules(
                1, true, false, false, false, Strictness.ENFORCE, Strictness.ENFORCE, Strictness.ENFORCE);
        Options options = Options.builder().with(BrokerOptions.TOPIC_LEVELS, 3).build();
        house = new House(2, options, Authenticator.anonymous(), EnhancedAuthenticator.none(), rules);
        PlainClient client = house.connect(0, Hello.v5("c"));

        client.send(subscribe(
                1, item("a", 2), item("a/#", 1), item("$share/g/a", 1), item("a/b/c/d", 1), item("a/b/c", 0)));

        assertThat(client.next(SubAck.class).reasons())
                .containsExactly(
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
                        ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.SUCCESS);
        assertThat(house.broker.subscriptions()).isEqualTo(2);
        client.send(new Subscribe(
                2, Properties.builder().subscriptionIdentifier(5).build(), List.of(item("b", 0))));
        assertThat(client.next(SubAck.class).reasons())
                .containsExactly(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
    }

    @Test
    @Spec("MQTT-4.7.2-1")
    void a_wildcard_at_the_beginning_does_not_reach_topics_of_the_server() {
        PlainClient client = house.connect(0, Hello.v5("c")).subscribed("#", 0).subscribed("+/a", 0);
        PlainClient publisher = house.connect(1, Hello.v5("p"));

        publisher.publish("$other/a", "hidden");
        publisher.publish("x/a", "seen");

        assertThat(client.payloads()).containsExactly("seen");
    }

    @Test
    void thousands_of_subscriptions_of_one_client_are_found_and_ended() {
        PlainClient client = house.connect(0, Hello.durable("c"));
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        Subscribe.Item[] items = new Subscribe.Item[3000];
        for (int i = 0; i < items.length; i++) {
            items[i] = item("n/" + i, 1);
        }
        client.send(subscribe(1, items));
        assertThat(client.next(SubAck.class).reasons()).hasSize(3000).containsOnly(ReasonCode.GRANTED_QOS_1);
        publisher.publish("n/2999", "x");
        assertThat(client.payloads()).containsExactly("x");

        client.unsubscribed("n/2999");
        client.disconnect(0);

        assertThat(house.broker.subscriptions()).isZero();
        assertThat(publisher.published("n/5", "x", 1)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
}
