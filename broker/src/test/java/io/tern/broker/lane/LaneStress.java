package io.tern.broker.lane;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.IIJ_Result;

/// What a consumer may see of a lane while its producer offers.
public final class LaneStress {

    private LaneStress() {}

    /// Carried by reference, with a field that nothing but the lane publishes.
    static final class Item {
        int value;

        Item(int value) {
            this.value = value;
        }

        static int valueOf(Item item) {
            return item == null ? 0 : item.value;
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "too early twice")
    @Outcome(id = "0, 1, 2", expect = Expect.ACCEPTABLE, desc = "too early once")
    @Outcome(id = "1, 0, 2", expect = Expect.ACCEPTABLE, desc = "between the two")
    @Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "both")
    @State
    public static class DataInOrder {
        private final DataLane<Item> lane = new DataLane<>(2, 10);

        @Actor
        public void producer() {
            lane.offer(new Item(1), 5);
            lane.offer(new Item(2), 5);
        }

        @Actor
        public void consumer(III_Result r) {
            r.r1 = Item.valueOf(lane.poll());
            r.r2 = Item.valueOf(lane.poll());
        }

        @Arbiter
        public void next(III_Result r) {
            r.r3 = Item.valueOf(lane.poll());
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0, 5", expect = Expect.ACCEPTABLE, desc = "still full")
    @Outcome(id = "1, 1, 5", expect = Expect.ACCEPTABLE, desc = "room after the poll")
    @State
    public static class DataFullOfBytes {
        private final DataLane<Item> lane = new DataLane<>(4, 8);

        public DataFullOfBytes() {
            lane.offer(new Item(1), 5);
        }

        @Actor
        public void producer(IIJ_Result r) {
            r.r2 = lane.offer(new Item(2), 5) ? 1 : 0;
        }

        @Actor
        public void consumer(IIJ_Result r) {
            r.r1 = Item.valueOf(lane.poll());
        }

        @Arbiter
        public void rest(IIJ_Result r) {
            // When it was refused there is room now, so that either way one message of 5 bytes is under way.
            if (r.r2 == 0 && !lane.offer(new Item(2), 5)) {
                throw new AssertionError("refused by an empty lane");
            }
            r.r3 = lane.pendingBytes();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "still full")
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "room after the poll")
    @State
    public static class DataFullOfMessages {
        private final DataLane<Item> lane = new DataLane<>(1, 100);

        public DataFullOfMessages() {
            lane.offer(new Item(1), 1);
        }

        @Actor
        public void producer(III_Result r) {
            r.r2 = lane.offer(new Item(2), 1) ? 1 : 0;
        }

        @Actor
        public void consumer(III_Result r) {
            r.r1 = Item.valueOf(lane.poll());
        }

        @Arbiter
        public void rest(III_Result r) {
            if (r.r2 == 0) {
                lane.offer(new Item(2), 1);
            }
            r.r3 = Item.valueOf(lane.poll()) == 2 && lane.poll() == null ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "too early twice")
    @Outcome(id = "0, 1, 2", expect = Expect.ACCEPTABLE, desc = "too early once")
    @Outcome(id = "1, 0, 2", expect = Expect.ACCEPTABLE, desc = "between the two")
    @Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "both")
    @State
    public static class RepliesInOrder {
        private final ReplyLane<Item> lane = new ReplyLane<>();

        @Actor
        public void producer() {
            lane.offer(new Item(1));
            lane.offer(new Item(2));
        }

        @Actor
        public void consumer(III_Result r) {
            r.r1 = Item.valueOf(lane.poll());
            r.r2 = Item.valueOf(lane.poll());
        }

        @Arbiter
        public void next(III_Result r) {
            r.r3 = Item.valueOf(lane.poll());
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "too early twice")
    @Outcome(id = "0, 1, 2", expect = Expect.ACCEPTABLE, desc = "too early once")
    @Outcome(id = "1, 0, 2", expect = Expect.ACCEPTABLE, desc = "between the two")
    @Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "both")
    @State
    public static class RepliesAcrossChunks {
        private final ReplyLane<Item> lane = new ReplyLane<>();

        public RepliesAcrossChunks() {
            // The first reply ends a chunk, the second one begins the chunk that was used before it.
            for (int i = 0; i < 2 * ReplyLane.CHUNK_REPLIES - 1; i++) {
                lane.offer(new Item(9));
                lane.poll();
            }
        }

        @Actor
        public void producer() {
            lane.offer(new Item(1));
            lane.offer(new Item(2));
        }

        @Actor
        public void consumer(III_Result r) {
            r.r1 = Item.valueOf(lane.poll());
            r.r2 = Item.valueOf(lane.poll());
        }

        @Arbiter
        public void next(III_Result r) {
            r.r3 = Item.valueOf(lane.poll());
        }
    }
}
