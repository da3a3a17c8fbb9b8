package io.tern.broker.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DataLaneTest {

    @Test
    void hands_out_in_the_order_of_offering() {
        DataLane<String> lane = new DataLane<>(4, 100);
        assertThat(lane.poll()).isNull();
        assertThat(lane.isEmpty()).isTrue();
        assertThat(lane.offer("a", 1)).isTrue();
        assertThat(lane.offer("b", 2)).isTrue();
        assertThat(lane.size()).isEqualTo(2);
        assertThat(lane.pendingBytes()).isEqualTo(3);
        assertThat(lane.poll()).isEqualTo("a");
        assertThat(lane.pendingBytes()).isEqualTo(2);
        assertThat(lane.poll()).isEqualTo("b");
        assertThat(lane.poll()).isNull();
        assertThat(lane.pendingBytes()).isZero();
    }

    @Test
    void refuses_when_full_of_messages_and_takes_again_after_a_poll() {
        DataLane<Integer> lane = new DataLane<>(3, 100);
        for (int i = 0; i < 4; i++) {
            assertThat(lane.offer(i, 0)).as("message %d of 4, the next power of two", i).isTrue();
        }
        assertThat(lane.offer(4, 0)).isFalse();
        assertThat(lane.poll()).isZero();
        assertThat(lane.offer(4, 0)).isTrue();
        assertThat(lane.offer(5, 0)).isFalse();
    }

    @Test
    void refuses_when_full_of_bytes() {
        DataLane<String> lane = new DataLane<>(16, 10);
        assertThat(lane.offer("a", 6)).isTrue();
        assertThat(lane.offer("b", 5)).isFalse();
        assertThat(lane.offer("c", 4)).isTrue();
        assertThat(lane.offer("d", 1)).isFalse();
        assertThat(lane.offer("e", 0)).isTrue();
        assertThat(lane.poll()).isEqualTo("a");
        assertThat(lane.offer("f", 6)).isTrue();
        assertThat(lane.pendingBytes()).isEqualTo(10);
    }

    @Test
    void takes_a_message_above_the_bound_alone() {
        DataLane<String> lane = new DataLane<>(16, 10);
        assertThat(lane.offer("small", 1)).isTrue();
        assertThat(lane.offer("huge", 1000)).isFalse();
        lane.poll();
        assertThat(lane.offer("huge", 1000)).isTrue();
        assertThat(lane.offer("small", 0)).isFalse();
        assertThat(lane.poll()).isEqualTo("huge");
        assertThat(lane.offer("small", 1)).isTrue();
    }

    @Test
    void capacity_of_one_works() {
        DataLane<String> lane = new DataLane<>(1, 10);
        for (int i = 0; i < 5; i++) {
            assertThat(lane.offer("a" + i, 1)).isTrue();
            assertThat(lane.offer("b", 1)).isFalse();
            assertThat(lane.poll()).isEqualTo("a" + i);
            assertThat(lane.poll()).isNull();
        }
    }

    @Test
    void refuses_nonsense() {
        assertThatThrownBy(() -> new DataLane<>(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DataLane<>(1, 0)).isInstanceOf(IllegalArgumentException.class);
        DataLane<String> lane = new DataLane<>(1, 10);
        assertThatThrownBy(() -> lane.offer("a", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lane.offer(null, 1)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void agrees_with_a_plain_queue() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            DataLane<Integer> lane = new DataLane<>(8, 50);
            ArrayDeque<int[]> model = new ArrayDeque<>();
            long modelBytes = 0;
            for (int step = 0; step < 1000; step++) {
                if (random.nextInt(10) < 5 + (step / 100 % 2)) {
                    int bytes = random.nextInt(30) == 0 ? 60 : random.nextInt(15);
                    boolean fits = model.size() < 8 && (model.isEmpty() || modelBytes + bytes <= 50);
                    assertThat(lane.offer(step, bytes)).as("seed %d step %d", seed, step).isEqualTo(fits);
                    if (fits) {
                        model.add(new int[] {step, bytes});
                        modelBytes += bytes;
                    }
                } else {
                    int[] oldest = model.poll();
                    Integer polled = lane.poll();
                    assertThat(polled).isEqualTo(oldest == null ? null : (Integer) oldest[0]);
                    modelBytes -= oldest == null ? 0 : oldest[1];
                }
                assertThat(lane.pendingBytes()).isEqualTo(modelBytes);
                assertThat(lane.size()).isEqualTo(model.size());
            }
        }
    }

    @Test
    void two_threads_lose_and_repeat_nothing() throws InterruptedException {
        int messages = 1_000_000;
        DataLane<long[]> lane = new DataLane<>(64, 500);
        Thread producer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < messages; i++) {
                long[] message = {i, -i};
                while (!lane.offer(message, i % 23)) {
                    Thread.yield();
                }
            }
        });
        for (int i = 0; i < messages; i++) {
            long[] message = lane.poll();
            while (message == null) {
                Thread.yield();
                message = lane.poll();
            }
            if (message[0] != i || message[1] != -i) {
                throw new AssertionError("expected " + i + ", got " + message[0] + "/" + message[1]);
            }
            long pending = lane.pendingBytes();
            if (pending < 0 || pending > 500) {
                throw new AssertionError("pending bytes " + pending);
            }
        }
        producer.join();
        assertThat(lane.poll()).isNull();
        assertThat(lane.pendingBytes()).isZero();
    }
}
