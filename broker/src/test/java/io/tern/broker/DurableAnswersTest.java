package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.options.Measures;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a durable session is promised leaves when it is safe: not before, and not never.
class DurableAnswersTest {

    private final House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void connack_suback_and_unsuback_wait_for_their_records() {
        house.store.hold();
        PlainClient client = house.send(0, Hello.durable("c"));
        client.nothing();
        house.store.release();
        client.next(ConnAck.class);

        house.store.hold();
        client.send(new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("a"), 1))));
        client.nothing();
        house.store.release();
        client.next(SubAck.class);

        house.store.hold();
        client.unsubscribe("a");
        client.nothing();
        house.store.release();
        client.next(UnsubAck.class);
        assertThat(house.store.records(0)).containsExactly("opened c 3600", "subscribed c a", "unsubscribed c a");
    }

    @Test
    void answers_of_sessions_that_end_with_their_connection_wait_for_nothing() {
        house.store.hold();

        PlainClient client = house.connect(0, Hello.v5("c")).subscribed("a", 1);
        client.publish("a", "x", 1, 1);
        client.next(Publish.class);
        client.next(PubAck.class);
        assertThat(client.unsubscribed("a")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(house.store.records(0)).isEmpty();
    }

    @Test
    @Spec({"MQTT-3.1.2-4", "MQTT-3.2.2-2"})
    void nobody_is_told_that_a_session_is_gone_that_a_crash_would_bring_back() {
        house.connect(0, Hello.durable("c")).lose();
        house.store.hold();

        PlainClient anew = house.send(0, Hello.v5("c"));
        anew.nothing();
        house.store.release();

        assertThat(anew.next(ConnAck.class).sessionPresent()).isFalse();
    }

    @Test
    @Spec({"MQTT-3.1.2-4", "MQTT-3.2.2-2"})
    void nor_on_another_shard() {
        PlainClient client = house.connect(0, Hello.durable("c"));
        house.store.hold();
        client.disconnect(0);

        PlainClient anew = house.send(1, Hello.v5("c"));
        anew.nothing();
        house.store.release();

        assertThat(anew.next(ConnAck.class).sessionPresent()).isFalse();
        assertThat(house.broker.sessions()).isEqualTo(1);
        anew.lose();
        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    @Spec({"MQTT-3.1.2-4", "MQTT-3.2.2-2"})
    void nor_when_another_was_refused_meanwhile() {
        PlainClient client = house.connect(0, Hello.durable("c"));
        house.store.hold();
        house.store.full = true;
        client.disconnect(0);
        PlainClient refused = house.send(0, Hello.durable("c"));
        assertThat(refused.next(ConnAck.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);

        PlainClient anew = house.send(1, Hello.v5("c"));
        anew.nothing();
        house.store.release();

        assertThat(anew.next(ConnAck.class).sessionPresent()).isFalse();
        anew.lose();
        assertThat(house.broker.sessions()).isZero();
    }

    @Test
    @Spec("MQTT-3.1.2-8")
    void who_comes_back_waits_until_the_will_is_safe_with_those_who_get_it() {
        PlainClient watcher = house.connect(1, Hello.durable("w")).subscribed("will", 1);
        PlainClient client = house.connect(0, Hello.durable("c").will("will", "gone"));
        house.store.hold();
        client.lose();

        PlainClient again = house.send(0, Hello.durable("c"));
        again.nothing();
        assertThat(house.store.records(0)).endsWith("opened c 3600", "left c 3600 owing the will");
        house.store.release();

        assertThat(again.next(ConnAck.class).sessionPresent()).isTrue();
        assertThat(watcher.payloads()).containsExactly("gone");
        assertThat(house.store.records(0)).endsWith("will gone c", "opened c 3600");
    }

    @Test
    @Spec("MQTT-3.1.2-8")
    void a_session_that_ends_while_its_will_is_on_its_way_ends_with_it() {
        house.connect(1, Hello.durable("w")).subscribed("will", 1);
        PlainClient client = house.connect(0, Hello.durable("c").expirySeconds(1).will("will", "gone"));
        house.store.hold();
        client.lose();

        house.advanceSeconds(2);
        assertThat(house.store.records(0)).endsWith("left c 1 owing the will", "left c 0 owing the will");
        house.store.release();
        house.run();
        assertThat(house.store.records(0)).endsWith("ended c");
    }

    @Test
    void puback_waits_for_every_durable_session_that_owes_the_message() {
        PlainClient here = house.connect(0, Hello.durable("s0")).subscribed("a", 1);
        PlainClient there = house.connect(1, Hello.durable("s1")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.hold();

        publisher.publish("a", "x", 1, 7);

        publisher.nothing();
        assertThat(here.payloads()).containsExactly("x");
        assertThat(there.payloads()).containsExactly("x");
        house.store.release();
        assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(7);
    }

    @Test
    @Spec("MQTT-3.2.0-1")
    void nothing_leaves_before_connack_however_long_that_waits() {
        house.connect(0, Hello.durable("s")).subscribed("a/#", 1).lose();
        PlainClient publisher = house.connect(1, Hello.v5("p"));
        publisher.published("a/1", "while away", 1);
        house.store.hold();

        PlainClient subscriber = house.send(0, Hello.durable("s"));
        publisher.publish("a/1", "while it waits", 1, 2);
        publisher.publish("a/1", "at QoS 0");
        subscriber.nothing();
        house.store.release();

        assertThat(subscriber.next(ConnAck.class).sessionPresent()).isTrue();
        assertThat(subscriber.payloads()).containsExactlyInAnyOrder("while away", "while it waits", "at QoS 0");
    }

    @Test
    @Spec("MQTT-3.10.4-5")
    void unsuback_comes_also_when_there_is_nothing_to_write_down() {
        PlainClient client = house.connect(0, Hello.durable("c"));

        assertThat(client.unsubscribed("never/subscribed")).isEqualTo(ReasonCode.NO_SUBSCRIPTION_EXISTED);
    }

    @Test
    @Spec("MQTT-3.8.4-1")
    void suback_of_a_shared_subscription_comes_when_its_group_lives_elsewhere() {
        house.connect(1, Hello.durable("m1")).subscribed("$share/g/a", 1);

        house.connect(0, Hello.durable("m0")).subscribed("$share/g/a", 1);
    }

    @Test
    void puback_comes_when_the_durable_sessions_stand_at_the_front_of_a_long_walk() {
        for (int i = 0; i < Measures.STANDARD.sliceSubscribers() * 2 + 500; i++) {
            house.connect(1, i < 10 ? Hello.durable("s" + i) : Hello.v5("s" + i)).subscribed("all", 1);
        }
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        assertThat(publisher.published("all", "x", 1)).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void a_qos_2_repeat_on_the_next_connection_joins_the_ticket_of_the_first() {
        PlainClient subscriber = house.connect(1, Hello.durable("s")).subscribed("a", 2);
        PlainClient publisher = house.connect(0, Hello.durable("p"));
        house.store.hold();
        publisher.publish("a", "x", 2, 3);
        publisher.nothing();
        publisher.lose();
        house.store.release();
        house.run();
        house.store.hold();
        publisher = house.send(0, Hello.durable("p"));
        house.store.release();
        publisher.next(ConnAck.class);

        house.store.hold();
        publisher.send(new Publish(true, 2, false, PlainClient.message("a", "x", 2, 3).topic(), 3, Properties.NONE,
                new byte[] {'x'}));
        assertThat(publisher.next(PubRec.class).packetId()).isEqualTo(3);
        publisher.publish("a", "y", 2, 4);
        publisher.publish("a", "y", 2, 4);
        publisher.nothing();
        house.store.release();

        assertThat(publisher.next(PubRec.class).packetId()).isEqualTo(4);
        publisher.nothing();
        assertThat(subscriber.payloads()).containsExactly("x", "y");
    }

    @Test
    void a_reply_for_a_connection_that_has_ended_goes_nowhere() {
        house.connect(1, Hello.durable("s")).subscribed("a", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.hold();
        publisher.publish("a", "x", 1, 3);
        house.run();
        publisher.lose();
        PlainClient again = house.connect(0, Hello.v5("p"));

        house.store.release();

        again.nothing();
        assertThat(again.published("b", "y", 3)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    /// What waits behind messages that are on disk only has no place but there, whatever is set for its topic: it would
    /// never be read back if the record that decides stood before it.
    @Test
    @Spec("MQTT-4.3.3-7")
    void a_transaction_is_decided_behind_its_parts_also_for_topics_of_which_nothing_is_kept() {
        Options options = Options.DEFAULTS
                .with(BrokerOptions.QUEUE_BYTES, 64L * 1024)
                .with(BrokerOptions.DURABILITY_BY_TOPIC, "fast/#=none");
        try (House rules = new House(2, options)) {
            rules.connect(1, Hello.durable("s")).subscribed("#", 2).lose();
            PlainClient publisher = rules.connect(0, Hello.durable("p"));
            publisher.published("slow", "x".repeat(60_000), 1);
            publisher.published("slow", "x".repeat(60_000), 1);
            rules.store.hold();

            publisher.publish("fast/a", "x", 2, 9);
            publisher.nothing();
            assertThat(rules.store.records(1)).endsWith("queued s 2 in a transaction");
            assertThat(rules.store.records(0)).doesNotContain("committed");
            rules.store.write();
            rules.run();

            assertThat(rules.store.records(0)).endsWith("inbound p 9", "committed");
        }
    }
}
