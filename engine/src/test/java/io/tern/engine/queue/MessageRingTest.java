package io.tern.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.Messages;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageRingTest {

    private record Place(long sequence, Message message, int state, Lender origin) {}

    @Test
    void it_is_a_queue_that_knows_its_sequences() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            MessageRing ring = new MessageRing();
            ring.skipTo(random.nextInt(3) == 0 ? 1L << 40 : 0, 9);
            ArrayDeque<Place> model = new ArrayDeque<>();
            for (int step = 0; step < 2000; step++) {
                boolean grows = random.nextInt(100) < (step % 400 < 200 ? 70 : 30);
                if (grows) {
                    Message message = Messages.of("" + step, 1);
                    Lender origin = random.nextInt(4) == 0 ? new AnyLender() : null;
                    int state = random.nextInt(64);
                    model.add(new Place(ring.end(), message, state, origin));
                    ring.add(message, state, origin);
                } else if (!model.isEmpty()) {
                    model.remove();
                    ring.removeFirst();
                }
                assertThat(ring.isEmpty()).isEqualTo(model.isEmpty());
                assertThat(ring.end() - ring.first()).isEqualTo(model.size());
                if (step % 50 == 0) {
                    for (Place place : model) {
                        assertThat(ring.message(place.sequence)).isSameAs(place.message);
                        assertThat(ring.state(place.sequence)).isEqualTo(place.state);
                        assertThat(ring.origin(place.sequence)).isSameAs(place.origin);
                    }
                }
            }
        }
    }

    @Test
    void skipping_leaves_empty_places_only_behind_others() {
        MessageRing ring = new MessageRing();
        ring.skipTo(1000, 3);
        assertThat(ring.isEmpty()).isTrue();
        assertThat(ring.first()).isEqualTo(1000);
        ring.add(Messages.of("x", 1), 1, null);

        ring.skipTo(1003, 3);

        assertThat(ring.end()).isEqualTo(1003);
        assertThat(ring.message(1002)).isNull();
        assertThat(ring.state(1001)).isEqualTo(3);
    }

    @Test
    void its_memory_is_let_go_when_it_is_empty() {
        MessageRing ring = new MessageRing();
        for (int i = 0; i < 1000; i++) {
            ring.add(Messages.of("x", 1), 1, new AnyLender());
        }
        assertThat(ring.capacity()).isEqualTo(1024);

        for (int i = 0; i < 1000; i++) {
            ring.removeFirst();
        }

        assertThat(ring.capacity()).isZero();
        assertThat(ring.add(Messages.of("y", 1), 2, null)).isEqualTo(1000);
        assertThat(ring.origin(1000)).isNull();
        ring.clear();
        assertThat(ring.isEmpty()).isTrue();
        assertThat(ring.first()).isEqualTo(1001);
    }
}
