package io.tern.broker.index;

import io.tern.wire.TopicName;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// What a publisher finds while shards subscribe. Of two numbers the first says whether the subscriber was told that it
/// is subscribed, the second whether the publisher has found it.
public final class IndexStress {

    private static final TopicName TOPIC = TopicName.of("a/b");

    private IndexStress() {}

    @JCStressTest
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "found once it is subscribed")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "subscribed and not found")
    @State
    public static class ExactSubscribeAgainstMatch extends Publishing {

        @Actor
        public void shard0() {
            subscribe("a/b", 0);
        }

        @Actor
        public void publisher(II_Result r) {
            publish(r);
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "found once it is subscribed")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "subscribed and not found")
    @State
    public static class WildcardSubscribeAgainstMatch extends Publishing {

        @Actor
        public void shard0() {
            subscribe("a/+", 0);
        }

        @Actor
        public void publisher(II_Result r) {
            publish(r);
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "found once it is subscribed")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "a stale remembered match was used")
    @State
    public static class ExactSubscribeAgainstRemembered extends Publishing {

        @Actor
        public void shard0() {
            subscribe("a/b", 0);
        }

        @Actor
        public void publisher(II_Result r) {
            matcher.match(TOPIC, matches);
            publish(r);
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "found once it is subscribed")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "a stale remembered match was used")
    @State
    public static class WildcardSubscribeAgainstRemembered extends Publishing {

        @Actor
        public void shard0() {
            subscribe("+/b/#", 0);
        }

        @Actor
        public void publisher(II_Result r) {
            matcher.match(TOPIC, matches);
            publish(r);
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "found once it is subscribed")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "a remembered dead entry hid its successor")
    @State
    public static class ResubscribeAgainstRemembered extends Publishing {
        private final TestSubscriber leaving = new TestSubscriber(1);
        private final FilterEntry entry = index.subscribe("a/b", leaving);

        @Actor
        public void shard0() {
            index.unsubscribe(entry, leaving);
            subscribe("a/b", 0);
        }

        @Actor
        public void publisher(II_Result r) {
            matcher.match(TOPIC, matches);
            publish(r);
        }
    }

    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "found, and nothing else is left")
    @State
    public static class ExactDieAgainstSubscribe extends Dying {
        public ExactDieAgainstSubscribe() {
            super("a/b", "a/b");
        }

        @Actor
        public void shard0() {
            leave();
        }

        @Actor
        public void shard1() {
            come();
        }

        @Arbiter
        public void found(I_Result r) {
            r.r1 = look();
        }
    }

    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "found, and nothing else is left")
    @State
    public static class WildcardDieAgainstSubscribe extends Dying {
        public WildcardDieAgainstSubscribe() {
            super("+/b", "+/b");
        }

        @Actor
        public void shard0() {
            leave();
        }

        @Actor
        public void shard1() {
            come();
        }

        @Arbiter
        public void found(I_Result r) {
            r.r1 = look();
        }
    }

    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "found, and nothing else is left")
    @State
    public static class PruneAgainstInsert extends Dying {
        public PruneAgainstInsert() {
            super("a/+/x/y", "a/+/#");
        }

        @Actor
        public void shard0() {
            leave();
        }

        @Actor
        public void shard1() {
            come();
        }

        @Arbiter
        public void found(I_Result r) {
            r.r1 = look();
        }
    }

    /// One shard subscribes and says so; a publisher publishes what it has remembered, if that is current.
    static class Publishing {
        final Index index = new Index(1, 1);
        final Matcher matcher = index.matcher();
        final Matches matches = new Matches();
        private volatile int subscribed;

        void subscribe(String filter, int shard) {
            index.subscribe(filter, new TestSubscriber(shard));
            subscribed = 1;
        }

        void publish(II_Result r) {
            r.r1 = subscribed;
            if (!index.isCurrent(matches)) {
                matcher.match(TOPIC, matches);
            }
            r.r2 = (occupied(matches) & 1) == 0 ? 0 : 1;
        }
    }

    /// One shard's filter dies while another shard subscribes.
    static class Dying {
        final Index index = new Index(1, 1);
        private final TestSubscriber leaving = new TestSubscriber(0);
        private final TestSubscriber coming = new TestSubscriber(1);
        private final FilterEntry entry;
        private final String fresh;

        Dying(String dying, String fresh) {
            this.entry = index.subscribe(dying, leaving);
            this.fresh = fresh;
        }

        void leave() {
            index.unsubscribe(entry, leaving);
        }

        void come() {
            index.subscribe(fresh, coming);
        }

        /// 1 for found, 2 for nothing else left.
        int look() {
            Matches matches = new Matches();
            index.matcher().match(TOPIC, matches);
            int found = matches.size() == 1 && occupied(matches) == 2 && index.filters() == 1 ? 1 : 0;
            index.unsubscribe(fresh, coming);
            return found + (index.filters() == 0 && index.trie().root().uses() == 0 ? 2 : 0);
        }
    }

    private static long occupied(Matches matches) {
        long bits = 0;
        for (int i = 0; i < matches.size(); i++) {
            bits |= matches.get(i).occupied();
        }
        return bits;
    }
}
