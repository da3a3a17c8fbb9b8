package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.broker.route.Matching;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A topic of many levels that many filters match is looked up over several turns: everybody else goes on, and its
/// message comes in its place all the same.
class DeepTopicsTest {

    private static final int LEVELS = 1000;
    private static final int FILTERS = 40;
    private static final String DEEP = "/".repeat(LEVELS - 1);
    /// Nodes for a turn each, with what they have in common left out.
    private static final int TURNS = FILTERS * LEVELS / 2 / Matching.NODES_PER_TURN;

    private final House house = new House(2);
    private final PlainClient other = house.connect(0, Hello.v5("other"));
    private final PlainClient subscriber = house.connect(1, Hello.v5("s"));

    @BeforeEach
    void subscribe() {
        List<Subscribe.Item> items = IntStream.range(0, FILTERS)
                .mapToObj(i -> "/".repeat(i) + "+" + "/".repeat(LEVELS - 2 - i) + "#")
                .map(filter -> new Subscribe.Item(TopicFilter.of(filter), 1))
                .toList();
        subscriber.send(new Subscribe(1, Properties.NONE, items));
        subscriber.next(SubAck.class);
        subscriber.subscribed("a", 1);
    }

    @AfterEach
    void close() {
        house.close();
    }

    /// @return how many turns it took, in each of which somebody else was answered
    private int turns() {
        int turns = 0;
        do {
            turns++;
            other.send(PingReq.INSTANCE);
            house.loop(0).step();
            assertThat(other.arrivedWithoutRunning()).contains(PingResp.INSTANCE);
        } while (house.loop(0).isWaiting());
        house.run();
        return turns;
    }

    @Test
    void comes_before_what_was_published_after_it() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish(DEEP, "deep", 1, 1);
        publisher.publish("a", "shallow", 1, 2);
        publisher.publish(DEEP, "deep again", 0, 0);

        assertThat(turns()).isGreaterThan(TURNS);
        assertThat(subscriber.payloads()).containsExactly("deep", "shallow", "deep again");
        assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(1);
        assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(2);
    }

    @Test
    void comes_also_if_others_subscribe_meanwhile() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        publisher.publish(DEEP, "deep", 1, 1);
        for (int i = 0; i < TURNS; i++) {
            other.send(new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of("+/" + i), 0))));
            house.loop(0).step();
        }
        house.run();

        assertThat(subscriber.payloads()).containsExactly("deep");
        publisher.next(PubAck.class);
    }

    @Test
    void is_forgotten_with_its_publishers_connection() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        long before = house.broker.memory().heldBytes();

        publisher.publish(DEEP, "deep", 1, 1);
        house.loop(0).step();
        publisher.lose();

        assertThat(subscriber.payloads()).isEmpty();
        assertThat(house.broker.memory().heldBytes()).isLessThan(before);
    }

    @Test
    void is_a_wills_as_well() {
        house.connect(0, Hello.v5("w").will(DEEP, "will")).connection.lose();

        assertThat(turns()).isGreaterThan(TURNS);
        assertThat(subscriber.payloads()).containsExactly("will");
    }
}
