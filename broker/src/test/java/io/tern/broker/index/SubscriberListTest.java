package io.tern.broker.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubscriberListTest {

    @Test
    void who_leaves_during_a_walk_leaves_a_hole_and_who_comes_stands_behind() {
        SubscriberList list = new SubscriberList();
        TestSubscriber a = new TestSubscriber(0);
        TestSubscriber b = new TestSubscriber(0);
        TestSubscriber c = new TestSubscriber(0);
        TestSubscriber d = new TestSubscriber(0);
        list.add(a);
        list.add(b);
        list.add(c);
        int end = list.beginWalk();
        assertThat(end).isEqualTo(3);
        list.remove(a);
        list.add(d);
        assertThat(list.get(0)).isNull();
        assertThat(list.get(1)).isSameAs(b);
        assertThat(list.get(2)).isSameAs(c);
        assertThat(d.position()).isEqualTo(3);
        assertThat(list.size()).isEqualTo(3);
        list.endWalk();
        assertThat(d.position()).as("fills the hole").isZero();
        assertThat(list.beginWalk()).isEqualTo(3);
        list.endWalk();
    }

    @Test
    void a_list_emptied_during_a_walk_ends_empty() {
        SubscriberList list = new SubscriberList();
        List<TestSubscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            subscribers.add(new TestSubscriber(0, i % 2 == 0));
            list.add(subscribers.get(i));
        }
        assertThat(list.durableCount()).isEqualTo(50);
        int end = list.beginWalk();
        subscribers.forEach(each -> assertThat(list.remove(each)).isTrue());
        for (int i = 0; i < end; i++) {
            assertThat(list.get(i)).isNull();
        }
        list.endWalk();
        assertThat(list.size()).isZero();
        assertThat(list.durableCount()).isZero();
        assertThat(list.beginWalk()).isZero();
        list.endWalk();
    }

    @Test
    void walks_that_never_let_go_can_not_grow_it_for_ever() {
        SubscriberList list = new SubscriberList();
        TestSubscriber current = new TestSubscriber(0);
        list.add(current);
        list.beginWalk();
        int begun = 1;
        int rounds = 0;
        for (; rounds < 10_000; rounds++) {
            TestSubscriber next = new TestSubscriber(0);
            list.add(next);
            list.remove(current);
            current = next;
            if (list.beginWalk() < 0) {
                break;
            }
            begun++;
        }
        assertThat(rounds).as("rounds until a walk had to wait").isLessThan(100);
        for (int i = 0; i < begun; i++) {
            list.endWalk();
        }
        assertThat(list.beginWalk()).isEqualTo(1);
        assertThat(list.get(0)).isSameAs(current);
        list.endWalk();
    }

    /// A walk meets everybody who was there at its beginning and still is, once, and nobody who came later.
    @Test
    void agrees_with_a_set_while_walks_overlap() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            SubscriberList list = new SubscriberList();
            List<TestSubscriber> here = new ArrayList<>();
            List<Walk> walks = new ArrayList<>();
            for (int step = 0; step < 600; step++) {
                int dice = random.nextInt(12);
                if (dice < 4) {
                    TestSubscriber subscriber = new TestSubscriber(0, random.nextBoolean());
                    list.add(subscriber);
                    here.add(subscriber);
                } else if (dice < 7 && !here.isEmpty()) {
                    TestSubscriber gone = here.remove(random.nextInt(here.size()));
                    assertThat(list.remove(gone)).isTrue();
                    assertThat(list.remove(gone)).isFalse();
                    walks.forEach(walk -> walk.owed.remove(gone));
                } else if (dice < 8 && walks.size() < 3) {
                    int end = list.beginWalk();
                    if (end >= 0) {
                        walks.add(new Walk(end, here));
                    }
                } else if (!walks.isEmpty()) {
                    Walk walk = walks.get(random.nextInt(walks.size()));
                    if (walk.go(list, 1 + random.nextInt(20))) {
                        walks.remove(walk);
                        list.endWalk();
                        assertThat(walk.owed).as("seed %d step %d", seed, step).isEmpty();
                    }
                }
                assertThat(list.size()).isEqualTo(here.size());
                assertThat(list.durableCount())
                        .isEqualTo((int) here.stream().filter(TestSubscriber::durable).count());
            }
            Set<Integer> positions = new HashSet<>();
            here.forEach(each -> assertThat(positions.add(each.position())).isTrue());
        }
    }

    private static final class Walk {
        private final Set<Subscriber> owed = Collections.newSetFromMap(new IdentityHashMap<>());
        private final int end;
        private int next;

        Walk(int end, List<TestSubscriber> here) {
            this.end = end;
            owed.addAll(here);
        }

        boolean go(SubscriberList list, int places) {
            for (int i = 0; i < places && next < end; i++) {
                Subscriber met = list.get(next++);
                if (met != null) {
                    assertThat(owed.remove(met)).as("met twice, or came later").isTrue();
                }
            }
            return next == end;
        }
    }
}
