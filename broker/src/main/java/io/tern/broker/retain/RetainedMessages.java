package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.broker.retain.RetainedPlace.Body;
import io.tern.broker.retain.RetainedPlace.Stub;
import io.tern.broker.retain.RetainedPlace.Topic;
import io.tern.broker.index.RetainedCursor;
import io.tern.broker.index.RetainedIndex;
import io.tern.broker.memory.SharedMemory;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.quota.Account;
import io.tern.broker.quota.Quotas;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// The retained messages of all topics, the latest of each [MQTT-3.3.1-5]. Any thread.
///
/// Bounded in bytes: a message that doesn't fit is delivered, but not retained. Where there is a store, a smaller bound
/// holds for what of them is in memory: the bodies that were set first are let go of when they are safe on disk, and
/// only a [Stub] is left.
public final class RetainedMessages {

    /// The sequence of a change that changes nothing on disk.
    static final long UNTOLD = 0;

    /// Changes to different topics rarely wait for each other.
    private static final int LOCKS = 256;
    /// Bodies that are let go of in one turn of a shard.
    private static final int TRIMMED_PER_TURN = 64;

    private final RetainedIndex<Topic> byTopic = new RetainedIndex<>();
    private final long limitBytes;
    private final long bodiesLimitBytes;
    private final int messagesMax;
    private final SharedMemory memory;
    private final Quotas quotas;
    private final Store store;
    private final RetainedBodies bodies;
    private final RetainedExpiry expiry = new RetainedExpiry();
    private final RetainedTally tally;
    private final AtomicLong sequences;
    private final Object[] locks = new Object[LOCKS];

    /// None yet.
    ///
    /// @param options how many messages and bytes
    /// @param memory that it shares with all queues; it takes no more than is left of it
    /// @param quotas of the owners
    /// @param store changes get higher sequences than its first id
    /// @param shards how many
    public RetainedMessages(Options options, SharedMemory memory, Quotas quotas, Store store, int shards) {
        this.limitBytes = options.get(BrokerOptions.RETAINED_BYTES);
        this.bodiesLimitBytes = BrokerOptions.retainedMemoryBytes(options);
        this.messagesMax = options.get(BrokerOptions.RETAINED_MESSAGES);
        this.memory = memory;
        this.quotas = quotas;
        this.store = store;
        this.bodies = new RetainedBodies(shards);
        this.tally = new RetainedTally(memory, bodies, expiry);
        this.sequences = new AtomicLong(store.firstId());
        Arrays.setAll(locks, i -> new Object());
    }

    /// Keeps a message in place of the one before.
    ///
    /// @param message not expired
    /// @param shard whose thread this is
    /// @param stored false to keep it in memory alone
    /// @return to be told where its record was staged; null if there is no room, and nothing has changed
    Body set(Message message, int shard, boolean stored) {
        // One after the other, so that the sequences of a topic's changes are in the order of the changes.
        synchronized (lock(message.topic())) {
            Topic topic = byTopic.get(message.topic());
            RetainedPlace before = topic == null ? null : topic.place();
            Account old = topic == null ? null : topic.account;
            boolean same = old != null && old.owner().equals(message.owner());
            Account account = same ? old : quotas.hold(message.owner());
            if (!hasRoom(message, before) || !RetainedTally.mayRetain(account, same, message, before)) {
                quotas.letGo(same ? null : account);
                return null;
            }
            if (topic == null) {
                topic = new Topic();
                byTopic.put(message.topic(), topic);
            }
            int row = stored ? shard : bodies.unstored();
            Body body = new Body(topic, message, sequences.incrementAndGet(), row, stored, before);
            topic.place(body);
            tally.replaced(message.topic(), before, body);
            if (same) {
                RetainedTally.recharge(account, message.topic(), before, body);
            } else {
                RetainedTally.charge(old, message.topic(), before, -1);
                RetainedTally.charge(account, message.topic(), body, 1);
                quotas.letGo(old);
                topic.account = account;
            }
            return body;
        }
    }

    /// Several shards at once may go a little over it.
    private boolean hasRoom(Message message, RetainedPlace before) {
        if (before == null && messagesMax > 0 && byTopic.size() >= messagesMax) {
            return false;
        }
        int moreBytes = message.costBytes() - (before == null ? 0 : before.costBytes());
        return moreBytes <= 0
                || tally.heldBytes() + moreBytes <= limitBytes
                && bodies.heldBytes() + moreBytes <= memory.leftBytes(false);
    }

    /// Removes a topic's message [MQTT-3.3.1-6].
    ///
    /// @param always whether it is told to the journal also if there was nothing to remove: whoever has removed it
    ///     before may not be safe yet
    /// @return the sequence of this change, [#UNTOLD] if the journal need not be told
    long clear(TopicName topic, boolean always) {
        synchronized (lock(topic)) {
            RetainedPlace gone = remove(topic);
            return gone == null ? always ? sequences.incrementAndGet() : UNTOLD : change(gone);
        }
    }

    /// Removes a message that has expired, unless another has taken its place.
    ///
    /// @return the sequence of this change, [#UNTOLD] if the journal need not be told; -1 if nothing has changed
    long expire(TopicName topic, RetainedPlace place) {
        synchronized (lock(topic)) {
            if (place(topic) != place) {
                return -1;
            }
            return change(remove(topic));
        }
    }

