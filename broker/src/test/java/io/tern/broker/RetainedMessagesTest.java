package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.quota.QuotaOptions;
import io.tern.broker.watch.Counters;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is retained, and how it comes to new subscriptions.
class RetainedMessagesTest {

    private static final int MANY = 1000;

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private static Subscribe.Item item(String filter, int retainHandling) {
        return new Subscribe.Item(TopicFilter.of(filter), 1, false, false, retainHandling);
    }

    private PlainClient publisher() {
        return house.connect(0, Hello.v5("p"));
    }

    private List<String> retainMany(int count) {
        PlainClient publisher = publisher();
        IntStream.range(0, count).forEach(i -> publisher.retain("m/" + i, "" + i));
        house.run();
        publisher.disconnect();
        return IntStream.range(0, count).mapToObj(i -> "" + i).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-3.3.1-5", "MQTT-3.3.1-9"})
    void the_last_one_of_each_topic_comes_after_suback_with_the_flag(int shard) {
        PlainClient publisher = publisher();
        publisher.retain("a/1", "old");
        publisher.retain("a/1", "new");
        publisher.retain("a/2", "other");
        publisher.retain("b/1", "elsewhere");

        PlainClient subscriber = house.connect(shard, Hello.v5("s")).subscribed("a/+", 0);

        List<Publish> messages = subscriber.messages();
        assertThat(messages).extracting(PlainClient::text).containsExactly("new", "other");
        assertThat(messages).extracting(Publish::retain).containsOnly(true);
    }

    @Test
    @Spec("MQTT-3.8.3-3")
    void comes_not_back_to_its_publisher_with_no_local() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        client.retain("a", "mine");
        house.connect(1, Hello.v5("other")).retain("b", "other's");

        client.subscribed(new Subscribe.Item(TopicFilter.of("#"), 1, true, false, 0));

        assertThat(client.payloads()).containsExactly("other's");
    }

    @Test
    @Spec("MQTT-3.3.1-6")
    void an_empty_payload_removes_it_and_is_itself_delivered() {
        PlainClient publisher = publisher();
        PlainClient live = house.connect(1, Hello.v5("live")).subscribed("a", 0);
        publisher.retain("a", "x");
        publisher.retain("a", "");

        assertThat(live.payloads()).containsExactly("x", "");
        house.connect(1, Hello.v5("s")).subscribed("a", 0).nothing();
        assertThat(house.broker.retainedMessages()).isZero();
    }

    @Test
    @Spec("MQTT-3.3.1-8")
    void a_message_without_the_flag_leaves_it_as_it_is() {
        PlainClient publisher = publisher();
        publisher.retain("a", "kept");
        publisher.publish("a", "passing");
        publisher.publish("a", "");

        assertThat(house.connect(1, Hello.v5("s")).subscribed("a", 0).payloads()).containsExactly("kept");
    }

    @Test
    @Spec({"MQTT-3.3.1-9", "MQTT-3.8.4-4"})
    void handling_0_sends_it_each_time() {
        publisher().retain("a", "x");
        PlainClient subscriber = house.connect(1, Hello.v5("s"));

        assertThat(subscriber.subscribed(item("a", 0)).payloads()).containsExactly("x");
        assertThat(subscriber.subscribed(item("a", 0)).payloads()).containsExactly("x");
    }

    @Test
    @Spec({"MQTT-3.8.4-3", "MQTT-3.8.4-5"})
    void handling_0_sends_it_once_for_each_subscribe_however_quickly_they_come() {
        publisher().retain("a", "x");
        publisher().retain("b", "y");
        house.run();
        PlainClient client = house.connect(1, Hello.v5("s"));

        client.send(new Subscribe(1, Properties.NONE, List.of(item("a", 0))),
                new Subscribe(2, Properties.NONE, List.of(item("b", 0), item("b", 1), item("b", 0))),
                new Subscribe(3, Properties.NONE, List.of(item("a", 0))),
                new Subscribe(4, Properties.NONE, List.of(item("a", 1), item("b", 2))));

        assertThat(client.received()).filteredOn(Publish.class::isInstance)
                .extracting(packet -> PlainClient.text((Publish) packet))
                .containsExactlyInAnyOrder("x", "x", "y");
    }

