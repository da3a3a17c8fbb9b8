package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import io.tern.wire.ConnAck;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A broker that has little memory for many clients: it lives, and serves those who read.
class MemoryLimitTest {

    private static final int LIMIT_BYTES = 2 * 1024 * 1024;
    private static final String KIB = "x".repeat(1024);

    private final House house =
            new House(2, Options.builder().with(BrokerOptions.MEMORY_BYTES, (long) LIMIT_BYTES).build());

    @AfterEach
    void close() {
        assertThat(house.broker.heldBytes()).as("held in all").isLessThan(LIMIT_BYTES + LIMIT_BYTES / 8);
        house.close();
    }

    /// Sessions without a connection, each with a queue of its own, until these hold all they may.
    private PlainClient hoard() {
        int sessions = 50;
        for (int i = 0; i < sessions; i++) {
            house.connect(i % 2, Hello.durable("h" + i)).subscribed("h/" + i, 1).lose();
        }
        PlainClient publisher = house.connect(0, Hello.v5("hoarder"));
        for (int n = 0; n < 100; n++) {
            for (int i = 0; i < sessions; i++) {
                publisher.published("h/" + i, KIB, 1);
            }
        }
        return publisher;
    }

    private static Subscribe subscribe(String filter) {
        return new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), 1)));
    }

    /// Subscriptions until there is no more room for one.
    private void fill() {
        PlainClient filler = house.connect(0, Hello.v5("filler"));
        for (int i = 0; i < 100_000; i++) {
            filler.send(subscribe("f/" + i + "x".repeat(1000)));
            if (filler.next(SubAck.class).reasons().getFirst() == ReasonCode.QUOTA_EXCEEDED) {
                return;
            }
        }
        throw new AssertionError("there is always room");
    }

    @Test
    void what_is_not_read_counts_and_makes_room_for_who_reads() {
        List<PlainClient> stuck = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stuck.add(house.connect(i % 2, Hello.v5("stuck" + i)).subscribed("a", 0));
        }
        PlainClient quick = house.connect(1, Hello.v5("quick")).subscribed("a", 0);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        house.run();
        stuck.forEach(each -> each.connection.stuck(true));

        for (int n = 0; n < 200; n++) {
            publisher.publish("a", KIB);
            house.run();
        }

        assertThat(quick.messages()).hasSize(200);
        assertThat(unsentBytes(stuck)).isGreaterThan(LIMIT_BYTES / 2L);
        assertThat(house.broker.heldBytes()).isGreaterThan(unsentBytes(stuck));
        assertThat(stuck).filteredOn(each -> !each.connection.isOpen()).isNotEmpty();
        publisher.publish("a", "still here");
        assertThat(quick.payloads()).containsExactly("still here");

        stuck.forEach(each -> each.connection.stuck(false));
        house.run();
        assertThat(house.broker.heldBytes()).isLessThan(LIMIT_BYTES / 2L);
    }

    private static long unsentBytes(List<PlainClient> clients) {
        return clients.stream().mapToLong(each -> each.connection.pendingBytes()).sum();
    }

    @Test
    void queues_of_many_absent_clients_share_what_there_is() {
        house.store.keeps = false;
        hoard();

        assertThat(house.broker.heldBytes()).isBetween(LIMIT_BYTES / 2L, (long) LIMIT_BYTES);
        assertThat(house.dropped(DropReason.MEMORY_FULL)).isGreaterThan(1000);
        assertThat(house.dropped(DropReason.QUEUE_FULL)).isZero();
        PlainClient back = house.connect(1, Hello.durable("h7")).acknowledge();
        assertThat(back.messages()).isNotEmpty();
    }

    @Test
    void who_came_first_gives_room_to_who_comes_later() {
        house.store.keeps = false;
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 0; i < 20; i++) {
            house.connect(i % 2, Hello.durable("h" + i)).subscribed("h/" + i, 1).lose();
            for (int n = 0; n < 500; n++) {
                publisher.published("h/" + i, KIB, 1);
            }
        }

        int first = house.connect(0, Hello.durable("h0")).acknowledge().messages().size();
        int last = house.connect(0, Hello.durable("h19")).acknowledge().messages().size();

        assertThat(first).isBetween(last / 2, last * 2);
    }

    @Test
    void groups_give_room_as_sessions_do() {
        house.store.keeps = false;
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 0; i < 20; i++) {
            house.connect(i % 2, Hello.durable("m" + i)).subscribed("$share/g" + i + "/h/" + i, 1).lose();
            for (int n = 0; n < 500; n++) {
                publisher.published("h/" + i, KIB, 1);
            }
        }

        int first = house.connect(0, Hello.durable("m0")).acknowledge().messages().size();
        int last = house.connect(0, Hello.durable("m19")).acknowledge().messages().size();

        assertThat(first).isBetween(last / 2, last * 2);
        assertThat(house.dropped(DropReason.MEMORY_FULL)).isGreaterThan(1000);
    }

    @Test
    void who_reads_loses_nothing_meanwhile() {
        PlainClient reader = house.connect(1, Hello.v5("r")).subscribed("r", 1).acknowledge();
        PlainClient publisher = hoard();

        for (int i = 0; i < 500; i++) {
            publisher.published("r", i + KIB, 1);
            assertThat(reader.payloads()).containsExactly(i + KIB);
        }
    }

    @Test
    void one_message_for_many_absent_clients_is_held_once() {
        for (int i = 0; i < 500; i++) {
            house.connect(i % 2, Hello.durable("s" + i)).subscribed("all", 1).lose();
        }
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        long before = house.broker.heldBytes();

        for (int i = 0; i < 20; i++) {
            publisher.published("all", KIB, 1);
        }

        assertThat(house.broker.heldBytes() - before).isLessThan(500_000);
        assertThat(house.dropped(DropReason.MEMORY_FULL)).isZero();
    }

    @Test
    void when_hardly_any_is_left_nobody_new_comes_in_but_those_who_are_known() {
        house.connect(0, Hello.durable("known")).lose();
        fill();

        PlainClient stranger = house.send(1, Hello.v5("stranger"));
        PlainClient old = house.send(1, Hello.v311("old stranger"));

        assertThat(stranger.next(ConnAck.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(stranger.isClosed()).isTrue();
        assertThat(old.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        PlainClient known = house.connect(1, Hello.durable("known"));
        assertThat(known.connAck.sessionPresent()).isTrue();
        known.lose();
        assertThat(house.connect(1, Hello.v5("known")).connAck.sessionPresent()).as("also to begin anew").isFalse();
        assertThat(house.broker.sessions()).isEqualTo(2);
    }

    @Test
    void retained_messages_take_no_more_than_is_left() {
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        for (int i = 0; i < 3000; i++) {
            publisher.retain("r/" + i, KIB);
        }
        house.run();

        assertThat(house.broker.retainedMessages()).isBetween(500, 1500);
        assertThat(house.broker.count(Counters.Event.RETAINED_REFUSED)).isGreaterThan(1500);
        publisher.retain("r/0", "small");
        PlainClient reader = house.connect(1, Hello.v5("r")).subscribed("r/0", 0);
        assertThat(reader.payloads()).containsExactly("small");
    }

    @Test
    void packets_that_are_not_complete_take_no_more_than_is_left() {
        List<PlainClient> clients = new ArrayList<>();
        byte[] most = new byte[300_000];
        byte[] begin = {0x10, (byte) 0x80, (byte) 0x80, 0x40, 0, 4, 'M', 'Q', 'T', 'T', 5};
        System.arraycopy(begin, 0, most, 0, begin.length);
        for (int i = 0; i < 50; i++) {
            PlainClient client = house.open(i % 2);
            client.connection.fromClient(most);
            clients.add(client);
        }
        house.run();

        assertThat(clients).filteredOn(PlainClient::isClosed).hasSizeBetween(40, 49);
    }

    @Test
    void all_of_it_is_given_back() {
        house.store.keeps = false; // Nobody answers readings here.
        Random random = new Random(7);
        List<PlainClient> clients = new ArrayList<>();
        for (int step = 0; step < 1000; step++) {
            int who = random.nextInt(30);
            Hello hello = Hello.durable("c" + who).will("c/0", KIB);
            PlainClient client = house.connect(random.nextInt(2), hello).acknowledge();
            clients.add(client);
            switch (random.nextInt(6)) {
                case 0 -> client.send(subscribe("c/#"));
                case 1 -> client.send(subscribe("$share/g/c/+"));
                case 2 -> client.retain("c/" + random.nextInt(10), KIB.substring(random.nextInt(1000)));
                case 3 -> client.unsubscribe("c/#");
                case 4 -> client.connection.stuck(true);
                default -> client.sendBytes(0x30, 0x7F, 1, 2, 3);
            }
            client.publish("c/" + random.nextInt(10), KIB, random.nextInt(3), 1 + random.nextInt(9));
            house.run();
            if (random.nextBoolean()) {
                client.lose();
            }
        }
        clients.forEach(client -> client.connection.stuck(false));
        clients.forEach(PlainClient::lose);
        for (int i = 0; i < 30; i++) {
            house.connect(0, Hello.v5("c" + i)).disconnect();
        }
        PlainClient last = house.connect(0, Hello.v5("last"));
        for (int i = 0; i < 10; i++) {
            last.retain("c/" + i, "");
        }
        last.lose();

        assertThat(house.broker.sessions()).isZero();
        assertThat(house.broker.heldBytes()).isZero();
    }
}