    /// Removes the message that has expired first.
    ///
    /// @return its topic and the sequence of this change, [#UNTOLD] if the journal need not be told; null if no message
    ///     has expired
    RetainedId removeExpired(long nowMillis) {
        for (;;) {
            RetainedExpiry.Due due = expiry.first();
            if (due == null || nowMillis < due.atMillis()) {
                return null;
            }
            TopicName topic = TopicName.of(due.topic());
            synchronized (lock(topic)) {
                RetainedPlace place = place(topic);
                // Else another thread was faster, and it stands there no more.
                if (place != null && place.sequence() == due.sequence()) {
                    return new RetainedId(topic, change(remove(topic)));
                }
            }
        }
    }

    /// When the next one expires.
    ///
    /// @return [Message#NEVER] if none does
    long nextExpiryMillis() {
        RetainedExpiry.Due due = expiry.first();
        return due == null ? Message.NEVER : due.atMillis();
    }

    private long change(RetainedPlace gone) {
        return gone.mayBeStored() ? sequences.incrementAndGet() : UNTOLD;
    }

    /// @return what was there, or null
    private RetainedPlace remove(TopicName topic) {
        Topic gone = byTopic.remove(topic);
        if (gone == null) {
            return null;
        }
        RetainedPlace place = gone.place();
        tally.replaced(topic, place, null);
        RetainedTally.charge(gone.account, topic, place, -1);
        quotas.letGo(gone.account);
        gone.account = null;
        gone.place(null);
        return place;
    }

    /// What is kept for a topic.
    ///
    /// @return null for nothing
    RetainedPlace place(TopicName topic) {
        Topic found = byTopic.get(topic);
        return found == null ? null : found.place();
    }

    /// Takes up what a process before this one has left. On the thread that starts the broker.
    ///
    /// @param id its topic, and the sequence of the change that brought it
    /// @param owner whose it is, or null
    /// @param expiresAtMillis when it is too old to be delivered, or [Message#NEVER]
    /// @param costBytes see [Message#costBytes()]
    /// @param nowMillis what has expired is kept until it is taken out like any other
    /// @param message asked only while there is room for bodies
    public void recover(
            RetainedId id,
            Owner owner,
            long expiresAtMillis,
            int costBytes,
            long nowMillis,
            Supplier<Message> message) {
        Topic topic = new Topic();
        RetainedPlace place;
        if (nowMillis >= expiresAtMillis || isOver(bodies.heldBytes() + costBytes)) {
            place = new Stub(id.sequence(), expiresAtMillis, costBytes);
        } else {
            Body body = new Body(topic, message.get(), id.sequence(), bodies.recovered(), true, null);
            body.staged(0);
            place = body;
        }
        topic.place(place);
        byTopic.put(id.topic(), topic);
        tally.replaced(id.topic(), null, place);
        topic.account = quotas.hold(owner);
        RetainedTally.charge(topic.account, id.topic(), place, 1);
    }

    /// A shard's journal is safe up to a position.
    ///
    /// @param shard its number
    /// @param position on disk for certain
    public void safe(int shard, long position) {
        bodies.safe(shard, position);
    }

    /// Lets go of some bodies, if there are too many in memory.
    ///
    /// @return whether there may be more to let go of
    boolean trim() {
        for (int trimmed = 0; isOver(bodies.heldBytes()); trimmed++) {
            Body oldest = trimmed < TRIMMED_PER_TURN ? bodies.oldestSafe() : null;
            if (oldest == null) {
                return trimmed == TRIMMED_PER_TURN;
            }
            becomeStub(oldest);
        }
        return false;
    }

    /// Whether so many bytes of bodies are too many to be in memory.
    private boolean isOver(long bytes) {
        return bytes > 0 && store.keeps() && (bytes > bodiesLimitBytes || bytes > memory.leftBytes(false) / 2);
    }

    private void becomeStub(Body body) {
        TopicName topic = body.topic();
        Stub stub = new Stub(body.sequence(), body.message().expiresAtMillis(), body.costBytes());
        synchronized (lock(topic)) {
            if (body.home.place() == body) {
                body.home.place(stub);
                tally.replaced(topic, body, stub);
            }
        }
    }

    private Object lock(TopicName topic) {
        int hash = topic.hashCode();
        return locks[(hash ^ hash >>> 16) & LOCKS - 1];
    }

    RetainedCursor<Topic> cursor(TopicFilter filter) {
        return byTopic.cursor(filter);
    }

    /// What is kept for a topic under a sequence.
    ///
    /// @return null if that has been replaced or cleared since
    RetainedPlace get(RetainedId id) {
        RetainedPlace place = place(id.topic());
        return place != null && place.sequence() == id.sequence() ? place : null;
    }

    /// How many topics have one.
    ///
    /// @return a moment old
    public int size() {
        return byTopic.size();
    }

    /// How many of them are on disk only.
    ///
    /// @return a moment old
    public long stubs() {
        return tally.stubs();
    }

    /// What all of them cost, on disk or in memory, see [Message#costBytes()].
    ///
    /// @return bytes, a moment old
    public long heldBytes() {
        return tally.heldBytes();
    }

    /// What those in memory cost.
    ///
    /// @return bytes, a moment old
    public long bodyBytes() {
        return bodies.heldBytes();
    }
}