    @Test
    @Spec("MQTT-3.3.1-10")
    void handling_1_sends_it_to_new_subscriptions_only() {
        publisher().retain("a", "x");
        PlainClient subscriber = house.connect(1, Hello.durable("s"));

        assertThat(subscriber.subscribed(item("a", 1)).payloads()).containsExactly("x");
        subscriber.puback(1);
        subscriber.subscribed(item("a", 1)).nothing();
        subscriber.lose();
        PlainClient back = house.connect(0, Hello.durable("s"));
        back.subscribed(item("a", 1)).nothing();
        back.unsubscribed("a");
        assertThat(back.subscribed(item("a", 1)).payloads()).containsExactly("x");
    }

    @Test
    @Spec("MQTT-3.3.1-11")
    void handling_2_never_sends_it() {
        publisher().retain("a", "x");

        house.connect(1, Hello.v5("s")).subscribed(item("a", 2)).nothing();
    }

    @Test
    @Spec("MQTT-3.3.1-10")
    void handling_1_still_sends_it_to_a_client_that_left_before_suback() {
        publisher().retain("a", "x");
        PlainClient subscriber = house.connect(1, Hello.durable("s"));
        house.store.hold();
        subscriber.send(new Subscribe(1, Properties.NONE, List.of(item("a", 1))));
        house.run();
        subscriber.lose();
        house.store.release();

        PlainClient back = house.connect(1, Hello.durable("s"));

        assertThat(back.payloads()).containsExactly("x");
    }

    @Test
    void shared_subscriptions_get_none() {
        publisher().retain("a", "x");

        house.connect(1, Hello.v5("s")).subscribed("$share/g/a", 0).nothing();
    }

    @Test
    @Spec("MQTT-3.8.4-8")
    void it_comes_with_the_lower_quality_of_service_and_its_subscriptions_identifier() {
        publisher().send(PlainClient.retained("a", "x", 2, 1));
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("a", 1, 42);

        Publish message = subscriber.next(Publish.class);

        assertThat(message.qos()).isEqualTo(1);
        assertThat(message.properties().subscriptionIdentifiers()).containsExactly(42);
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void it_is_not_sent_when_its_life_is_over() {
        Properties expiry =
                Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 10).build();
        publisher().send(new Publish(false, 0, true, TopicName.of("a"), 0, expiry, new byte[] {'x'}));
        house.advanceSeconds(4);
        PlainClient early = house.connect(1, Hello.v5("e")).subscribed("a", 0);
        assertThat(early.next(Publish.class).properties().number(Property.MESSAGE_EXPIRY_INTERVAL, -1))
                .isEqualTo(6);

        house.advanceSeconds(7);

        house.connect(1, Hello.v5("l")).subscribed("a", 0).nothing();
        assertThat(house.broker.retainedMessages()).isZero();
    }

    @Test
    void many_come_no_faster_than_the_client_acknowledges() {
        List<String> all = retainManyAtQos1(200);
        PlainClient subscriber = house.connect(
                1, Hello.v5("s").with(Property.RECEIVE_MAXIMUM, 10));
        subscriber.subscribed("m/#", 1);
        List<Publish> first = subscriber.messages();
        assertThat(first).hasSize(10);
        house.advanceSeconds(100);
        subscriber.nothing();

        List<String> got = new ArrayList<>(first.stream().map(PlainClient::text).toList());
        first.forEach(message -> subscriber.puback(message.packetId()));
        got.addAll(subscriber.acknowledge().payloads());

        assertThat(got).containsExactlyInAnyOrderElementsOf(all);
    }

    private List<String> retainManyAtQos1(int count) {
        PlainClient publisher = publisher();
        IntStream.range(0, count).forEach(i -> publisher.send(PlainClient.retained("m/" + i, "" + i, 1, i + 1)));
        house.run();
        publisher.disconnect();
        return IntStream.range(0, count).mapToObj(i -> "" + i).toList();
    }

