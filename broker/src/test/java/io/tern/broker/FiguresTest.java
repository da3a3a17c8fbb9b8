package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Figure;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a broker counts, and what it says of itself below `$SYS/`.
class FiguresTest {

    private House house = new House(2);

    @AfterEach
    void close() {
        house.close();
    }

    private Figure figure(String name) {
        return house.broker.figures().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    private long read(String name) {
        return (long) figure(name).read();
    }

    private long read(String name, String value) {
        return (long) figure(name).read(value);
    }

    private static Message told(String topic, String payload) {
        return new Message(TopicName.of("$SYS/broker/" + topic), payload.getBytes(StandardCharsets.UTF_8), 1, true,
                Properties.NONE, null, Message.NEVER);
    }

    @Test
    void packets_and_bytes_are_counted_by_shard_and_added_up() {
        PlainClient subscriber = house.connect(1, Hello.v311("s")).subscribed("a/#", 2);
        subscriber.acknowledge();
        PlainClient publisher = house.connect(0, Hello.v311("p"));
        long receivedBytes = read("tern_received_bytes_total");
        long sentBytes = read("tern_sent_bytes_total");

        publisher.publish("a/0", "0123");
        publisher.publish("a/0", "0123");
        publisher.publish("a/1", "0123", 1, 7);
        publisher.publish("b/2", "0123", 2, 8);
        assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(7);
        publisher.published2(8);
        assertThat(subscriber.payloads()).hasSize(3);

        assertThat(read("tern_publish_received_total", "0")).isEqualTo(2);
        assertThat(read("tern_publish_received_total", "1")).isEqualTo(1);
        assertThat(read("tern_publish_received_total", "2")).isEqualTo(1);
        assertThat(read("tern_publish_sent_total", "0")).isEqualTo(2);
        assertThat(read("tern_publish_sent_total", "1")).isEqualTo(1);
        assertThat(read("tern_publish_sent_total", "2")).isZero();
        assertThat(read("tern_packets_received_total", "connect")).isEqualTo(2);
        assertThat(read("tern_packets_received_total", "subscribe")).isEqualTo(1);
        assertThat(read("tern_packets_received_total", "puback")).isEqualTo(1);
        assertThat(read("tern_packets_received_total", "pubrel")).isEqualTo(1);
        assertThat(read("tern_packets_sent_total", "connack")).isEqualTo(2);
        assertThat(read("tern_packets_sent_total", "pubcomp")).isEqualTo(1);
        // Frames of 2 + 2 + 3 + 4 bytes, with an identifier 2 more; acknowledgements have 4.
        assertThat(read("tern_received_bytes_total") - receivedBytes).isEqualTo(2 * 11 + 2 * 13 + 4 + 4);
        assertThat(read("tern_sent_bytes_total") - sentBytes).isEqualTo(2 * 11 + 13 + 4 + 4 + 4);
        assertThat(read("tern_messages_routed_total")).isEqualTo(4);
    }

    @Test
    void connections_sessions_and_refusals_are_known() {
        house = new House(2, Options.DEFAULTS, (client, password, then) -> then.accept(client.clientId().equals("no")
                ? Verdict.deny(ReasonCode.NOT_AUTHORIZED, "not that one")
                : Verdict.ANYBODY));
        PlainClient refused = house.send(0, Hello.v5("no"));
        assertThat(refused.next(ConnAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(read("tern_connects_refused_total", "not_authorized")).isEqualTo(1);
        assertThat(read("tern_connects_refused_total")).isEqualTo(1);
        assertThat(read("tern_connections_total")).isEqualTo(1);
        house.close();

        house = new House(2);
        PlainClient stays = house.connect(0, Hello.durable("stays")).subscribed("q", 1);
        house.connect(1, Hello.v5("goes").resume().expirySeconds(60)).subscribed("q", 1).lose();
        house.run();
        assertThat(read("tern_connections_open")).isEqualTo(1);
        assertThat(read("tern_sessions", "connected")).isEqualTo(1);
        assertThat(read("tern_sessions", "absent")).isEqualTo(1);
        assertThat(read("tern_subscriptions")).isEqualTo(2);

        stays.publish("q", "waits", 1, 1);
        house.run();
        assertThat(read("tern_queued_messages")).isEqualTo(2);
        assertThat(read("tern_queued_bytes")).isPositive();

        house.advanceSeconds(61);
        assertThat(read("tern_sessions_expired_total")).isEqualTo(1);
        assertThat(read("tern_sessions", "absent")).isZero();
        assertThat(read("tern_deliveries_dropped_total", "session_ended")).isEqualTo(1);
        assertThat(read("tern_queued_messages")).isEqualTo(1);
    }

    @Test
    void what_waits_on_disk_only_is_known_and_drops_of_what_was_acknowledged_too() {
        house = new House(2, Options.builder()
                .with(BrokerOptions.QUEUE_BYTES, 64L * 1024)
                .with(BrokerOptions.QUEUE_DISK_BYTES, 256L * 1024)
                .build());
        house.connect(1, Hello.durable("away")).subscribed("q", 1).lose();
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 1; i <= 20; i++) {
            publisher.published("q", "x".repeat(10_000), i);
        }
        assertThat(read("tern_queued_bytes")).isBetween(10_000L, 70_000L);
        assertThat(read("tern_queued_disk_bytes")).isBetween(140_000L, 210_000L);
        assertThat(read("tern_acknowledged_dropped_total")).isZero();
        for (int i = 21; i <= 40; i++) {
            publisher.published("q", "x".repeat(10_000), i);
        }
        assertThat(read("tern_acknowledged_dropped_total")).isBetween(10L, 20L);
    }

    @Test
    void what_the_server_says_of_itself_is_there_for_who_subscribes_later_and_is_in_memory_alone() {
        house.broker.tell(List.of(told("uptime", "1 seconds"), told("clients/connected", "0")));
        house.run();
        house.broker.publish(told("alarms/disk", "low"));
        house.run();

        PlainClient late = house.connect(1, Hello.v5("late")).subscribed("$SYS/#", 1).acknowledge();
        assertThat(late.messages()).hasSize(3).allMatch(Publish::retain).extracting(PlainClient::text)
                .containsExactlyInAnyOrder("1 seconds", "0", "low");
        house.connect(1, Hello.v5("other")).subscribed("#", 1).nothing();
        assertThat(house.store.records(0)).noneMatch(record -> record.contains("$SYS"));
        assertThat(house.broker.retainedMessages()).isZero();
        assertThat(read("tern_retained_bytes")).isZero();

        house.broker.publish(told("alarms/disk", ""));
        assertThat(late.payloads()).containsExactly("");
        assertThat(house.connect(0, Hello.v5("later")).subscribed("$SYS/broker/alarms/#", 1).payloads()).isEmpty();
    }

    /// As a mosquitto bridge has it: told to who subscribes later with the server's own topics, and cleared as usual.
    @Test
    void the_state_of_a_bridge_is_retained_as_any_clients_message_is() {
        house.broker.publish(told("alarms/disk", "low"));
        String topic = "$SYS/broker/connection/edge1/state";
        PlainClient bridge = house.connect(0, Hello.v5("edge1").will(topic, "0", 1, true, Properties.NONE));
        bridge.send(new Publish(false, 1, true, TopicName.of(topic), 1, Properties.NONE, new byte[] {'1'}));

        assertThat(house.connect(1, Hello.v5("a")).subscribed("$SYS/#", 1).payloads())
                .containsExactlyInAnyOrder("low", "1");
        assertThat(house.broker.retainedMessages()).isEqualTo(1);
        assertThat(house.store.records(0)).anyMatch(record -> record.contains("edge1/state"));
        house.connect(1, Hello.v5("other")).subscribed("#", 1).nothing();
        bridge.lose();
        assertThat(house.connect(1, Hello.v5("b")).subscribed("$SYS/broker/connection/+/state", 1).payloads())
                .containsExactly("0");
        bridge = house.connect(0, Hello.v5("edge1"));
        bridge.send(new Publish(false, 1, true, TopicName.of(topic), 1, Properties.NONE, new byte[0]));
        assertThat(house.connect(1, Hello.v5("c")).subscribed("$SYS/broker/connection/#", 1).payloads()).isEmpty();
    }

    @Test
    void only_what_has_changed_is_told() {
        PlainClient live = house.connect(1, Hello.v5("live")).subscribed("$SYS/#", 0);
        house.broker.tell(List.of(told("a", "1"), told("b", "1")));
        assertThat(live.payloads()).containsExactly("1", "1");
        house.broker.tell(List.of(told("a", "1"), told("b", "2")));
        assertThat(live.payloads()).containsExactly("2");
    }

    @Test
    void an_absent_subscriber_gets_the_latest_of_each_and_nothing_of_it_is_written() {
        house.connect(1, Hello.durable("s")).subscribed("$SYS/#", 1).lose();
        house.run();
        int before = house.store.records(1).size();
        for (int i = 0; i < 100; i++) {
            house.broker.tell(List.of(told("a", "" + i), told("b", "" + i)));
            house.run();
        }
        assertThat(house.store.records(1).subList(before, house.store.records(1).size()))
                .noneMatch(record -> record.startsWith("queued"));
        assertThat(house.connect(1, Hello.durable("s").resume()).acknowledge().payloads()).containsExactly("99", "99");
    }

    @Test
    void figures_are_skipped_while_others_wait_and_told_the_next_time() {
        PlainClient live = house.connect(1, Hello.v5("live")).subscribed("$SYS/#", 0);
        List<Message> many = IntStream.range(0, 100).mapToObj(i -> told("n/" + i, "1")).toList();
        house.broker.tell(many);
        house.broker.tell(List.of(told("late", "1")));
        assertThat(live.payloads()).hasSize(100);
        assertThat(read("tern_sys_skipped_total")).isEqualTo(1);
        house.broker.tell(List.of(told("late", "1")));
        assertThat(live.payloads()).containsExactly("1");
    }
}
