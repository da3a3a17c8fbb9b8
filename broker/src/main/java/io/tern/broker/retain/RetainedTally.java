package io.tern.broker.retain;

import io.tern.api.Message;
import io.tern.broker.memory.SharedMemory;
import io.tern.broker.quota.Account;
import io.tern.broker.retain.RetainedPlace.Stub;
import io.tern.wire.TopicName;
import java.util.concurrent.atomic.AtomicLong;

/// What the retained messages take, in memory and in all, and who is charged with it. Any thread.
final class RetainedTally {

    /// What a topic's place in the index takes, besides the text by which it is found: the first message's, which
    /// stays when that one has gone.
    private static final int PLACE_BYTES = 80;

    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicLong stubs = new AtomicLong();
    private final SharedMemory memory;
    private final RetainedBodies bodies;
    private final RetainedExpiry expiry;

    /// @param memory that it shares with all queues
    /// @param bodies told of each that comes and goes
    /// @param expiry as well
    RetainedTally(SharedMemory memory, RetainedBodies bodies, RetainedExpiry expiry) {
        this.memory = memory;
        this.bodies = bodies;
        this.expiry = expiry;
    }

    /// A topic has another place. Under the topic's lock.
    ///
    /// @param old what it had, null for nothing
    /// @param now what it has, null for nothing
    void replaced(TopicName topic, RetainedPlace old, RetainedPlace now) {
        int moreBytes = (now == null ? 0 : now.costBytes()) - (old == null ? 0 : old.costBytes());
        if (moreBytes != 0) {
            heldBytes.addAndGet(moreBytes);
        }
        int moreStubs = (now instanceof Stub ? 1 : 0) - (old instanceof Stub ? 1 : 0);
        if (moreStubs != 0) {
            stubs.addAndGet(moreStubs);
        }
        expiry.replace(topic, old, now);
        int moreInMemoryBytes = bodies.replace(old, now) + placeBytes(topic, now) - placeBytes(topic, old);
        if (moreInMemoryBytes != 0) {
            memory.add(moreInMemoryBytes);
        }
    }

    /// Whether an owner may have a message in a topic's place.
    ///
    /// @param account the owner's, null if nobody counts what it has
    /// @param same whether the message before was the same owner's
    /// @param before what is there, null for nothing
    static boolean mayRetain(Account account, boolean same, Message message, RetainedPlace before) {
        return account == null
                || account.mayRetain(!same, message.costBytes() - (same ? before.costBytes() : 0));
    }

    /// An owner has a message more, or one less.
    ///
    /// @param account the owner's, or null
    /// @param more 1 or -1
    static void charge(Account account, TopicName topic, RetainedPlace place, int more) {
        if (account != null) {
            account.retained(more, (long) more * place.costBytes(), (long) more * placeBytes(topic, place));
        }
    }

    /// An owner has another message in the place of one of its own.
    static void recharge(Account account, TopicName topic, RetainedPlace before, RetainedPlace now) {
        account.retained(0, now.costBytes() - before.costBytes(), placeBytes(topic, now) - placeBytes(topic, before));
    }

    private static int placeBytes(TopicName topic, RetainedPlace place) {
        return place == null
                ? 0
                : PLACE_BYTES + topic.textMemoryBytes() + RetainedExpiry.memoryBytes(topic, place);
    }

    /// How many of them are on disk only.
    long stubs() {
        return stubs.get();
    }

    /// What all of them cost, on disk or in memory.
    long heldBytes() {
        return heldBytes.get();
    }
}
