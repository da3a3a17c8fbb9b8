package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The queue of a shared group has the limits and the policies of any other.
class SharedLimitsTest {

    private static final String GROUP = "$share/g/#";

    private static House house(String whenFull) {
        return new House(
                2,
                Options.DEFAULTS
                        .with(BrokerOptions.QUEUE_MESSAGES, 10)
                        .with(BrokerOptions.WHEN_FULL_BY_TOPIC, whenFull));
    }

    /// A group whose only member is away.
    private static PlainClient publisher(House house) {
        house.connect(1, Hello.durable("m")).subscribed(GROUP, 1).lose();
        return house.connect(0, Hello.v5("p"));
    }

    private static void publish(PlainClient publisher, String topic, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(publisher.published(topic, topic + i, 1)).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    private static List<String> got(House house) {
        return house.connect(1, Hello.durable("m")).acknowledge().payloads();
    }

    private static String[] numbered(String topic, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> topic + i).toArray(String[]::new);
    }

    @Test
    void with_too_many_messages_the_oldest_go() {
        try (House house = house("")) {
            publish(publisher(house), "a", 100);

            assertThat(got(house)).containsExactly(numbered("a", 90, 100));
            assertThat(house.dropped(DropReason.QUEUE_FULL)).isEqualTo(90);
        }
    }

    @Test
    void what_is_lent_is_not_counted() {
        try (House house = house("")) {
            PlainClient member = house.connect(1, Hello.v5("m")).subscribed(GROUP, 1);
            publish(house.connect(0, Hello.v5("p")), "a", 100);

            assertThat(house.dropped(DropReason.QUEUE_FULL)).isEqualTo(100 - 32 - 10);
            assertThat(member.acknowledge().payloads()).hasSize(42).startsWith("a0").endsWith("a99");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop_newest", "disconnect"})
    void the_first_stay_where_that_is_set_for_their_topic(String word) {
        try (House house = house("a=" + word)) {
            publish(publisher(house), "a", 100);

            assertThat(got(house)).containsExactly(numbered("a", 0, 10));
            assertThat(house.dropped(DropReason.QUEUE_FULL)).isEqualTo(90);
        }
    }

    @Test
    void only_the_latest_of_a_topic_waits_where_that_is_set() {
        try (House house = house("state/#=latest_per_topic")) {
            PlainClient publisher = publisher(house);
            publish(publisher, "state/a", 1);
            publish(publisher, "state/b", 50);
            publish(publisher, "c", 3);
            publish(publisher, "state/b", 60);

            assertThat(got(house)).containsExactly("state/a0", "c0", "c1", "c2", "state/b59");
            assertThat(house.dropped(DropReason.SUPERSEDED)).isEqualTo(109);
            assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();
        }
    }

    /// Section 4.8.2: it is not acknowledged.
    @Test
    void what_a_member_has_no_room_for_any_more_returns_to_its_group() {
        try (House house = house("")) {
            PlainClient full = house.connect(1, Hello.v5("full").with(Property.RECEIVE_MAXIMUM, 1));
            full.subscribed("$share/g/a", 1);
            full.subscribed("b", 1);
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            publish(publisher, "b", 1);
            publish(publisher, "a", 1);
            publish(publisher, "b", 10);
            assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();

            PlainClient other = house.connect(0, Hello.v5("other")).subscribed("$share/g/a", 1);

            assertThat(other.acknowledge().payloads()).containsExactly("a0");
            publish(publisher, "b", 1);
            assertThat(house.dropped(DropReason.QUEUE_FULL)).isOne();
            assertThat(full.acknowledge().payloads()).hasSize(11).startsWith("b0").doesNotContain("a0");
        }
    }

    @Test
    void what_comes_for_a_full_member_waits_with_its_group_and_comes_when_there_is_room() {
        try (House house = house("")) {
            PlainClient full = house.connect(1, Hello.v5("full").with(Property.RECEIVE_MAXIMUM, 20));
            full.subscribed("$share/g/a", 1);
            full.subscribed("b", 1);
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            publish(publisher, "b", 30);

            publish(publisher, "a", 1);

            assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();
            assertThat(full.acknowledge().payloads()).hasSize(31).endsWith("a0");
        }
    }

    @Test
    void a_message_of_qos_0_takes_no_promised_ones_place() {
        try (House house = house("state/#=latest_per_topic")) {
            PlainClient publisher = publisher(house);
            publish(publisher, "state/a", 1);
            publisher.publish("state/a", "passing");

            assertThat(got(house)).containsExactly("state/a0", "passing");
            assertThat(house.dropped(DropReason.SUPERSEDED)).isZero();
        }
    }

    @Test
    void what_comes_back_is_superseded_by_what_waits_already() {
        try (House house = house("state/#=latest_per_topic")) {
            PlainClient member = house.connect(1, Hello.durable("m")).subscribed(GROUP, 1);
            PlainClient publisher = house.connect(0, Hello.v5("p"));
            publish(publisher, "b", 30);
            publish(publisher, "state/a", 3);

            member.lose();

            assertThat(house.dropped(DropReason.SUPERSEDED)).isEqualTo(2);
            List<String> got = got(house);
            assertThat(got).hasSize(31).startsWith("b0", "b1").endsWith("b29", "state/a2");
        }
    }
}
