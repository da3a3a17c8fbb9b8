package io.tern.examples.house;

import io.tern.wire.Publish;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one receiver got, counted against what it is owed. For any thread.
final class Received {

    /// What is promised to a receiver.
    enum Promise {
        /// All that was published while it was subscribed, in order.
        ALL,
        /// For the members of a shared subscription together: all, and each message to one of them only.
        EACH_ONCE,
        /// For one member of a shared subscription: a part, in order.
        PART
    }

    private static final class Arrivals {
        private final BitSet got = new BitSet();
        private int first;
        private long twice;
        private long disordered;
    }

    private final String receiver;
    private final Promise promise;
    private final Published published;
    private final List<TopicFilter> filters;
    private final Map<Stream, Arrivals> arrivals = new HashMap<>();
    private Map<Stream, Integer> latestBefore;
    private long count;

    Received(String receiver, Promise promise, Published published, String... filters) {
        this.receiver = receiver;
        this.promise = promise;
        this.published = published;
        this.filters = Arrays.stream(filters).map(TopicFilter::of).toList();
    }

    /// The receiver subscribes only now, to retained topics: it is owed the latest message of each, and what follows.
    synchronized void startsNow() {
        latestBefore = published.latest();
    }

    /// A message came. What this run did not publish is not counted.
    void arrived(Publish publish) {
        Message message = Message.parse(publish.payload());
        if (message != null && message.run().equals(published.run())) {
            arrived(new Stream(publish.topic(), message.from()), message.seq());
        }
    }

    synchronized void arrived(Stream stream, int seq) {
        count++;
        Arrivals of = arrivals.computeIfAbsent(stream, added -> new Arrivals());
        if (of.first == 0) {
            of.first = seq;
        }
        if (of.got.get(seq)) {
            of.twice++;
        } else if (seq < of.got.length() - 1) {
            of.disordered++;
        }
        of.got.set(seq);
    }

    /// How many messages came, repeats included.
    synchronized long count() {
        return count;
    }

    /// One row for each QoS that was owed or got.
    synchronized List<Report.Row> rows() {
        Tally[] byQos = new Tally[3];
        for (Stream stream : published.streams()) {
            if (filters.stream().anyMatch(filter -> filter.matches(stream.topic()))) {
                int qos = published.qos(stream);
                byQos[qos] = (byQos[qos] == null ? Tally.NONE : byQos[qos]).plus(tally(stream));
            }
        }
        List<Report.Row> rows = new ArrayList<>();
        for (int qos = 0; qos <= 2; qos++) {
            if (byQos[qos] != null) {
                Tally tally = byQos[qos];
                rows.add(new Report.Row(receiver, filters.getFirst().value(), qos, tally, isKept(qos, tally)));
            }
        }
        return rows;
    }

    private Tally tally(Stream stream) {
        Arrivals of = arrivals.getOrDefault(stream, new Arrivals());
        if (promise == Promise.PART) {
            return new Tally(of.got.cardinality(), of.got.cardinality(), 0, of.twice, of.disordered);
        }
        BitSet owed = published.acknowledged(stream);
        if (latestBefore != null) {
            owed.clear(0, Math.max(of.first, latestBefore.getOrDefault(stream, 0)));
        }
        BitSet lost = (BitSet) owed.clone();
        lost.andNot(of.got);
        return new Tally(owed.cardinality(), of.got.cardinality(), lost.cardinality(), of.twice, of.disordered);
    }

    private boolean isKept(int qos, Tally tally) {
        boolean nothingLost = qos == 0 || tally.lost() == 0;
        boolean nothingTwice = qos == 1 && promise != Promise.EACH_ONCE || tally.twice() == 0;
        boolean inOrder = promise == Promise.EACH_ONCE || tally.disordered() == 0;
        return nothingLost && nothingTwice && inOrder;
    }
}
