package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.api.WhenFull;
import io.tern.wire.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;

/// Of topics of which only the latest message may wait in a queue: where that one stands, in memory or on disk.
///
/// Bounded in topics and by the memory it may take. What it had to forget is not superseded any more: then an older
/// message waits as well.
final class LatestByTopic {

    static final int TOPICS_MOST = 16_384;

    /// What an entry takes, besides its topic.
    private static final int ENTRY_BYTES = 90;
    /// A table that was larger is let go when it is empty.
    private static final int KEPT_TOPICS = 64;

    /// A message that waits.
    ///
    /// @param sequence its place in the queue
    /// @param costBytes what it is charged with
    record Place(long sequence, int costBytes) {}

    private final Memory memory;
    private Map<TopicName, Place> places = new LinkedHashMap<>();
    /// How many there were since it was empty.
    private int most;
    private long bytes;

    /// @param memory charged with what is kept here
    LatestByTopic(Memory memory) {
        this.memory = memory;
    }

    /// Whether only the latest message of its topic may wait. At QoS 0 it takes no promised message's place.
    static boolean holdsFor(Message message) {
        return message.whenFull() == WhenFull.LATEST_PER_TOPIC && message.qos() > 0;
    }

    /// @return null if none is known to wait
    Place get(TopicName topic) {
        return places.get(topic);
    }

    /// Another message is the latest of its topic now; any before it stands here no more.
    ///
    /// @param mostBytes that may be kept here; for more, who came first is forgotten
    void put(TopicName topic, long sequence, int costBytes, long mostBytes) {
        forget(topic);
        places.put(topic, new Place(sequence, costBytes));
        most = Math.max(most, places.size());
        charge(bytesOf(topic));
        var eldest = places.keySet().iterator();
        while (bytes > mostBytes && eldest.hasNext() || places.size() > TOPICS_MOST) {
            charge(-bytesOf(eldest.next()));
            eldest.remove();
        }
    }

    /// A message waits no more.
    ///
    /// @param sequence of that message: a later one of its topic stays
    void left(TopicName topic, long sequence) {
        Place place = places.get(topic);
        if (place != null && place.sequence == sequence) {
            forget(topic);
        }
    }

    private void forget(TopicName topic) {
        if (places.remove(topic) != null) {
            charge(-bytesOf(topic));
        }
        if (most > KEPT_TOPICS && places.isEmpty()) {
            clear();
        }
    }

    void clear() {
        places = new LinkedHashMap<>();
        most = 0;
        charge(-bytes);
    }

    private void charge(long moreBytes) {
        bytes += moreBytes;
        memory.add(moreBytes);
    }

    private static int bytesOf(TopicName topic) {
        return ENTRY_BYTES + topic.memoryBytes();
    }
}
