package io.tern.bench.micro;

import io.tern.api.Message;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.index.Index;
import io.tern.broker.index.Matcher;
import io.tern.broker.index.Matches;
import io.tern.broker.index.Subscriber;
import io.tern.wire.TopicName;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Subscriptions to distinct filters: 60 % exact, 30 % with `+`, 10 % with `#`. Topics are drawn from so many that
/// little of the index is found in the processor's caches.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 2, time = 1)
public class Index1M {

    private static final int TOPICS = 1 << 17;

    /// How many there are.
    @Param("1000000")
    public int subscriptions;

    private final Index index = new Index();
    private final TopicName[] topics = new TopicName[TOPICS];
    private final Matches matches = new Matches();
    private final Sole guest = new Sole(0);
    private Matcher matcher;
    private int next;

    /// Subscribes them all.
    @Setup
    public void prepare() {
        matcher = index.matcher();
        for (int i = 0; i < subscriptions; i++) {
            index.subscribe(filter(i), new Sole(i & 1));
        }
        Random random = new Random(1);
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = TopicName.of(topic(random.nextInt(subscriptions)));
        }
    }

    /// Finds the filters that match a topic.
    ///
    /// @return how many
    @Benchmark
    public int match() {
        next = next + 1 & TOPICS - 1;
        matcher.match(topics[next], matches);
        return matches.size();
    }

    /// One subscriber comes with a filter of its own, and leaves.
    ///
    /// @return whether it was there
    @Benchmark
    public boolean subscribeAndUnsubscribe() {
        next = next + 1 & TOPICS - 1;
        FilterEntry entry = index.subscribe(filter(subscriptions + next), guest);
        return index.unsubscribe(entry, guest);
    }

    private static String filter(int i) {
        return switch (i % 10) {
            case 6, 7 -> "dev/" + i + "/+";
            case 8 -> "site/" + i % 100 + "/+/" + i + "/temp";
            case 9 -> "home/" + i + "/#";
            default -> topic(i);
        };
    }

    /// A topic that matches filter i.
    private static String topic(int i) {
        return switch (i % 10) {
            case 0, 1, 2 -> "dev/" + i + "/temp";
            case 3, 4, 5 -> "site/" + i % 100 + "/line/" + i + "/temp";
            case 6, 7 -> "dev/" + i + "/humidity";
            case 8 -> "site/" + i % 100 + "/gate/" + i + "/temp";
            default -> "home/" + i + "/kitchen/lamp";
        };
    }

    private static final class Sole implements Subscriber {

        private final int shard;
        private int position = -1;

        Sole(int shard) {
            this.shard = shard;
        }

        @Override
        public boolean offer(Message message, long transaction) {
            return false;
        }

        @Override
        public int shard() {
            return shard;
        }

        @Override
        public boolean durable() {
            return false;
        }

        @Override
        public int position() {
            return position;
        }

        @Override
        public void position(int newPosition) {
            position = newPosition;
        }
    }
}
