package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Publish;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How many messages a shared group lends to one member at once: more to one that is quick, so that they go in batches.
class SharedCreditTest {

    private final House house = new House(2);
    private final PlainClient publisher = house.connect(0, Hello.v5("p"));
    private final PlainClient member = house.connect(1, Hello.v5("m")).subscribed("$share/g/a", 1);
    private int published;

    @AfterEach
    void close() {
        house.close();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            published++;
            publisher.publish("a", "" + published, 1, published);
        }
        house.run();
    }

    /// @return what the member has got now, at once acknowledged
    private int take() {
        List<Publish> messages = member.messages();
        messages.forEach(message -> member.puback(message.packetId()));
        house.run();
        return messages.size();
    }

    @Test
    void who_is_quick_may_borrow_more() {
        publish(700);
        assertThat(take()).isEqualTo(32);
        assertThat(take()).isEqualTo(64);
        assertThat(take()).isEqualTo(128);
        assertThat(take()).as("not more, however quick").isEqualTo(256);
        assertThat(take()).isEqualTo(220);
    }

    @Test
    void who_is_slow_borrows_no_more_and_in_the_end_less_again() {
        publish(900);
        assertThat(take()).isEqualTo(32);
        house.advanceMillis(50);
        assertThat(take()).as("neither quick nor slow").isEqualTo(64);
        house.advanceMillis(10);
        assertThat(take()).as("quick").isEqualTo(64);
        house.advanceMillis(100);
        assertThat(take()).as("slow, which is known when a window's worth has come back").isEqualTo(128);
        house.advanceMillis(100);
        assertThat(take()).isBetween(64, 127);
        house.advanceMillis(100);
        assertThat(take()).isBetween(32, 64);
        house.advanceMillis(100);
        assertThat(take()).as("never less than in the beginning").isEqualTo(32);
    }

    @Test
    void who_has_no_room_gives_back_and_nothing_is_dropped_or_out_of_order() {
        try (House small = new House(2, Options.DEFAULTS.with(BrokerOptions.QUEUE_BYTES, 64L * 1024))) {
            PlainClient from = small.connect(0, Hello.v5("p"));
            PlainClient slow = small.connect(1, Hello.v5("m")).subscribed("$share/g/a", 1);
            for (int i = 1; i <= 28; i++) {
                from.publish("a", "x".repeat(4000) + i, 1, i);
                small.run();
            }
            List<String> got = new ArrayList<>();
            for (List<Publish> some = slow.messages(); !some.isEmpty(); some = slow.messages()) {
                for (Publish each : some) {
                    got.add(PlainClient.text(each).substring(4000));
                    slow.puback(each.packetId());
                }
                small.run();
            }

            assertThat(got).isEqualTo(IntStream.rangeClosed(1, 28).mapToObj(Integer::toString).toList());
            assertThat(small.dropped(DropReason.QUEUE_FULL)).isZero();
        }
    }

    @Test
    void who_had_no_room_for_a_while_borrows_as_before() {
        try (House small = new House(2, Options.DEFAULTS.with(BrokerOptions.QUEUE_BYTES, 76_000L))) {
            PlainClient from = small.connect(0, Hello.v5("p"));
            PlainClient crowded =
                    small.connect(1, Hello.v5("m")).subscribed("$share/g/a", 1).subscribed("own", 1);
            for (int taken = 0; taken < 480; taken++) {
                from.publish("a", "", 1, 1);
                small.run();
                crowded.messages().forEach(each -> crowded.puback(each.packetId()));
            }
            for (int i = 0; i < 150; i++) {
                from.publish("a", "", 1, 1);
            }
            for (int i = 0; i < 12; i++) {
                from.publish("own", "x".repeat(4000), 1, 1);
            }
            from.publish("a", "x".repeat(4000), 1, 1);
            from.publish("a", "last", 1, 1);
            small.run();

            List<Publish> unanswered = new ArrayList<>(crowded.messages());
            assertThat(unanswered).as("one had no room").hasSize(150 + 12);
            unanswered.sort(Comparator.comparing(each -> each.payload().length == 0)); // Its own first.
            for (Publish each : unanswered) {
                crowded.puback(each.packetId());
                small.run();
            }
            assertThat(crowded.acknowledge().payloads()).hasSize(2).endsWith("last");
            for (int i = 0; i < 100; i++) {
                from.publish("a", "" + i, 1, 1);
            }

            assertThat(crowded.payloads()).hasSize(100);
        }
    }
}
