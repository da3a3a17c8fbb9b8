package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
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
import org.junit.jupiter.params.provider.ValueSource;

/// A shared subscription: each message to one of its members, wherever they are.
class SharedGroupTest {

    private static final String GROUP = "$share/g/a/#";

    private House house = new House(3);
    private final PlainClient publisher = house.connect(0, Hello.v5("p"));

    @AfterEach
    void close() {
        house.close();
    }

    private PlainClient member(int shard, String id) {
        return house.connect(shard, Hello.durable(id)).subscribed(GROUP, 2);
    }

    private PlainClient back(int shard, String id) {
        return house.connect(shard, Hello.durable(id));
    }

    private void publish(int qos, String... payloads) {
        int packetId = 1;
        for (String payload : payloads) {
            publisher.publish("a/1", payload, qos, qos == 0 ? 0 : packetId++);
        }
        publisher.received();
        for (int i = 1; qos == 2 && i < packetId; i++) {
            publisher.pubrel(i);
        }
        publisher.received();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void each_message_goes_to_one_member_and_the_members_take_turns(int qos) {
        List<PlainClient> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(member(i, "m" + i).acknowledge());
        }

        String[] payloads = new String[90];
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = "" + i;
        }
        publish(qos, payloads);

        List<String> all = new ArrayList<>();
        for (PlainClient member : members) {
            List<String> got = member.payloads();
            assertThat(got).hasSize(30);
            all.addAll(got);
        }
        assertThat(all).containsExactlyInAnyOrder(payloads);
    }

    @Test
    void every_group_and_every_plain_subscription_gets_its_own_copy() {
        PlainClient member = member(1, "m");
        PlainClient other = house.connect(2, Hello.v5("o")).subscribed("$share/h/a/#", 0);
        PlainClient plain = house.connect(2, Hello.v5("q")).subscribed("a/#", 0).subscribed("$share/h/a/#", 0);

        publish(0, "1", "2");

        assertThat(member.payloads()).containsExactly("1", "2");
        assertThat(plain.payloads()).contains("1", "2").hasSize(3);
        assertThat(other.payloads()).hasSize(1);
        assertThat(house.broker.subscriptions()).isEqualTo(3);
    }

    @Test
    @Spec("MQTT-4.8.2-3")
    void the_member_gets_it_with_the_quality_and_identifier_of_its_own_subscription() {
        PlainClient member = house.connect(1, Hello.v5("m")).subscribed(GROUP, 1, 99);

        publish(2, "x");

        Publish message = member.next(Publish.class);
        assertThat(message.qos()).isEqualTo(1);
        assertThat(message.properties().subscriptionIdentifiers()).containsExactly(99);
    }

    @Test
    void a_member_that_does_not_answer_holds_up_no_more_than_its_window() {
        PlainClient stuck =
                house.connect(1, Hello.v5("stuck").with(Property.RECEIVE_MAXIMUM, 2)).subscribed(GROUP, 1);
        PlainClient quick = member(2, "quick").acknowledge();
        String[] payloads = new String[100];
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = "" + i;
        }

        publish(1, payloads);

        assertThat(stuck.payloads()).hasSize(2);
        assertThat(quick.payloads()).hasSize(98);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Spec("MQTT-4.8.2-5")
    void what_a_lost_member_has_not_acknowledged_at_qos_1_goes_to_the_others_in_order(int shard) {
        PlainClient lost = house.connect(0, Hello.v5("lost")).subscribed(GROUP, 1);
        publish(1, "1", "2", "3", "4");
        List<Publish> messages = lost.messages();
        lost.puback(messages.get(1).packetId());
        house.run();
        PlainClient other = member(shard, "other").acknowledge();
        other.nothing();

        lost.lose();

        assertThat(other.payloads()).containsExactly("1", "3", "4");
    }

    @Test
    void what_was_taken_back_at_qos_1_is_not_sent_to_the_member_again() {
        PlainClient lost = member(1, "lost");
        publish(1, "1");
        lost.next(Publish.class);
        lost.lose();
        PlainClient other = member(2, "other").acknowledge();
        assertThat(other.payloads()).containsExactly("1");

        PlainClient back = back(1, "lost");

        back.nothing();
        publish(1, "2", "3");
        assertThat(back.payloads()).hasSize(1);
    }

    @Test
    @Spec("MQTT-4.8.2-4")
    void what_was_sent_at_qos_2_is_completed_with_the_same_member() {
        PlainClient first = member(1, "first");
        publish(2, "1", "2");
        List<Publish> messages = first.messages();
        first.pubrec(messages.get(0).packetId());
        first.next(PubRel.class);
        first.lose();
        PlainClient other = member(2, "other").acknowledge();

        other.nothing();
        PlainClient back = back(0, "first");

        assertThat(back.next(PubRel.class).packetId()).isEqualTo(messages.get(0).packetId());
        Publish again = back.next(Publish.class);
        assertThat(again.dup()).isTrue();
        assertThat(again.packetId()).isEqualTo(messages.get(1).packetId());
        back.nothing();
    }

    @Test
    @Spec("MQTT-4.8.2-5")
    void what_was_sent_at_qos_2_goes_to_nobody_else_when_the_session_ends() {
        PlainClient first = house.connect(1, Hello.v5("first")).subscribed(GROUP, 2);
        publish(2, "1");
        first.next(Publish.class);
        PlainClient other = member(2, "other").acknowledge();

        first.lose();

        other.nothing();
        publish(2, "2");
        assertThat(other.payloads()).containsExactly("2");
    }

    @Test
    void what_was_not_sent_yet_goes_to_the_others_at_qos_2_as_well() {
        PlainClient first = house.connect(1, Hello.v5("first")).subscribed(GROUP, 2).subscribed("flood", 0);
        first.connection.stuck(true);
        for (int i = 0; i < 300; i++) {
            publisher.publish("flood", "x".repeat(1024));
        }
        publish(2, "1", "2");
        PlainClient other = member(2, "other").acknowledge();
        other.nothing();

        first.lose();

        assertThat(other.payloads()).containsExactly("1", "2");
    }

    @Test
    @Spec("MQTT-4.8.2-6")
    void what_a_member_refuses_goes_to_nobody_else() {
        PlainClient refusing = member(1, "refusing");
        publish(1, "1");
        publish(2, "2");
        List<Publish> messages = refusing.messages();
        PlainClient other = member(2, "other").acknowledge();

        refusing.send(
                new PubAck(messages.get(0).packetId(), ReasonCode.UNSPECIFIED_ERROR, Properties.NONE),
                new PubRec(messages.get(1).packetId(), ReasonCode.QUOTA_EXCEEDED, Properties.NONE));
        house.run();
        refusing.lose();

        other.nothing();
        back(1, "refusing").nothing();
    }

    @Test
    @Spec("MQTT-3.10.4-3")
    void what_was_begun_when_a_member_unsubscribes_stays_with_it_while_it_can_answer() {
        PlainClient leaving =
                house.connect(1, Hello.durable("l").with(Property.RECEIVE_MAXIMUM, 2)).subscribed(GROUP, 2);
        publish(1, "1", "2", "3");
        List<Publish> sent = leaving.messages();
        assertThat(sent).extracting(PlainClient::text).containsExactly("1", "2");
        PlainClient other = member(2, "other").acknowledge();
        assertThat(other.payloads()).containsExactly("3");

        leaving.unsubscribed(GROUP);
        other.nothing();
        leaving.puback(sent.get(0).packetId());
        house.run();
        leaving.lose();

        assertThat(other.payloads()).as("what it can't answer any more").containsExactly("2");
        back(1, "l").nothing();
    }

    @Test
    void what_had_not_left_yet_when_a_member_unsubscribes_goes_to_the_others() {
        PlainClient leaving = house.connect(1, Hello.durable("l")).subscribed(GROUP, 1).subscribed("flood", 0);
        leaving.connection.stuck(true);
        for (int i = 0; i < 300; i++) {
            publisher.publish("flood", "x".repeat(1024));
        }
        publish(1, "1", "2");
        PlainClient other = member(2, "other").acknowledge();
        other.nothing();

        leaving.unsubscribe(GROUP);

        assertThat(other.payloads()).containsExactly("1", "2");
        leaving.connection.stuck(false);
        assertThat(leaving.received())
                .filteredOn(Publish.class::isInstance)
                .hasSize(300)
                .allMatch(packet -> ((Publish) packet).qos() == 0);
    }

    @Test
    void a_window_that_unsubscribing_frees_is_used_at_once() {
        PlainClient client = house.connect(1, Hello.durable("c")).subscribed(GROUP, 1).subscribed("m", 1);
        client.connection.stuck(true);
        for (int i = 0; i < 300; i++) {
            publisher.publish("m", "x".repeat(1024));
        }
        publish(1, "1");
        client.unsubscribe(GROUP);
        house.run();

        client.connection.stuck(false);
        house.run();
        client.received();
        assertThat(publisher.published("m", "after", 5)).isEqualTo(ReasonCode.SUCCESS);

        assertThat(client.payloads()).containsExactly("after");
    }

    @Test
    void while_no_member_is_there_it_keeps_the_messages() {
        member(1, "m").lose();
        publish(1, "1", "2");
        assertThat(publisher.published("a/x", "3", 9)).isEqualTo(ReasonCode.SUCCESS);

        assertThat(back(2, "m").acknowledge().payloads()).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_queue_ends_with_the_last_member(boolean unsubscribes) {
        PlainClient last = house.connect(1, Hello.v5("last").with(Property.RECEIVE_MAXIMUM, 1)).subscribed(GROUP, 1);
        publish(1, "1", "2", "3");
        assertThat(last.payloads()).containsExactly("1");

        if (unsubscribes) {
            last.unsubscribed(GROUP);
        } else {
            last.lose();
        }

        assertThat(publisher.published("a/x", "4", 9)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertThat(house.dropped(DropReason.SESSION_ENDED)).isBetween(2L, 3L);
        assertThat(house.broker.subscriptions()).isZero();
        assertThat(house.broker.groups().size()).isZero();
        PlainClient next = member(2, "next").acknowledge();
        next.nothing();
        publish(1, "5");
        assertThat(next.payloads()).containsExactly("5");
    }

    @Test
    void it_outlives_the_member_that_made_it_and_that_ones_shard_goes_on_serving_it() {
        PlainClient founder = member(1, "founder");
        PlainClient other = member(2, "other").acknowledge();

        founder.unsubscribed(GROUP);
        publish(1, "1", "2");

        assertThat(other.payloads()).containsExactly("1", "2");
        founder.nothing();
    }

    @Test
    void a_loan_on_its_way_to_a_connection_that_has_ended_is_sent_once_to_the_next() {
        member(1, "founder").disconnect();
        PlainClient member = house.connect(2, Hello.durable("m")).subscribed(GROUP, 1);
        publisher.publish("a/1", "x", 1, 1);
        house.loop(0).tasks();
        house.loop(0).turn();
        house.loop(1).turn();
        member.connection.lose();
        house.loop(2).tasks();
        house.loop(2).turn();

        PlainClient back = back(2, "m").acknowledge();

        assertThat(back.payloads()).containsExactly("x");
        back.nothing();
    }

    @Test
    void a_full_queue_drops_the_oldest() {
        house = new House(2, Options.builder().with(BrokerOptions.QUEUE_BYTES, 64L * 1024).build());
        house.store.keeps = false;
        house.connect(1, Hello.durable("m")).subscribed(GROUP, 1).lose();
        PlainClient loud = house.connect(0, Hello.v5("p"));
        for (int i = 0; i < 1000; i++) {
            loud.published("a/1", "" + i, 1);
        }

        List<String> got = house.connect(0, Hello.durable("m")).acknowledge().payloads();

        assertThat(got).hasSize(1000 - (int) house.dropped(DropReason.QUEUE_FULL));
        assertThat(got.size()).isBetween(300, 500);
        assertThat(got.getLast()).isEqualTo("999");
    }

    @Test
    @Spec("MQTT-3.3.2-5")
    void what_is_too_old_when_a_member_comes_is_left_out() {
        member(1, "m").lose();
        Properties expiry =
                Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 5).build();
        publisher.send(new Publish(false, 1, false, TopicName.of("a/1"), 1, expiry, new byte[] {'1'}));
        publisher.next(PubAck.class);
        publisher.published("a/1", "2", 2);
        house.advanceSeconds(6);

        assertThat(back(1, "m").payloads()).containsExactly("2");
        assertThat(house.dropped(DropReason.EXPIRED)).isEqualTo(1);
    }

    @Test
    @Spec("MQTT-3.8.3-4")
    void no_local_is_a_mistake() {
        PlainClient client = house.connect(1, Hello.v5("c"));

        client.send(new Subscribe(
                1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(GROUP), 1, true, false, 0))));

        client.closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void a_subscription_changed_to_another_quality_keeps_what_it_holds() {
        PlainClient member = member(1, "m");
        publish(2, "1");
        Publish sent = member.next(Publish.class);
        member.pubrec(sent.packetId());
        member.next(PubRel.class);
        member.subscribed(GROUP, 1);
        member.lose();
        PlainClient other = member(2, "other").acknowledge();

        other.nothing();
        PlainClient back = back(1, "m");
        assertThat(back.next(PubRel.class).packetId()).isEqualTo(sent.packetId());
    }
}
