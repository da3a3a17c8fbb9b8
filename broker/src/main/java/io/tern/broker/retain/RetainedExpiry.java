package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.wire.TopicName;
import java.util.concurrent.ConcurrentSkipListSet;

/// Which of the retained messages that expire is next. Any thread; changes to one topic come one after the other.
final class RetainedExpiry {

    /// What one that expires takes here, besides its topic's text, which may be another than that in the index.
    static final int DUE_BYTES = 110;

    /// When the message expires that a change has brought to a topic.
    record Due(long atMillis, long sequence, String topic) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            int order = Long.compare(atMillis, other.atMillis);
            order = order == 0 ? Long.compare(sequence, other.sequence) : order;
            return order == 0 ? topic.compareTo(other.topic) : order;
        }
    }

    private static final Due LOWEST = new Due(Long.MIN_VALUE, Long.MIN_VALUE, "");

    private final ConcurrentSkipListSet<Due> all = new ConcurrentSkipListSet<>();

    /// A topic has another place.
    ///
    /// @param old what it had, null for nothing
    /// @param now what it has, null for nothing
    void replace(TopicName topic, RetainedPlace old, RetainedPlace now) {
        Due gone = due(topic, old);
        Due come = due(topic, now);
        if (gone != null && !gone.equals(come)) {
            all.remove(gone);
        }
        if (come != null && !come.equals(gone)) {
            all.add(come);
        }
    }

    private static Due due(TopicName topic, RetainedPlace place) {
        return expires(place) ? new Due(place.expiresAtMillis(), place.sequence(), topic.value()) : null;
    }

    /// What a place takes here.
    ///
    /// @param place null for nothing
    static int memoryBytes(TopicName topic, RetainedPlace place) {
        return expires(place) ? DUE_BYTES + topic.textMemoryBytes() : 0;
    }

    private static boolean expires(RetainedPlace place) {
        return place != null && place.expiresAtMillis() != Message.NEVER;
    }

    /// The one that expires first.
    ///
    /// @return null if none does
    Due first() {
        return all.ceiling(LOWEST);
    }
}
