package io.tern.broker.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/// Shards that subscribe and unsubscribe a few filters as fast as they can, while others publish.
class IndexStressTest {

    private static final int STEPS = Boolean.getBoolean("tern.full") ? 20_000_000 : 150_000;
    private static final int SHARDS = 3;
    private static final String TOPIC = "a/b/c";
    private static final String[] FILTERS = {
        TOPIC, "a/+/c", "a/b/+", "a/b/#", "a/b/c/#", "+/b/c", "#", "a/+/+", "a/+/d", "a/b/c/d", "b/c"
    };
    /// The first ones of [#FILTERS] match [#TOPIC].
    private static final int MATCHING = 8;
    private static final int PER_FILTER = 2;

    private final Index index = new Index();
    // One counter a (shard, filter, subscriber): odd from the return of subscribe to the call of unsubscribe.
    private final AtomicIntegerArray turns = new AtomicIntegerArray(SHARDS * FILTERS.length * PER_FILTER);
    private final AtomicInteger busy = new AtomicInteger(SHARDS);

    @Test
    void nobody_is_lost_and_nothing_is_left() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Long>> results = new ArrayList<>();
            for (int shard = 0; shard < SHARDS; shard++) {
                int self = shard;
                results.add(threads.submit((Callable<Long>) () -> {
                    try {
                        return subscribeAndLeave(self);
                    } finally {
                        busy.decrementAndGet();
                    }
                }));
            }
            results.add(threads.submit((Callable<Long>) this::publish));
            for (Future<Long> result : results) {
                assertThat(result.get()).isPositive();
            }
        }
        assertThat(index.filters()).isZero();
        assertThat(index.subscriptions()).isZero();
        assertThat(index.trie().root().uses()).isZero();
    }

    private long subscribeAndLeave(int shard) {
        Random random = new Random(shard);
        TestSubscriber[] subscribers = new TestSubscriber[FILTERS.length * PER_FILTER];
        FilterEntry[] entries = new FilterEntry[subscribers.length];
        for (int step = 0; step < STEPS; step++) {
            int at = random.nextInt(subscribers.length);
            if (entries[at] == null) {
                subscribers[at] = new TestSubscriber(shard, random.nextBoolean());
                entries[at] = index.subscribe(FILTERS[at / PER_FILTER], subscribers[at]);
                check(stands(entries[at], subscribers[at]), "not in its slot");
                check(index.find(FILTERS[at / PER_FILTER]) == entries[at], "another entry is in the index");
                turns.incrementAndGet(shard * subscribers.length + at);
            } else {
                leave(shard, at, subscribers, entries);
            }
        }
        for (int at = 0; at < subscribers.length; at++) {
            if (entries[at] != null) {
                leave(shard, at, subscribers, entries);
            }
        }
        return STEPS;
    }

    private void leave(int shard, int at, TestSubscriber[] subscribers, FilterEntry[] entries) {
        turns.incrementAndGet(shard * subscribers.length + at);
        check(stands(entries[at], subscribers[at]), "no longer in its slot");
        check(index.unsubscribe(entries[at], subscribers[at]), "not found when leaving");
        entries[at] = null;
    }

    private static boolean stands(FilterEntry entry, TestSubscriber subscriber) {
        long bit = 1L << subscriber.shard();
        if ((entry.occupied() & bit) == 0 || subscriber.durable() && (entry.durable() & bit) == 0) {
            return false;
        }
        return switch (entry.slot(subscriber.shard())) {
            case null -> false;
            case Subscriber sole -> sole == subscriber;
            case SubscriberList list -> list.get(subscriber.position()) == subscriber;
            default -> false;
        };
    }

    private long publish() {
        Matcher matcher = index.matcher();
        Matches matches = new Matches();
        TopicName topic = TopicName.of(TOPIC);
        int[] before = new int[turns.length()];
        long rounds = 0;
        long remembered = 0;
        while (busy.get() > 0 || rounds == 0) {
            for (int i = 0; i < before.length; i++) {
                before[i] = turns.get(i);
            }
            if (index.isCurrent(matches)) {
                remembered++;
            } else {
                matcher.match(topic, matches);
            }
            long[] bits = new long[MATCHING];
            for (int i = 0; i < matches.size(); i++) {
                bits[filterNumber(matches.get(i))] |= matches.get(i).occupied();
            }
            for (int i = 0; i < before.length; i++) {
                int filter = i % (FILTERS.length * PER_FILTER) / PER_FILTER;
                boolean stood = (before[i] & 1) == 1 && turns.get(i) == before[i];
                if (stood && filter < MATCHING) {
                    int shard = i / (FILTERS.length * PER_FILTER);
                    check((bits[filter] >> shard & 1) == 1, "a publisher misses " + FILTERS[filter]);
                }
            }
            rounds++;
        }
        check(rounds == 1 || remembered < rounds, "never looked up");
        return rounds;
    }

    private static int filterNumber(FilterEntry entry) {
        for (int i = 0; i < MATCHING; i++) {
            if (FILTERS[i].equals(entry.filter())) {
                return i;
            }
        }
        throw new AssertionError("matches wrongly: " + entry);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
