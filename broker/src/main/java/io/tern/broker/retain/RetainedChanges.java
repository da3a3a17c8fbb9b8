package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.api.RetainedId;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Timer;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.wire.TopicName;

/// What one shard does with the retained messages of all: it sets and clears those of its publishers, and takes out
/// what has expired, some in a turn, so that it goes by itself, in memory and on disk.
///
/// A shard that sets a message which expires sees to it; every shard takes what has expired, whoever has set it.
public final class RetainedChanges extends Timer {

    /// Expired ones that are taken out in one turn.
    private static final int EXPIRED_PER_TURN = 256;
    /// Expired ones that are taken out to make room for one message.
    private static final int EXPIRED_FOR_ONE = 64;
    /// From one look to the next.
    private static final int PAUSE_MILLIS = 1_000;

    private final ShardThread thread;
    private final RetainedMessages retained;
    private final SystemTopics systemTopics;
    private final Safety safety;
    private final Counters counters;
    /// At first, since a process before this one may have left some.
    private boolean due = true;

    /// @param thread the shard's
    /// @param retained the messages of all topics
    /// @param systemTopics those of the server itself
    /// @param safety of the shard, whose journal is told
    /// @param counters of the shard
    public RetainedChanges(
            ShardThread thread,
            RetainedMessages retained,
            SystemTopics systemTopics,
            Safety safety,
            Counters counters) {
        this.thread = thread;
        this.retained = retained;
        this.systemTopics = systemTopics;
        this.safety = safety;
        this.counters = counters;
    }

    /// Whether a topic has a retained message.
    ///
    /// @param topic of clients
    /// @return at this moment
    public boolean exists(TopicName topic) {
        return retained.place(topic) != null;
    }

    /// Whether a topic has a retained message, and that or one before it of whose end nobody was told for sure may be
    /// on disk.
    ///
    /// @param topic of clients
    /// @return at this moment
    public boolean mayBeStored(TopicName topic) {
        RetainedPlace place = retained.place(topic);
        return place != null && place.mayBeStored();
    }

    /// Takes a PUBLISH with the RETAIN flag, or a will.
    ///
    /// On a full disk it is kept in memory alone unless that was promised, and what it replaces is deleted on disk. So
    /// there are two deletions at most for each message that was there before, however often they change.
    ///
    /// @param message with the flag
    /// @param promised whether the publisher was told, or will be, that it is as safe as that
    public void retain(Message message, boolean promised) {
        if (SystemTopics.owns(message.topic())) {
            systemTopics.keep(message);
            return;
        }
        boolean stored = promised || !safety.isDiskFull();
        if (message.payload().length > 0 && !message.expired(thread.nowMillis())) {
            RetainedPlace.Body body = set(message, stored);
            if (body != null) {
                record(body);
                expiresAt(message.expiresAtMillis());
                return;
            }
            // Better none than the one before, which is wrong from now on [MQTT-3.3.1-5].
            counters.count(Counters.Event.RETAINED_REFUSED);
        }
        tellCleared(message.topic(), retained.clear(message.topic(), stored));
    }

    private void record(RetainedPlace.Body body) {
        if (body.isStored()) {
            safety.journal().retainedSet(body.message(), body.sequence());
            body.staged(safety.journal().position());
        } else if (body.replacesStored) {
            safety.journal().retainedCleared(body.topic(), body.sequence());
        }
    }

    private void tellCleared(TopicName topic, long sequence) {
        if (sequence != RetainedMessages.UNTOLD) {
            safety.journal().retainedCleared(topic, sequence);
        }
    }

    /// The expired go first, if there is no room.
    private RetainedPlace.Body set(Message message, boolean stored) {
        RetainedPlace.Body body = retained.set(message, thread.number(), stored);
        for (int i = 0; body == null && i < EXPIRED_FOR_ONE && takeExpired(); i++) {
            body = retained.set(message, thread.number(), stored);
        }
        return body;
    }

    private boolean takeExpired() {
        RetainedId gone = retained.removeExpired(thread.nowMillis());
        if (gone != null) {
            cleared(gone.topic(), gone.sequence());
        }
        return gone != null;
    }

    /// Removes a message that somebody has met, if it is too old.
    ///
    /// @return whether it was
    boolean expire(TopicName topic, RetainedPlace place) {
        if (!place.expired(thread.nowMillis())) {
            return false;
        }
        long sequence = retained.expire(topic, place);
        if (sequence >= 0) {
            cleared(topic, sequence);
        }
        return true;
    }

    private void cleared(TopicName topic, long sequence) {
        tellCleared(topic, sequence);
        counters.count(Counters.Event.RETAINED_EXPIRED);
    }

    private void expiresAt(long atMillis) {
        if (atMillis != Message.NEVER && (isIdle() || atMillis < dueMillis())) {
            thread.timers().schedule(this, Math.max(atMillis, thread.nowMillis() + PAUSE_MILLIS));
        }
    }

    @Override
    public void fire(long nowMillis) {
        due = true;
    }

    /// Takes some of the expired out, and lets go of some bodies if there are too many in memory.
    ///
    /// @return whether there may be more to do
    public boolean turn() {
        boolean more = retained.trim();
        if (due && safety.hasRoom()) {
            for (int i = 0; i < EXPIRED_PER_TURN; i++) {
                if (!takeExpired()) {
                    due = false;
                    expiresAt(retained.nextExpiryMillis());
                    return more;
                }
            }
            return true;
        }
        return more;
    }
}