    @Test
    void many_come_all_to_a_client_that_reads_nothing_for_a_while() {
        List<String> all = retainMany(MANY);
        PlainClient subscriber = house.connect(1, Hello.v5("s"));
        subscriber.connection.stuck(true);
        subscriber.send(new Subscribe(1, Properties.NONE, List.of(item("m/#", 0))));
        house.run();

        subscriber.connection.stuck(false);

        subscriber.next(SubAck.class);
        assertThat(subscriber.payloads()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void everybody_else_goes_on_while_many_are_sent() {
        retainMany(MANY);
        PlainClient other = house.connect(1, Hello.v5("o")).subscribed("live", 0);
        PlainClient subscriber = house.connect(1, Hello.v5("s"));
        subscriber.send(new Subscribe(1, Properties.NONE, List.of(item("m/#", 0))));
        house.loop(1).tasks();
        house.loop(1).turn();
        other.publish("live", "x");
        house.loop(1).tasks();
        house.loop(1).turn();

        assertThat(other.connection.toClient()).as("after one turn").isNotEmpty();
    }

    @Test
    @Spec("MQTT-3.10.4-2")
    void an_unsubscribe_in_the_middle_stops_them() {
        retainMany(MANY);
        PlainClient subscriber = house.connect(1, Hello.v5("s"));
        subscriber.send(new Subscribe(1, Properties.NONE, List.of(item("m/#", 0))));
        house.loop(1).tasks();
        house.loop(1).turn();
        subscriber.unsubscribe("m/#");

        List<io.tern.wire.Packet> received = subscriber.received();

        assertThat(received.getFirst()).isInstanceOf(SubAck.class);
        int unsuback = IntStream.range(0, received.size())
                .filter(i -> received.get(i) instanceof UnsubAck)
                .findFirst()
                .orElseThrow();
        assertThat(unsuback).isBetween(1, MANY / 2);
        assertThat(received).hasSize(unsuback + 1);
    }

    @Test
    void a_session_that_leaves_in_the_middle_gets_the_others_when_it_is_back() {
        List<String> all = retainManyAtQos1(200);
        PlainClient subscriber =
                house.connect(1, Hello.durable("s").with(Property.RECEIVE_MAXIMUM, 10)).subscribed("m/#", 1);
        List<String> got = new ArrayList<>();
        for (Publish message : subscriber.messages()) {
            got.add(PlainClient.text(message));
            subscriber.puback(message.packetId());
        }
        house.loop(1).tasks();
        subscriber.lose();

        PlainClient back = house.connect(0, Hello.durable("s")).acknowledge();

        got.addAll(back.payloads());
        assertThat(got).containsAll(all);
    }

    @Test
    void a_subscription_made_anew_while_the_first_is_fed_starts_over() {
        List<String> all = retainMany(300);
        PlainClient subscriber = house.connect(1, Hello.v5("s"));
        Subscribe subscribe = new Subscribe(1, Properties.NONE, List.of(item("m/#", 0)));
        subscriber.send(subscribe);
        house.loop(1).tasks();
        house.loop(1).turn();
        subscriber.unsubscribe("m/#");
        subscriber.send(subscribe);

        List<String> after = new ArrayList<>();
        boolean again = false;
        for (io.tern.wire.Packet packet : subscriber.received()) {
            again |= packet instanceof UnsubAck;
            if (again && packet instanceof Publish publish) {
                after.add(PlainClient.text(publish));
            }
        }
        assertThat(after).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    @Spec("MQTT-3.3.1-5")
    void one_that_does_not_fit_does_not_leave_its_predecessor_standing() {
        house = new House(2, unshared(200));
        PlainClient publisher = publisher();
        publisher.retain("a", "old");
        publisher.retain("a", "n".repeat(500));

        assertThat(house.connect(1, Hello.v5("s")).subscribed("a", 0).payloads()).isEmpty();
        assertThat(house.broker.count(Counters.Event.RETAINED_REFUSED)).isEqualTo(1);
    }

    @Test
    void one_that_does_not_fit_is_delivered_all_the_same() {
        house = new House(2, unshared(300));
        PlainClient live = house.connect(1, Hello.v5("live")).subscribed("#", 0);
        PlainClient publisher = publisher();
        publisher.retain("a", "x".repeat(50));
        publisher.retain("b", "y".repeat(150));

        assertThat(live.payloads()).hasSize(2);
        assertThat(house.broker.retainedMessages()).isEqualTo(1);
        assertThat(house.broker.count(Counters.Event.RETAINED_REFUSED)).isEqualTo(1);
    }

    @Test
    @Spec("MQTT-3.3.1-5")
    void one_takes_the_place_of_its_predecessor_also_when_all_the_room_is_taken() {
        house = new House(2, unshared(215));
        PlainClient publisher = publisher();
        publisher.retain("a", "x".repeat(50));
        publisher.retain("a", "y".repeat(50));
        publisher.retain("a", "z".repeat(53));

        assertThat(house.connect(1, Hello.v5("s")).subscribed("a", 0).payloads()).containsExactly("z".repeat(53));
        publisher.retain("a", "");
        publisher.retain("b", "x".repeat(53));
        assertThat(house.connect(1, Hello.v5("t")).subscribed("b", 0).payloads()).hasSize(1);
    }

    /// Room for so much, all of it for one who is alone.
    private static Options unshared(long bytes) {
        return Options.builder()
                .with(BrokerOptions.RETAINED_BYTES, bytes)
                .with(QuotaOptions.FAIR_SHARE, false)
                .build();
    }
}
