package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Packet;
import io.tern.wire.Property;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a session is owed when its client is back.
class ResumeTest {

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private PlainClient connect(int shard) {
        return house.connect(shard, Hello.durable("c").with(Property.RECEIVE_MAXIMUM, 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec({"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-4.3.3-6", "MQTT-2.2.1-5"})
    void comes_in_order_with_the_identifiers_it_had_and_dup_where_it_was_sent(int shard) {
        PlainClient client = connect(0).subscribed("q1", 1).subscribed("q2", 2);
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("q1", "1", 1); // will be unanswered
        publisher.publish("q2", "2", 2, 2); // will be received, not complete
        publisher.published2(2);
        publisher.publish("q2", "3", 2, 3); // will be unanswered
        publisher.published2(3);
        publisher.published("q1", "4", 4); // will be answered
        publisher.published("q1", "5", 5); // will be sent after that
        publisher.published("q1", "6", 6); // will wait
        List<Publish> sent = client.messages();
        assertThat(sent).extracting(PlainClient::text).containsExactly("1", "2", "3", "4");
        client.pubrec(sent.get(1).packetId());
        client.next(PubRel.class);
        client.puback(sent.get(3).packetId());
        assertThat(client.payloads()).containsExactly("5");
        client.lose();
        publisher.published("q1", "7", 7);

        PlainClient back = connect(shard);

        List<String> got = new ArrayList<>();
        for (Packet packet : back.received()) {
            got.add(
                    switch (packet) {
                        case Publish p -> PlainClient.text(p) + (p.dup() ? " dup " : " new ") + p.packetId();
                        case PubRel rel -> "release " + rel.packetId();
                        default -> packet.toString();
                    });
        }
        assertThat(got).containsExactly("1 dup 1", "release 2", "3 dup 3", "5 dup 5");
        back.pubcomp(2);
        back.puback(1);
        back.puback(5);
        List<Publish> rest = back.messages();
        assertThat(rest).extracting(PlainClient::text).containsExactly("6", "7");
        assertThat(rest).extracting(Publish::dup).containsOnly(false);
        assertThat(rest).extracting(Publish::packetId).containsExactly(6, 7);
    }

    @Test
    @Spec("MQTT-4.4.0-1")
    void nothing_is_sent_twice_on_one_connection() {
        PlainClient client = connect(0).subscribed("a", 2);
        house.connect(1, Hello.v5("p")).publish("a", "x", 2, 1);
        client.next(Publish.class);

        house.advanceSeconds(3000);

        client.nothing();
    }

    @Test
    @Spec("MQTT-4.4.0-2")
    void what_was_refused_is_not_sent_again() {
        PlainClient client = connect(0).subscribed("a", 2);
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("a", "1", 1);
        publisher.publish("a", "2", 2, 2);
        List<Publish> messages = client.messages();
        var none = io.tern.wire.Properties.NONE;
        client.send(
                new io.tern.wire.PubAck(messages.get(0).packetId(), ReasonCode.NOT_AUTHORIZED, none),
                new PubRec(messages.get(1).packetId(), ReasonCode.QUOTA_EXCEEDED, none));
        house.run();
        client.lose();

        connect(1).nothing();
        assertThat(house.store.records(0)).contains("settled c 0", "settled c 1");
    }

    @Test
    @Spec({"MQTT-3.10.4-3"})
    void what_was_begun_before_an_unsubscribe_is_brought_to_its_end() {
        PlainClient client = connect(0).subscribed("a", 1);
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("a", "1", 1);
        client.next(Publish.class);
        client.unsubscribed("a");
        publisher.published("a", "2", 2);
        client.lose();

        PlainClient back = connect(0);

        Publish again = back.next(Publish.class);
        assertThat(again.dup()).isTrue();
        assertThat(PlainClient.text(again)).isEqualTo("1");
        back.nothing();
    }

    @Test
    void what_was_sent_once_does_not_grow_too_old() {
        PlainClient client = connect(0).subscribed("a", 1);
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        var expiry = io.tern.wire.Properties.builder()
                .with(Property.MESSAGE_EXPIRY_INTERVAL, 10)
                .build();
        var topic = io.tern.wire.TopicName.of("a");
        publisher.send(new Publish(false, 1, false, topic, 1, expiry, new byte[] {'1'}));
        client.next(Publish.class);
        client.lose();
        publisher.send(new Publish(false, 1, false, topic, 2, expiry, new byte[] {'2'}));
        house.advanceSeconds(11);

        PlainClient back = connect(0);

        Publish again = back.next(Publish.class);
        assertThat(PlainClient.text(again)).isEqualTo("1");
        assertThat(again.dup()).isTrue();
        back.nothing();
        assertThat(house.dropped(DropReason.EXPIRED)).isEqualTo(1);
    }

    @Test
    @Spec("MQTT-3.3.1-2")
    void messages_of_qos_0_are_for_those_who_are_there() {
        PlainClient client = connect(0).subscribed("a", 1);
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        client.lose();
        publisher.publish("a", "missed");
        house.run();

        connect(0).nothing();
    }

    @Test
    @Spec({"MQTT-4.3.3-10", "MQTT-4.3.3-11"})
    void the_identifiers_of_a_publisher_stay_open_over_its_connections() {
        PlainClient subscriber = house.connect(1, Hello.v5("s")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.durable("p"));
        publisher.publish("a", "x", 2, 9);
        publisher.next(PubRec.class);
        publisher.lose();

        PlainClient back = house.connect(1, Hello.durable("p"));
        back.publish("a", "x", 2, 9);
        assertThat(back.next(PubRec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        back.pubrel(9);
        assertThat(back.next(PubComp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        back.pubrel(9);
        assertThat(back.next(PubComp.class).reason()).isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);

        assertThat(subscriber.payloads()).containsExactly("x");
        assertThat(house.store.records(0)).contains("inbound p 9", "released p 9");
    }

    @Test
    void a_full_queue_keeps_the_newest_and_what_was_sent_before() {
        house = new House(2, Options.builder().with(BrokerOptions.QUEUE_BYTES, 64L * 1024).build());
        house.store.keeps = false;
        PlainClient client = connect(0).subscribed("a", 1);
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("a", "first", 1);
        client.next(Publish.class);
        client.lose();
        for (int i = 0; i < 2000; i++) {
            publisher.published("a", "" + i, 1);
        }

        PlainClient back = connect(0).acknowledge();

        List<String> got = back.payloads();
        assertThat(got.getFirst()).isEqualTo("first");
        assertThat(got.getLast()).isEqualTo("1999");
        assertThat(got).hasSize(2001 - (int) house.dropped(DropReason.QUEUE_FULL));
        assertThat(got.subList(1, got.size())).isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
    }

    @Test
    @Spec("MQTT-2.2.1-4")
    void identifiers_are_used_again_only_when_they_are_free() {
        PlainClient client = connect(0).subscribed("a", 1);
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("a", "never answered", 1);
        Publish stays = client.next(Publish.class);
        client.acknowledge();
        int last = 0;
        for (int i = 0; i < 70_000; i++) {
            publisher.publish("a", "" + i, 1, 1);
            if (i % 500 == 499) {
                publisher.received();
                for (Publish message : client.messages()) {
                    assertThat(message.packetId()).isNotEqualTo(stays.packetId());
                    last = Integer.parseInt(PlainClient.text(message));
                }
            }
        }

        assertThat(last).as("it stops where the identifier would come again").isEqualTo(65_533);
        client.puback(stays.packetId());
        assertThat(client.payloads()).hasSize(70_000 - 65_534);
    }
}
