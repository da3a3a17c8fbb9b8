package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Connection;
import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What waits in output buffers: it is counted as long as it waits, and who leaves most makes room.
class UnsentTest {

    private static final int LIMIT_BYTES = 2 * 1024 * 1024;
    private static final String KIB = "x".repeat(1024);

    private int stuck;
    private final House house =
            new House(2, Options.builder().with(BrokerOptions.MEMORY_BYTES, (long) LIMIT_BYTES).build());

    @AfterEach
    void close() {
        house.close();
    }

    private PlainClient stuck(int shard, String topic) {
        PlainClient client = house.connect(shard, Hello.v5("stuck " + ++stuck)).subscribed(topic, 0);
        house.run();
        client.connection.stuck(true);
        return client;
    }

    private long unsentOnAnyShard() {
        house.advanceMillis(10); // What waits for a lane looks at the time.
        return house.broker.memory().heldBytes();
    }

    @Test
    void a_burst_counts_until_it_is_taken_and_no_longer() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<PlainClient> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slow.add(stuck(i % 2, "t/" + i));
        }
        long before = unsentOnAnyShard();

        for (int i = 0; i < 10; i++) {
            publisher.publish("t/" + i, KIB.repeat(60));
        }

        assertThat(unsentOnAnyShard() - before).isGreaterThan(600_000);
        slow.forEach(each -> each.connection.stuck(false));
        assertThat(unsentOnAnyShard() - before).as("nothing comes or goes any more").isLessThan(20_000);
    }

    @Test
    void who_leaves_most_unread_goes_and_on_whichever_shard() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        PlainClient most = stuck(1, "most");
        List<PlainClient> others = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            others.add(stuck(0, "t/" + i));
        }
        publisher.publish("most", KIB.repeat(1000));
        for (int i = 0; i < 30; i++) {
            publisher.publish("t/" + i, KIB.repeat(34));
            house.run();
        }

        assertThat(most.isClosed()).isTrue();
        assertThat(others).noneMatch(PlainClient::isClosed);
        assertThat(house.broker.count(Counters.Event.SHED)).isEqualTo(1);
    }

    @Test
    void among_equals_who_was_the_first_to_take_nothing_goes() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            clients.add(stuck(0, "t/" + i));
        }
        for (int i = 0; i < 6; i++) {
            publisher.publish("t/" + i, KIB.repeat(150));
            house.run();
        }
        clients.get(0).connection.trickles(1000); // So it isn't the oldest any more.
        house.run();
        for (int i = 6; i < 16; i++) {
            publisher.publish("t/" + i, KIB.repeat(150));
            house.run();
        }

        assertThat(clients.get(1).isClosed()).isTrue();
        assertThat(clients.get(0).isClosed()).isFalse();
    }

    @Test
    void messages_of_qos_0_are_dropped_before_anybody_is_closed() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(stuck(i % 2, "all"));
        }

        for (int n = 0; n < 1000; n++) {
            publisher.publish("all", KIB);
            house.run();
        }

        assertThat(house.dropped(DropReason.QOS0_SLOW_RECEIVER)).isGreaterThan(10_000);
        assertThat(clients).noneMatch(PlainClient::isClosed);
        assertThat(house.broker.memory().heldBytes()).isLessThan(LIMIT_BYTES);
    }

    @Test
    void who_was_held_back_for_want_of_memory_goes_on_when_it_reads() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(stuck(i % 2, "all"));
        }
        PlainClient reader = house.connect(0, Hello.v5("reader")).subscribed("all", 0).subscribed("q", 1).acknowledge();
        reader.connection.stuck(true);
        for (int n = 0; n < 200; n++) {
            publisher.publish("all", KIB);
            house.run();
        }
        int pendingBytes = reader.connection.pendingBytes();
        assertThat(pendingBytes).isLessThan(Connection.HIGH_WATER_BYTES / 2);
        for (int n = 0; n < 10; n++) {
            publisher.published("q", KIB, 1);
        }
        assertThat(reader.connection.pendingBytes()).isEqualTo(pendingBytes);

        reader.connection.stuck(false);

        assertThat(reader.messages()).filteredOn(each -> each.qos() == 1).hasSize(10);
    }

    @Test
    void one_large_message_for_many_who_read_nothing_takes_no_more_than_there_is_in_the_midst_of_a_turn() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(stuck(0, "all"));
        }

        long[] mostBytes = {0};
        clients.forEach(each -> each.connection.whenWritten(() -> mostBytes[0] = Math.max(
                mostBytes[0],
                clients.stream().mapToLong(other -> other.connection.pendingBytes()).sum())));

        publisher.publish("all", KIB.repeat(200));
        house.run();

        assertThat(mostBytes[0]).isBetween(LIMIT_BYTES / 2L, LIMIT_BYTES + LIMIT_BYTES / 4L);
        assertThat(clients).filteredOn(PlainClient::isClosed).hasSizeGreaterThan(80);
    }
}
