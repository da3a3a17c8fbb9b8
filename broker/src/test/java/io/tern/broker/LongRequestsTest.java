package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.turn.Slices;
import io.tern.wire.Disconnect;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests whose length a client chooses, or that concern all clients: nobody else waits for the end of them.
class LongRequestsTest {

    private static final int FILTERS = 5_000;

    private final House house = new House(1);

    @AfterEach
    void close() {
        house.close();
    }

    private static List<TopicFilter> filters(int count) {
        return IntStream.range(0, count).mapToObj(i -> TopicFilter.of("f/" + i)).toList();
    }

    private static Subscribe subscribe(int packetId, List<TopicFilter> filters) {
        return new Subscribe(
                packetId,
                Properties.NONE,
                filters.stream().map(filter -> new Subscribe.Item(filter, 1)).toList());
    }

    /// Steps until something has come, while another client gets an answer in each turn.
    ///
    /// @return what came, after how many turns
    private Answered step(PlainClient client, PlainClient other) {
        for (int turns = 1; turns <= FILTERS; turns++) {
            other.send(PingReq.INSTANCE);
            house.loop(0).step();
            assertThat(other.arrivedWithoutRunning()).containsExactly(PingResp.INSTANCE);
            List<Packet> arrived = client.arrivedWithoutRunning();
            if (!arrived.isEmpty()) {
                return new Answered(arrived, turns);
            }
        }
        throw new AssertionError("nothing came");
    }

    private record Answered(List<Packet> packets, int turns) {}

    @Test
    @Spec({"MQTT-3.8.4-5", "MQTT-3.8.4-6"})
    void a_long_subscribe_takes_many_turns() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        PlainClient other = house.connect(0, Hello.v5("other"));

        client.send(subscribe(7, filters(FILTERS)));
        client.publish("f/1", "own");

        Answered answered = step(client, other);

        assertThat(answered.turns).isGreaterThan(FILTERS / Slices.SLICE - 2);
        assertThat(((SubAck) answered.packets.getFirst()).reasons())
                .hasSize(FILTERS)
                .containsOnly(ReasonCode.GRANTED_QOS_1);
        client.next(Publish.class); // Read only when the SUBSCRIBE before it was done.
        other.publish("f/" + (FILTERS - 1), "m");
        client.next(Publish.class);
    }

    @Test
    @Spec("MQTT-3.8.4-5")
    void one_filter_many_times_is_fed_once() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        PlainClient other = house.connect(0, Hello.v5("other"));
        other.retain("same", "kept");

        client.send(subscribe(7, Collections.nCopies(FILTERS, TopicFilter.of("same"))));

        assertThat(client.next(SubAck.class).reasons()).hasSize(FILTERS);
        client.next(Publish.class);
        client.nothing();
        client.send(subscribe(7, List.of(TopicFilter.of("same"))));
        client.next(SubAck.class);
        client.next(Publish.class);
    }

    @Test
    @Spec({"MQTT-3.11.3-1", "MQTT-3.10.4-6"})
    void a_long_unsubscribe_takes_many_turns() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        PlainClient other = house.connect(0, Hello.v5("other"));
        client.send(subscribe(7, filters(FILTERS)));
        client.next(SubAck.class);

        client.send(new Unsubscribe(8, Properties.NONE, filters(FILTERS + 1)));

        Answered answered = step(client, other);

        assertThat(answered.turns).isGreaterThan(FILTERS / Slices.SLICE - 2);
        List<ReasonCode> reasons = ((UnsubAck) answered.packets.getFirst()).reasons();
        assertThat(reasons.subList(0, FILTERS)).containsOnly(ReasonCode.SUCCESS);
        assertThat(reasons.getLast()).isEqualTo(ReasonCode.NO_SUBSCRIPTION_EXISTED);
        other.publish("f/7", "m");
        client.nothing();
    }

    @Test
    void a_long_request_is_charged_until_it_is_answered() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        PlainClient other = house.connect(0, Hello.v5("other"));
        house.run();
        long before = house.broker.memory().heldBytes();
        Unsubscribe unsubscribe = new Unsubscribe(8, Properties.NONE, filters(FILTERS));

        client.send(unsubscribe, PingReq.INSTANCE);
        house.loop(0).step();

        long packetBytes = filters(FILTERS).stream().mapToLong(filter -> 2 + filter.value().length()).sum();
        assertThat(house.broker.memory().heldBytes() - before).isGreaterThan(packetBytes);
        List<Packet> came = new ArrayList<>(step(client, other).packets());
        came.addAll(client.received());
        assertThat(came).hasSize(2);
        assertThat(came).first().isInstanceOf(UnsubAck.class);
        assertThat(house.broker.memory().heldBytes()).isEqualTo(before);
    }

    @Test
    void a_request_for_which_there_is_no_room_is_refused_before_it_is_begun() {
        try (House small = new House(1, Options.builder().with(BrokerOptions.MEMORY_BYTES, 300_000L).build())) {
            PlainClient client = small.connect(0, Hello.v5("c"));
            PlainClient other = small.connect(0, Hello.v5("other"));

            client.send(new Unsubscribe(7, Properties.NONE, Collections.nCopies(40_000, TopicFilter.of("f"))));

            assertThat(client.received()).extracting(packet -> ((Disconnect) packet).reason())
                    .containsExactly(ReasonCode.QUOTA_EXCEEDED);
            assertThat(client.isClosed()).isTrue();
            other.send(PingReq.INSTANCE);
            other.next(PingResp.class);
        }
    }

    @Test
    void what_is_left_of_a_subscribe_ends_with_the_connection() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        long before = house.broker.memory().heldBytes();
        client.send(subscribe(7, filters(FILTERS)));
        house.loop(0).step();
        house.loop(0).step();

        client.lose();
        house.run();

        assertThat(house.broker.memory().heldBytes()).isLessThan(before);
    }

    @Test
    void what_was_subscribed_before_the_connection_broke_is_fed_since_it_is_not_new_later() {
        house.connect(0, Hello.v5("other")).retain("f/1", "kept");
        PlainClient client = house.connect(0, Hello.durable("c"));
        List<Subscribe.Item> items = filters(FILTERS).stream()
                .map(filter -> new Subscribe.Item(filter, 1, false, false, 1))
                .toList();
        client.send(new Subscribe(7, Properties.NONE, items));
        house.loop(0).step();
        house.loop(0).step();
        client.lose();

        PlainClient back = house.connect(0, Hello.durable("c"));
        back.send(new Subscribe(8, Properties.NONE, items));

        assertThat(back.received()).filteredOn(Publish.class::isInstance).hasSize(1);
    }

    @Test
    void a_stop_closes_many_clients_over_many_turns() {
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 4 * Slices.SLICE; i++) {
            clients.add(house.connect(0, Hello.v5("c" + i)));
        }
        boolean[] empty = {false};
        house.loop(0).execute(() -> house.broker.shard(0).stop(() -> empty[0] = true));

        house.loop(0).step();
        assertThat(clients.stream().filter(PlainClient::isClosedWithoutRunning))
                .hasSizeLessThanOrEqualTo(2 * Slices.SLICE);
        house.run();

        assertThat(clients).allMatch(PlainClient::isClosed);
        assertThat(empty[0]).isTrue();
    }
}
