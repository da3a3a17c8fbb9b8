package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.ConnAck;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who publishes faster than the disk writes is read more slowly, and loses nothing.
class SlowDiskTest {

    private House house = new House(1);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void nobody_is_read_while_too_much_waits_for_the_disk() {
        PlainClient publisher = house.connect(0, Hello.v5("p").keepAliveSeconds(10));
        PlainClient subscriber = house.connect(0, Hello.v5("s")).subscribed("#", 0);
        house.store.stagedBytes = Integer.MAX_VALUE;

        publisher.publish("a", "x");
        house.advanceSeconds(60);

        assertThat(subscriber.received()).isEmpty();
        assertThat(publisher.isClosed()).as("its silence is ours").isFalse();
        house.store.stagedBytes = 0;
        house.loop(0).wake();
        assertThat(subscriber.next(Publish.class).topic().value()).isEqualTo("a");
        assertThat(publisher.published("a", "y", 1)).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_full_disk_refuses_what_would_have_to_be_kept_and_serves_all_else() {
        PlainClient durable = house.connect(0, Hello.durable("d")).subscribed("a", 1);
        house.store.full = true;

        assertThat(durable.published("a", "x", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        durable.publish("a", "at QoS 0");
        assertThat(durable.payloads()).containsExactly("at QoS 0");
        assertThat(house.send(0, Hello.durable("new")).next(ConnAck.class).reason())
                .isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        house.connect(0, Hello.v5("transient"));
        durable.lose();
        house.connect(0, Hello.durable("d"));

        house.store.full = false;
        assertThat(house.connect(0, Hello.durable("new")).published("b", "x", 2)).isNotNull();
    }

    @Test
    void a_full_disk_refuses_nothing_that_nobody_has_to_keep() {
        PlainClient live = house.connect(0, Hello.v5("s")).subscribed("#", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.full = true;

        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
        publisher.publish("a", "2", 2, 7);
        publisher.published2(7);

        assertThat(live.payloads()).containsExactly("1", "2");
    }

    @Test
    void a_full_disk_refuses_what_is_for_a_group_only_as_long_as_that_has_a_member_that_stays() {
        PlainClient member = house.connect(0, Hello.v5("m")).subscribed("$share/g/a", 2).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.full = true;
        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);
        publisher.publish("a", "2", 2, 7);
        publisher.published2(7);

        house.store.full = false;
        PlainClient stays = house.connect(0, Hello.durable("d")).subscribed("$share/g/a", 1);
        house.store.full = true;
        assertThat(publisher.published("a", "3", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);

        stays.unsubscribed("$share/g/a");
        assertThat(publisher.published("a", "4", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(member.payloads()).containsExactly("1", "2", "4");
    }

    @Test
    void a_full_disk_refuses_nothing_that_matches_at_qos_0_only() {
        PlainClient durable = house.connect(0, Hello.durable("d")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.full = true;
        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);

        house.store.full = false;
        assertThat(durable.payloads()).containsExactly("1");
        durable.subscribed("a", 1);
        house.store.full = true;
        assertThat(publisher.published("a", "2", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);

        house.store.full = false;
        durable.subscribed("a", 0);
        house.store.full = true;
        assertThat(publisher.published("a", "3", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(durable.payloads()).containsExactly("3");
    }

    @Test
    void a_full_disk_refuses_nothing_for_a_group_whose_members_that_stay_have_qos_0() {
        PlainClient stays = house.connect(0, Hello.durable("d")).subscribed("$share/g/a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.full = true;
        assertThat(publisher.published("a", "1", 1)).isEqualTo(ReasonCode.SUCCESS);

        house.store.full = false;
        assertThat(stays.payloads()).containsExactly("1");
        stays.subscribed("$share/g/a", 1);
        house.store.full = true;
        assertThat(publisher.published("a", "2", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);

        house.store.full = false;
        stays.subscribed("$share/g/a", 0);
        house.store.full = true;
        assertThat(publisher.published("a", "3", 1)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(stays.payloads()).containsExactly("3");
    }

    @Test
    void a_full_disk_takes_no_identifier_of_qos_2_into_a_session_that_stays_and_no_retained_message() {
        PlainClient durable = house.connect(0, Hello.durable("d"));
        PlainClient old = house.connect(0, Hello.v311("old"));
        house.store.full = true;

        durable.publish("a", "x", 2, 7);
        assertThat(durable.next(PubRec.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        durable.send(PlainClient.retained("a", "x", 1, 8));
        assertThat(durable.next(PubAck.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        old.send(PlainClient.retained("a", "x", 1, 9));
        assertThat(old.isClosed()).as("3.x has no word for it").isTrue();
        assertThat(house.broker.retainedMessages()).isZero();

        house.store.full = false;
        durable.publish("a", "x", 2, 7);
        durable.published2(7);
    }

    @Test
    void a_retained_message_can_be_cleared_while_the_disk_is_full() {
        PlainClient durable = house.connect(0, Hello.durable("d")).subscribed("#", 1).acknowledge();
        durable.send(PlainClient.retained("a", "x", 1, 1), PlainClient.retained("b", "y", 1, 2));
        house.run();
        durable.received();
        house.store.full = true;

        durable.send(PlainClient.retained("a", "", 1, 3));
        durable.send(PlainClient.retained("b", "", 2, 4));
        durable.send(PlainClient.retained("never", "", 1, 5));
        house.run();

        assertThat(house.broker.retainedMessages()).isZero();
        List<Packet> answers = durable.received();
        assertThat(answers)
                .contains(new PubAck(3))
                .anyMatch(packet -> packet instanceof PubRec received && !received.reason().isError())
                .anyMatch(packet -> packet instanceof PubAck refused
                        && refused.packetId() == 5
                        && refused.reason() == ReasonCode.QUOTA_EXCEEDED);
    }

    @Test
    @Spec("MQTT-3.3.1-5")
    void retained_on_a_full_disk_it_is_there_as_long_as_the_process_lives() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.retain("a", "stored");
        house.run();
        house.store.full = true;

        publisher.retain("a", "in memory");
        publisher.retain("new", "too");

        assertThat(house.connect(0, Hello.v5("s")).subscribed("#", 0).payloads()).containsExactly("in memory", "too");
        assertThat(house.store.records(0)).contains("retained a", "cleared a").doesNotContain("retained new");
        house.store.full = false;
        publisher.retain("a", "stored again");
        house.run();
        assertThat(house.store.records(0)).endsWith("retained a");
    }

    /// [MQTT-3.3.1-5], as far as there is room.
    @Test
    void however_often_they_change_a_full_disk_gets_no_more_records() {
        house = new House(1, Options.DEFAULTS.with(BrokerOptions.DURABILITY_BY_TOPIC, "none/#=none"));
        PlainClient away = house.connect(0, Hello.durable("away")).subscribed("never/seen", 1);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        publisher.retain("a", "stored");
        away.lose();
        house.store.full = true;
        Properties soon = Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 1).build();

        int before = house.store.records(0).size();
        for (int i = 0; i < 100; i++) {
            publisher.retain("a", "" + i);
            publisher.send(PlainClient.retained("a", "", 1, 1));
            publisher.send(PlainClient.retained("b", "", 1, 2));
            publisher.retain("c", "");
            publisher.send(PlainClient.retained("none/a", "" + i, 1, 3));
            publisher.send(PlainClient.retained("none/a", "", 1, 4));
            publisher.send(new Publish(false, 0, true, TopicName.of("d"), 0, soon, new byte[] {'x'}));
            house.advanceSeconds(3);
            if (i == 1) {
                assertThat(house.store.records(0)).hasSize(before + 2);
            }
        }

        assertThat(house.store.records(0)).hasSize(before + 2).endsWith("cleared a", "cleared a");
        assertThat(publisher.received())
                .map(PubAck.class::cast)
                .allMatch(ack -> (ack.packetId() == 2) == (ack.reason() == ReasonCode.QUOTA_EXCEEDED))
                .hasSize(400);
        assertThat(house.broker.retainedMessages()).isZero();
    }

    /// Nobody can be refused it; and whoever wants to fill the disk to the last byte needs no more than that.
    @Test
    void the_will_of_a_session_that_ends_with_it_waits_in_memory_alone_while_the_disk_is_full() {
        PlainClient away = house.connect(0, Hello.durable("away")).subscribed("will/#", 1);
        away.lose();
        PlainClient kept = house.connect(0, Hello.durable("kept").will("will/kept", "was kept before", 0));
        house.run();
        house.store.full = true;
        int before = house.store.records(0).size();

        for (int i = 0; i < 10; i++) {
            house.connect(0, Hello.v5("c" + i).will("will/c", "gone " + i)).lose();
        }
        assertThat(house.store.records(0)).hasSize(before);
        kept.lose();
        house.run();

        assertThat(house.store.records(0)).filteredOn(record -> record.startsWith("queued")).hasSize(1);
        PlainClient back = house.connect(0, Hello.durable("away")).acknowledge();
        assertThat(back.payloads()).contains("gone 0", "gone 9", "was kept before").hasSize(11);
        house.store.full = false;
        house.connect(0, Hello.v5("d").will("will/d", "stored")).lose();
        assertThat(house.store.records(0)).filteredOn(record -> record.startsWith("queued")).hasSize(2);
    }

    @Test
    void what_is_cleared_in_memory_alone_fills_no_queue_on_a_full_disk() {
        house.connect(0, Hello.durable("away")).subscribed("#", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.store.full = true;
        publisher.retain("a", "in memory");

        publisher.send(PlainClient.retained("a", "", 1, 1));

        assertThat(publisher.next(PubAck.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        publisher.retain("a", "");
        house.run();
        assertThat(house.broker.retainedMessages()).isZero();
    }
}
