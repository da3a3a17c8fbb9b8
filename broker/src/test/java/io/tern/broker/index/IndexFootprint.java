package io.tern.broker.index;

import io.tern.wire.TopicName;
import java.util.Random;

/// Measures what a subscription costs in heap and a match in time, at a million distinct filters: 60 % exact, 30 %
/// with `+`, 10 % with `#`. A main class; run it alone on a quiet machine with `-Xmx4g`. The first argument is
/// another count.
public final class IndexFootprint {

    private static final int TOPICS = 1 << 16;
    private static final int ROUNDS = 8;

    private IndexFootprint() {}

    public static void main(String[] arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        TestSubscriber[] subscribers = new TestSubscriber[count];
        long before = usedBytes();
        Index index = new Index();
        long start = System.nanoTime();
        long filterBytes = 0;
        for (int i = 0; i < count; i++) {
            String filter = filter(i);
            filterBytes += 24 + (16 + filter.length() + 7) / 8 * 8L;
            subscribers[i] = new TestSubscriber(i & 1, (i & 2) == 0);
            index.subscribe(filter, subscribers[i]);
        }
        long subscribeNanos = (System.nanoTime() - start) / count;
        long bytes = usedBytes() - before;
        System.out.printf("%,d subscriptions, %,d filters%n", index.subscriptions(), index.filters());
        System.out.printf("%d B a subscription, of which filter text %d, subscriber 24; %d ns to subscribe%n",
                bytes / count, filterBytes / count, subscribeNanos);
        match(index, count);
        start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            index.unsubscribe(filter(i), subscribers[i]);
        }
        System.out.printf("%d ns to unsubscribe; %,d filters left, %,d KB left%n",
                (System.nanoTime() - start) / count, index.filters(), (usedBytes() - before) / 1024);
        if (index.version(TopicName.of("x")) < 0) {
            throw new AssertionError("keeps the index reachable");
        }
    }

    private static void match(Index index, int count) {
        Random random = new Random(1);
        TopicName[] topics = new TopicName[TOPICS];
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = TopicName.of(topic(random.nextInt(count)));
        }
        Matcher matcher = index.matcher();
        Matches matches = new Matches();
        for (int round = 0; round < ROUNDS; round++) {
            long found = 0;
            long start = System.nanoTime();
            for (TopicName topic : topics) {
                matcher.match(topic, matches);
                found += matches.size();
            }
            System.out.printf("%d ns a match, %.2f entries each%n",
                    (System.nanoTime() - start) / TOPICS, (double) found / TOPICS);
        }
    }

    private static String filter(int i) {
        int kind = i % 10;
        if (kind < 6) {
            return topic(i);
        }
        if (kind < 8) {
            return "dev/" + i + "/+";
        }
        return kind == 8 ? "site/" + i % 100 + "/+/" + i + "/temp" : "home/" + i + "/#";
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

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
