package io.tern.broker.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplyLaneTest {

    @Test
    void hands_out_in_the_order_of_offering() {
        ReplyLane<String> lane = new ReplyLane<>();
        assertThat(lane.poll()).isNull();
        lane.offer("a");
        lane.offer("b");
        assertThat(lane.poll()).isEqualTo("a");
        assertThat(lane.poll()).isEqualTo("b");
        assertThat(lane.poll()).isNull();
        assertThatThrownBy(() -> lane.offer(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void never_refuses() {
        ReplyLane<Integer> lane = new ReplyLane<>();
        int replies = 10 * ReplyLane.CHUNK_REPLIES + 1;
        for (int i = 0; i < replies; i++) {
            lane.offer(i);
        }
        for (int i = 0; i < replies; i++) {
            assertThat(lane.poll()).isEqualTo(i);
        }
        assertThat(lane.poll()).isNull();
    }

    @Test
    void empties_exactly_at_the_end_of_a_chunk() {
        ReplyLane<Integer> lane = new ReplyLane<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < ReplyLane.CHUNK_REPLIES; i++) {
                lane.offer(i);
            }
            for (int i = 0; i < ReplyLane.CHUNK_REPLIES; i++) {
                assertThat(lane.poll()).isEqualTo(i);
            }
            assertThat(lane.poll()).isNull();
        }
    }

    @Test
    void agrees_with_a_plain_queue() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            ReplyLane<Integer> lane = new ReplyLane<>();
            ArrayDeque<Integer> model = new ArrayDeque<>();
            for (int step = 0; step < 5000; step++) {
                if (random.nextInt(10) < 4 + (step / 1000 % 3)) {
                    lane.offer(step);
                    model.add(step);
                } else {
                    assertThat(lane.poll()).as("seed %d step %d", seed, step).isEqualTo(model.poll());
                }
            }
        }
    }

    @Test
    void two_threads_lose_and_repeat_nothing() throws InterruptedException {
        int replies = 1_000_000;
        ReplyLane<long[]> lane = new ReplyLane<>();
        Thread producer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < replies; i++) {
                lane.offer(new long[] {i, -i});
            }
        });
        for (int i = 0; i < replies; i++) {
            long[] reply = lane.poll();
            while (reply == null) {
                Thread.yield();
                reply = lane.poll();
            }
            if (reply[0] != i || reply[1] != -i) {
                throw new AssertionError("expected " + i + ", got " + reply[0] + "/" + reply[1]);
            }
        }
        producer.join();
        assertThat(lane.poll()).isNull();
    }
}
