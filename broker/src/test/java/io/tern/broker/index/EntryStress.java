package io.tern.broker.index;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LLJ_Result;

/// The life of an entry that two shards share. Each actor is a shard.
public final class EntryStress {

    private EntryStress() {}

    @JCStressTest
    @Outcome(id = "DIED, DEAD, 0", expect = Expect.ACCEPTABLE, desc = "died first")
    @Outcome(id = "LEFT, RAISED, 2", expect = Expect.ACCEPTABLE, desc = "added first")
    @State
    public static class AddAgainstDie {
        private final TestSubscriber first = new TestSubscriber(0);
        private final TestSubscriber second = new TestSubscriber(1);
        private final FilterEntry entry = new FilterEntry("a", first);

        @Actor
        public void shard0(LLJ_Result r) {
            r.r1 = entry.remove(first);
        }

        @Actor
        public void shard1(LLJ_Result r) {
            r.r2 = entry.add(second);
        }

        @Arbiter
        public void bits(LLJ_Result r) {
            r.r3 = entry.occupied();
            if (r.r3 == 2 && (holds(entry, 0, first) || !holds(entry, 1, second))) {
                r.r3 = -1;
            }
        }
    }

    @JCStressTest
    @Outcome(id = "LEFT, LEFT, 0", expect = Expect.FORBIDDEN, desc = "nobody takes it out of the index")
    @Outcome(id = "DIED, DIED, 0", expect = Expect.FORBIDDEN, desc = "dies twice")
    @Outcome(id = {"LEFT, DIED, 0", "DIED, LEFT, 0"}, expect = Expect.ACCEPTABLE, desc = "the last one tells")
    @State
    public static class LeaveAgainstLeave {
        private final TestSubscriber first = new TestSubscriber(0);
        private final TestSubscriber second = new TestSubscriber(1);
        private final FilterEntry entry = new FilterEntry("a", first);

        public LeaveAgainstLeave() {
            entry.add(second);
        }

        @Actor
        public void shard0(LLJ_Result r) {
            r.r1 = entry.remove(first);
        }

        @Actor
        public void shard1(LLJ_Result r) {
            r.r2 = entry.remove(second);
        }

        @Arbiter
        public void bits(LLJ_Result r) {
            r.r3 = entry.occupied();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each slot holds who stands in it, and no other")
    @State
    public static class PromotionAgainstRemove {
        private final TestSubscriber leaving = new TestSubscriber(0);
        private final TestSubscriber staying = new TestSubscriber(0);
        private final TestSubscriber other = new TestSubscriber(1);
        private final FilterEntry entry = new FilterEntry("a", leaving);

        @Actor
        public void shard0() {
            entry.add(staying);
            entry.remove(leaving);
        }

        @Actor
        public void shard1() {
            entry.add(other);
        }

        @Arbiter
        public void slots(II_Result r) {
            r.r1 = holds(entry, 0, staying) && !holds(entry, 0, leaving) && size(entry, 0) == 1 ? 1 : 0;
            r.r2 = holds(entry, 1, other) && size(entry, 1) == 1 && entry.occupied() == 3 ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "it stands there and is durable")
    @State
    public static class PromotionAgainstTurn {
        private final TestSubscriber turning = new TestSubscriber(0);
        private final TestSubscriber other = new TestSubscriber(1);
        private final FilterEntry entry = new FilterEntry("a", turning);

        @Actor
        public void shard0() {
            turning.durable(true);
            entry.turned(turning);
        }

        @Actor
        public void shard1() {
            entry.add(other);
        }

        @Arbiter
        public void slots(II_Result r) {
            r.r1 = holds(entry, 0, turning) && size(entry, 0) == 1 ? 1 : 0;
            r.r2 = holds(entry, 1, other) && entry.durable() == 1 ? 1 : 0;
            entry.remove(turning);
            r.r2 = entry.durable() == 0 ? r.r2 : -1;
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "before")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "between")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "after")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "a durable subscriber is taken for another")
    @State
    public static class OccupiedThenDurable {
        private final TestSubscriber durable = new TestSubscriber(1, true);
        private final FilterEntry entry = new FilterEntry("a", new TestSubscriber(0));

        @Actor
        public void shard1() {
            entry.add(durable);
        }

        @Actor
        public void publisher(II_Result r) {
            r.r1 = (int) (entry.occupied() >> 1 & 1);
            r.r2 = (int) (entry.durable() >> 1 & 1);
        }
    }

    private static boolean holds(FilterEntry entry, int shard, Subscriber subscriber) {
        return switch (entry.slot(shard)) {
            case null -> false;
            case SubscriberList list -> {
                boolean found = false;
                int end = list.beginWalk();
                for (int i = 0; i < end; i++) {
                    found |= list.get(i) == subscriber && subscriber.position() == i;
                }
                list.endWalk();
                yield found;
            }
            case Object sole -> sole == subscriber;
        };
    }

    private static int size(FilterEntry entry, int shard) {
        return switch (entry.slot(shard)) {
            case null -> 0;
            case SubscriberList list -> list.size();
            case Object _ -> 1;
        };
    }
}
