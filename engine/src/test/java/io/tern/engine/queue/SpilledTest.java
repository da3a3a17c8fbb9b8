package io.tern.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SpilledTest {

    private static final int COST_BYTES = 100;

    private final CountingMemory memory = new CountingMemory();
    private final Spilled spilled = new Spilled(memory);

    @Test
    void it_knows_which_messages_it_has_whatever_way_they_come_and_go() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            spilled.clear();
            TreeSet<Long> model = new TreeSet<>();
            long next = 1000;
            for (int step = 0; step < 1000; step++) {
                int what = random.nextInt(100);
                if (what < 50) {
                    next += random.nextInt(4) == 0 ? random.nextInt(5) : 0;
                    spilled.add(next, COST_BYTES);
                    model.add(next++);
                } else if (what < 85 && !model.isEmpty()) {
                    long at = model.ceiling(random.nextLong(model.first(), model.last() + 1));
                    assertThat(spilled.remove(at, COST_BYTES)).isTrue();
                    model.remove(at);
                } else if (what < 90 && !model.isEmpty()) {
                    assertThat(spilled.dropFirst()).isEqualTo(model.pollFirst());
                } else if (what < 93 && !model.isEmpty()) {
                    long to = random.nextLong(model.first(), model.last() + 1);
                    int read = model.headSet(to).size();
                    spilled.passed(to, read, (long) read * COST_BYTES);
                    model.headSet(to).clear();
                } else if (what < 96 && !model.isEmpty()) {
                    long back = random.nextLong(model.first() - 3, model.last());
                    if (model.add(back)) {
                        spilled.putBack(back, COST_BYTES);
                    }
                }
                assertThat(spilled.isEmpty()).isEqualTo(model.isEmpty());
                assertThat(spilled.size()).isEqualTo(model.size());
                assertThat(spilled.bytes()).isEqualTo((long) model.size() * COST_BYTES);
                if (!model.isEmpty()) {
                    assertThat(spilled.first()).isEqualTo(model.first());
                    long at = random.nextLong(model.first() - 2, next + 2);
                    assertThat(spilled.has(at)).isEqualTo(model.contains(at));
                }
            }
            spilled.clear();
            assertThat(memory.heldBytes).isZero();
            assertThat(memory.spilledBytes).isZero();
        }
    }

    /// Packet identifiers are reserved in runs: behind what is left there is room for thousands that were never given.
    @Test
    void only_messages_are_spared_and_not_the_places_between_them() {
        spilled.recover(8, 9, 1, COST_BYTES, 8_192);
        spilled.add(8_192, COST_BYTES);
        spilled.add(8_193, COST_BYTES);

        assertThat(spilled.droppable()).isEqualTo(2);
        assertThat(spilled.dropFirst()).isEqualTo(8_192);
        assertThat(spilled.dropFirst()).isEqualTo(8_193);
        assertThat(spilled.droppable()).isZero();
        assertThat(spilled.has(8)).isTrue();
    }

    @Test
    void nor_places_of_which_it_is_not_known_which_they_are() {
        spilled.recover(0, 100, 2, 2 * COST_BYTES, 8_192);
        spilled.add(8_192, COST_BYTES);

        assertThat(spilled.droppable()).isEqualTo(1);
        assertThat(spilled.dropFirst()).as("that has to be read").isEqualTo(-1);
        assertThat(spilled.owes(0)).isFalse();
        assertThat(spilled.owes(8_192)).isTrue();
    }

    @Test
    void what_may_have_been_sent_is_spared_whatever_else_comes_and_goes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Spilled left = new Spilled(memory);
            TreeSet<Long> model = new TreeSet<>();
            long next = random.nextInt(1, 50);
            long maybeSentEnd = random.nextInt(80);
            left.recover(0, next, next, next * COST_BYTES, maybeSentEnd);
            for (long sequence = 0; sequence < next; sequence++) {
                model.add(sequence);
            }
            next = Math.max(next, maybeSentEnd);
            for (int step = 0; step < 200; step++) {
                int what = random.nextInt(100);
                if (what < 45) {
                    left.add(next, COST_BYTES);
                    model.add(next++);
                } else if (what < 80 && !model.isEmpty()) {
                    long at = model.ceiling(random.nextLong(model.first(), model.last() + 1));
                    assertThat(left.remove(at, COST_BYTES)).isTrue();
                    model.remove(at);
                } else if (what < 85 && !model.isEmpty()) {
                    long to = random.nextLong(model.first(), model.last() + 1);
                    int read = model.headSet(to).size();
                    left.passed(to, read, (long) read * COST_BYTES);
                    model.headSet(to).clear();
                } else if (left.droppable() > 0) {
                    Long dropped = model.ceiling(maybeSentEnd);
                    assertThat(left.dropFirst()).isEqualTo(dropped);
                    model.remove(dropped);
                }
                assertThat(left.size()).isEqualTo(model.size());
                assertThat(left.droppable()).as("seed %d", seed).isEqualTo(model.tailSet(maybeSentEnd).size());
            }
        }
    }

    @Test
    void with_too_many_holes_what_would_make_another_stays() {
        for (long sequence = 0; sequence < 4L * Spilled.HOLES_MOST; sequence++) {
            spilled.add(sequence, COST_BYTES);
        }
        for (long hole = 0; hole < Spilled.HOLES_MOST; hole++) {
            assertThat(spilled.remove(1 + 2 * hole, COST_BYTES)).isTrue();
        }

        assertThat(spilled.remove(3L * Spilled.HOLES_MOST, COST_BYTES)).isFalse();
        assertThat(spilled.has(3L * Spilled.HOLES_MOST)).isTrue();
        assertThat(spilled.remove(2, COST_BYTES)).as("joins two of them").isTrue();
        assertThat(spilled.remove(3L * Spilled.HOLES_MOST, COST_BYTES)).isTrue();
    }

    @Test
    void of_what_was_left_with_holes_as_many_are_given_up_as_are_there_to_give() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            spilled.clear();
            TreeSet<Long> model = new TreeSet<>();
            for (long at = 100; at < 160; at++) {
                if (at == 100 || random.nextInt(3) == 0) {
                    model.add(at);
                }
            }
            spilled.recover(100, 160, model.size(), (long) model.size() * COST_BYTES, 0);
            long next = 160;
            int given = 0;
            while (spilled.size() > 0) {
                assertThat(spilled.size()).as("seed " + seed).isEqualTo(model.size() - given);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        if (next < 200) {
                            spilled.add(next, COST_BYTES);
                            model.add(next++);
                        }
                    }
                    case 1 -> {
                        long dropped = spilled.dropFirst();
                        if (dropped < 0) {
                            given++;
                        } else {
                            assertThat(model.remove(dropped)).isTrue();
                        }
                    }
                    default -> {
                        long to = Math.min(next, spilled.first() + 1 + random.nextInt(8));
                        int read = 0;
                        for (long at : List.copyOf(model.headSet(to))) {
                            if (spilled.owes(at)) {
                                given--;
                            } else {
                                read++;
                            }
                            model.remove(at);
                        }
                        spilled.passed(to, read, (long) read * COST_BYTES);
                    }
                }
            }
            assertThat(model.size() - given).isZero();
        }
    }

    @Test
    void places_that_were_reserved_and_never_used_spare_nobody() {
        spilled.recover(5, 6, 1, 100, 25);
        for (int sequence = 25; sequence < 31; sequence++) {
            spilled.add(sequence, 100);
        }

        assertThat(spilled.size()).isEqualTo(7);
        assertThat(spilled.droppable()).as("all but the one that may have been sent").isEqualTo(6);
        assertThat(spilled.dropFirst()).isEqualTo(25);
        assertThat(spilled.droppable()).isEqualTo(5);
        spilled.passed(6, 1, 100);
        assertThat(spilled.droppable()).as("the hole is behind it").isEqualTo(5);
        spilled.passed(27, 1, 100);
        assertThat(spilled.droppable()).isEqualTo(4);
    }
}
