package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/// Who comes and goes again and again leaves nothing behind: as many objects can be reached from a broker as before.
class ComingAndGoingTest {

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // Else it can't look into records.
    }

    private static final int TIMES = 2_000;
    /// Before it is weighed, for what is there once.
    private static final int FIRST = 100;

    private final House house = new House(1);

    @AfterEach
    void close() {
        house.close();
    }

    private GraphLayout weighed() {
        house.run();
        house.forget();
        return GraphLayout.parseInstance(house.broker);
    }

    private void leavesNothing(IntConsumer once) {
        for (int i = 0; i < FIRST; i++) {
            once.accept(i);
        }
        GraphLayout before = weighed();
        for (int i = FIRST; i < FIRST + TIMES; i++) {
            once.accept(i);
        }
        GraphLayout after = weighed();
        assertThat(after.totalCount() - before.totalCount())
                .as(() -> "objects: " + after.subtract(before).toFootprint())
                .isLessThan(TIMES / 10);
    }

    @Test
    void a_member_of_a_group_in_which_others_stay() {
        house.connect(0, Hello.v5("stays")).subscribed("$share/g/t", 1);
        PlainClient client = house.connect(0, Hello.v5("c"));

        leavesNothing(i -> client.subscribed("$share/g/t", 1).unsubscribed("$share/g/t"));
    }

    @Test
    void a_member_that_leaves_with_messages_under_way() {
        house.connect(0, Hello.v5("stays")).acknowledge().subscribed("$share/g/t", 1);
        PlainClient client = house.connect(0, Hello.v5("c")).acknowledge();
        PlainClient publisher = house.connect(0, Hello.v5("p"));

        leavesNothing(i -> {
            client.subscribed("$share/g/t", 1);
            publisher.published("t", "m", 1);
            publisher.published("t", "m", 1);
            client.received();
            client.unsubscribed("$share/g/t");
        });
    }

    @Test
    void a_subscription() {
        PlainClient client = house.connect(0, Hello.v5("c"));

        leavesNothing(i -> client.subscribed("a/+/" + i, 1).unsubscribed("a/+/" + i));
    }

    @Test
    void a_client() {
        leavesNothing(i -> house.connect(0, Hello.v5("c" + i)).subscribed("$share/g/t", 1).disconnect());
    }

    @Test
    void a_client_whose_session_was_kept() {
        leavesNothing(i -> {
            house.connect(0, Hello.durable("c" + i)).subscribed("$share/g/t", 1).lose();
            house.connect(0, Hello.v5("c" + i)).disconnect();
        });
    }

    @Test
    void a_retained_message() {
        PlainClient client = house.connect(0, Hello.v5("c"));

        leavesNothing(i -> {
            client.retain("r/" + i, "x");
            client.retain("r/" + i, "");
        });
    }
}
