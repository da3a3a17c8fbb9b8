package io.tern.broker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.lane.DataLane;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.memory.SharedMemory;
import io.tern.broker.watch.Counters;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;

class HandoversOutTest {

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // Else it can't look into records.
    }

    private final DataLane<Handover> lane = new DataLane<>(4, 1000);
    private final SharedMemory all = new SharedMemory(1 << 20, 1);
    private final ShardMemory memory = new ShardMemory(all, new Counters());
    private final HandoversOut outgoing = new HandoversOut(lane, memory);

    private static Handover handover(String payload) {
        Message message = new Message(
                TopicName.of("a"), payload.getBytes(), 0, false, Properties.NONE, null, Message.NEVER);
        return new Handover(message, new FilterEntry[0], null, 0, null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000})
    void what_is_on_its_way_is_charged_with_what_it_weighs(int filters) {
        DataLane<Handover> wide = new DataLane<>(256, 1 << 30);
        HandoversOut way = new HandoversOut(wide, memory);
        long weightBefore = GraphLayout.parseInstance(wide).totalSize();
        for (int i = 100; i < 300; i++) {
            Message message = new Message(TopicName.of("house/" + i + "/temperature"), new byte[64], 0, false,
                    Properties.NONE, "publisher", Message.NEVER);
            assertThat(way.send(new Handover(message, new FilterEntry[filters], null, 0, null), null)).isTrue();
        }
        double weightBytes = GraphLayout.parseInstance(wide).totalSize() - weightBefore;
        assertThat((double) wide.pendingBytes()).isCloseTo(weightBytes, Percentage.withPercentage(25));
    }

    private String poll() {
        Handover next = lane.poll();
        return next == null ? null : new String(next.message().payload());
    }

    @Test
    void what_fits_goes_into_the_lane_at_once() {
        assertThat(outgoing.isEmpty()).isTrue();

        assertThat(outgoing.send(handover("1"), null)).isTrue();

        assertThat(outgoing.isEmpty()).isFalse();
        assertThat(outgoing.stalled()).isFalse();
        assertThat(poll()).isEqualTo("1");
        assertThat(outgoing.isEmpty()).isTrue();
    }

    @Test
    void what_does_not_fit_waits_and_all_that_comes_after_it_too() {
        for (int i = 1; i <= 4; i++) {
            assertThat(outgoing.send(handover("" + i), null)).isTrue();
        }
        assertThat(outgoing.send(handover("5"), null)).isFalse();
        assertThat(outgoing.stalled()).isTrue();
        assertThat(outgoing.pump()).as("nothing has moved").isFalse();
        poll();
        assertThat(outgoing.send(handover("6"), null)).as("not past the fifth").isFalse();

        assertThat(outgoing.pump()).isTrue();

        assertThat(outgoing.stalled()).as("the sixth still waits").isTrue();
        for (int i = 2; i <= 5; i++) {
            assertThat(poll()).isEqualTo("" + i);
        }
        assertThat(outgoing.pump()).isTrue();
        assertThat(poll()).isEqualTo("6");
        assertThat(outgoing.isEmpty()).isTrue();
    }

    @Test
    void the_lane_is_full_of_bytes_as_well() {
        assertThat(outgoing.send(handover("x".repeat(800)), null)).isTrue();
        assertThat(outgoing.send(handover("y".repeat(800)), null)).isFalse();
        poll();

        assertThat(outgoing.pump()).isTrue();

        assertThat(poll()).startsWith("y");
    }
}
