package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/// What clients can make a broker keep is charged with what it weighs: all objects that can be reached from a broker,
/// with and without thousands of a kind.
class WeightsTest {

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // Else it can't look into records.
    }

    private static final int COUNT = 2_000;
    /// So many before, for tables and whatever else is there once.
    private static final int FIRST = 48;
    private static final Percentage TOLERANCE = Percentage.withPercentage(25);

    private final House house = new House(1);

    @AfterEach
    void close() {
        house.close();
    }

    private long weightBytes() {
        house.run();
        house.forget();
        return GraphLayout.parseInstance(house.broker).totalSize();
    }

    private void weigh(IntConsumer one) {
        for (int i = 0; i < FIRST; i++) {
            one.accept(i);
        }
        long weightBefore = weightBytes();
        long heldBefore = house.broker.memory().heldBytes();
        for (int i = FIRST; i < FIRST + COUNT; i++) {
            one.accept(i);
        }
        double weightBytes = (weightBytes() - weightBefore) / (double) COUNT;
        double chargedBytes = (house.broker.memory().heldBytes() - heldBefore) / (double) COUNT;
        assertThat(chargedBytes).isCloseTo(weightBytes, TOLERANCE);
    }

    private List<PlainClient> clients() {
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < FIRST + COUNT; i++) {
            clients.add(house.connect(0, Hello.v5("client-" + i)));
        }
        return clients;
    }

    @Test
    void a_subscription_to_a_filter_of_its_own() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed("house/" + i + "/temperature", 1));
    }

    @Test
    void a_subscription_with_a_wildcard() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed("house/" + i + "/+/temperature", 1));
    }

    @Test
    void a_subscription_of_many_levels() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed(i + "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/#", 1));
    }

    @Test
    void a_group() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed("$share/g/" + i, 1));
    }

    @Test
    void a_seat_in_a_group() {
        List<PlainClient> clients = clients();
        weigh(i -> clients.get(i).subscribed("$share/g/house/#", 1));
    }

    @Test
    void a_session_of_somebody_away() {
        weigh(i -> house.connect(0, Hello.durable("client-" + i)).lose());
    }

    @Test
    void a_retained_message() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.retain("house/" + i + "/temperature", "21.5 degrees"));
    }

    @Test
    void a_message_that_waits_in_one_queue() {
        house.connect(0, Hello.v5("slow").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("q/#", 1);
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> {
            client.publish("q/" + i % 10, "21.5 degrees", 1, 1 + i);
            client.received();
        });
    }
}
