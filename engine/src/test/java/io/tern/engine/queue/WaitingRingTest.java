package io.tern.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WaitingRingTest {

    private record Place(long sequence, Message message, int state, Lender origin) implements Lent {}

    private final CountingMemory memory = new CountingMemory();
    private final WaitingRing ring = new WaitingRing(memory);
    private final TreeMap<Long, Place> model = new TreeMap<>();

    private Place place(Random random, long sequence, boolean lent) {
        Lender origin = !lent && random.nextInt(4) == 0 ? new AnyLender() : null;
        if (origin != null) {
            origin.placed(sequence);
        }
        return new Place(sequence, Messages.of("" + sequence, 1), random.nextInt(64), origin);
    }

    private void isAsItShouldBe() {
        assertThat(ring.isEmpty()).isEqualTo(model.isEmpty());
        assertThat(ring.size()).isEqualTo(model.size());
        int costBytes = model.values().stream().mapToInt(each -> each.message.costBytes()).sum();
        assertThat(ring.bytes()).isEqualTo(costBytes);
        assertThat(memory.heldBytes).isEqualTo(costBytes + (long) Memory.PLACE_BYTES * model.size());
        if (!model.isEmpty()) {
            assertThat(ring.sequence(ring.first())).isEqualTo(model.firstKey());
        }
        for (Place each : model.values()) {
            long at = ring.place(each.sequence);
            assertThat(at).isNotEqualTo(-1);
            assertThat(ring.message(at)).isSameAs(each.message);
            assertThat(ring.state(at)).isEqualTo(each.state);
            assertThat(ring.origin(at)).isSameAs(each.origin);
            if (each.origin != null) {
                assertThat(ring.find(each.origin)).isEqualTo(at);
            }
        }
    }

    @Test
    void it_is_a_queue_from_which_and_to_which_anything_may_be_taken_and_put_back() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            ring.clear();
            model.clear();
            List<Place> taken = new ArrayList<>();
            long next = random.nextInt(3) == 0 ? 1L << 40 : 0;
            for (int step = 0; step < 1500; step++) {
                int what = random.nextInt(100);
                if (what < (step % 400 < 200 ? 60 : 25)) {
                    Place added = place(random, next, false);
                    ring.add(next, added.message, added.state, added.origin);
                    model.put(next, added);
                    next += random.nextInt(5) == 0 ? 1 + random.nextInt(1000) : 1;
                } else if (what < 97 && !model.isEmpty()) {
                    boolean oldest = random.nextBoolean();
                    Long at = oldest ? model.firstKey() : model.floorKey(random.nextLong(model.firstKey(), next));
                    Place gone = model.remove(at);
                    if (oldest) {
                        ring.removeFirst();
                    } else {
                        ring.remove(ring.place(at));
                    }
                    assertThat(ring.place(at)).isEqualTo(-1);
                    taken.add(new Place(at, gone.message, gone.state, null));
                } else if (what >= 97) {
                    taken.sort((one, other) -> Long.compare(one.sequence, other.sequence));
                    if (random.nextBoolean()) {
                        ring.putBack(taken);
                    } else {
                        taken.forEach(each -> ring.insert(each.sequence, each.message, each.state, null));
                    }
                    taken.forEach(each -> model.put(each.sequence, each));
                    taken.clear();
                }
                if (step % 50 == 0) {
                    isAsItShouldBe();
                }
            }
            isAsItShouldBe();
        }
    }

    @Test
    void there_are_never_many_more_places_than_messages() {
        ring.add(0, Messages.of("stays", 1), 1, null);
        for (long sequence = 1; sequence < 100_000; sequence++) {
            ring.add(sequence, Messages.of("goes", 1), 1, null);
            ring.remove(ring.place(sequence));
        }

        assertThat(ring.capacity()).isLessThanOrEqualTo(16);
        assertThat(ring.size()).isEqualTo(1);
    }

    @Test
    void its_memory_is_let_go_when_it_is_empty() {
        for (int i = 0; i < 1000; i++) {
            ring.add(i, Messages.of("x", 1), 1, new AnyLender());
        }
        assertThat(ring.capacity()).isEqualTo(1024);

        while (!ring.isEmpty()) {
            ring.remove(ring.first());
        }

        assertThat(ring.capacity()).isZero();
    }
}
