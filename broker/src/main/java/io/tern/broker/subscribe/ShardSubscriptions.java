package io.tern.broker.subscribe;

import io.tern.api.Journal;
import io.tern.broker.index.Index;
import io.tern.broker.index.OwnSubscription;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.quota.Account;
import io.tern.broker.quota.Kind;
import io.tern.broker.share.Memberships;
import io.tern.broker.share.SharedSubscription;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.PointToPoint;
import io.tern.wire.Subscribe;
import io.tern.wire.Utf8;
import java.util.function.Supplier;

/// The subscriptions of one shard's sessions: each stands in the index, or in a shared group, is charged to whose it
/// is, and told to the journal if its session is durable. For the shard's thread.
public final class ShardSubscriptions {

    private static final int SUBSCRIPTION_BYTES = 165;
    private static final int LEVEL_BYTES = 40;

    private final Journal journal;
    private final ShardMemory memory;
    private final Index index;
    private final Memberships memberships;

    /// @param journal of the shard
    /// @param memory charged with each
    /// @param index where those stand that aren't shared
    /// @param memberships the shared ones
    public ShardSubscriptions(Journal journal, ShardMemory memory, Index index, Memberships memberships) {
        this.journal = journal;
        this.memory = memory;
        this.index = index;
        this.memberships = memberships;
    }

    /// Makes a subscription, or changes the one there is [MQTT-3.8.4-3].
    ///
    /// @param item as it is granted
    /// @param identifier 0 for none
    /// @param pending asked if a group has to hear of it: what it returns is run when the group has, and that is safe
    Subscription subscribe(Session session, Subscribe.Item item, int identifier, Supplier<Runnable> pending) {
        String filter = item.filter().value();
        Subscription subscription = session.subscriptions().get(filter);
        boolean isNew = subscription == null;
        if (!isNew) {
            change(subscription, item, identifier, pending);
        } else if (item.filter().shareName() != null) {
            subscription = memberships.join(session, item, identifier, pending.get());
        } else {
            subscription = index(session, item, identifier);
        }
        if (isNew) {
            charge(session, filter, 1);
        }
        if (session.durable()) {
            journal.subscribed(session.epoch(), filter, subscription.options(), identifier);
        }
        return subscription;
    }

    private void change(
            Subscription subscription, Subscribe.Item item, int identifier, Supplier<Runnable> pending) {
        if (subscription instanceof OwnSubscription own) {
            boolean wasDurable = own.durable();
            own.change(item, identifier);
            if (own.durable() != wasDurable) {
                index.turned(own.filter(), own);
            }
        } else {
            subscription.change(item, identifier);
            memberships.changed((SharedSubscription) subscription, pending.get());
        }
    }

    private OwnSubscription index(Session session, Subscribe.Item item, int identifier) {
        String filter = item.filter().value();
        OwnSubscription subscription = new OwnSubscription(session, filter, item, identifier);
        session.subscriptions().add(subscription);
        index.subscribe(filter, subscription);
        return subscription;
    }

    /// A session of a process before this one has a subscription.
    ///
    /// @param session whose
    /// @param item as it was granted
    /// @param identifier 0 for none
    public void recover(Session session, Subscribe.Item item, int identifier) {
        if (PointToPoint.is(item.filter().filter())) {
            return; // Made before nobody could listen to what others are sent.
        }
        charge(session, item.filter().value(), 1);
        if (item.filter().shareName() == null) {
            index(session, item, identifier);
        } else {
            memberships.recover(session, item, identifier);
        }
    }

    /// Ends a subscription; where that is because it is not allowed any more its client is not told: MQTT has no word
    /// for it.
    ///
    /// @param session goes on
    /// @param subscription of that session
    public void withdraw(Session session, Subscription subscription) {
        session.subscriptions().remove(subscription.filter());
        remove(session, subscription);
        if (session.durable()) {
            journal.unsubscribed(session.epoch(), subscription.filter());
        }
    }

    /// Takes one subscription out of the index, or out of its group.
    ///
    /// @param session whose it was
    /// @param subscription that the session has no more
    public void remove(Session session, Subscription subscription) {
        charge(session, subscription.filter(), -1);
        if (subscription instanceof SharedSubscription member) {
            memberships.leave(member);
        } else if (subscription instanceof OwnSubscription own) {
            index.unsubscribe(own.filter(), own);
        }
    }

    /// A session has a subscription more, or one less.
    private void charge(Session session, String filter, int more) {
        long bytes = more * bytes(filter);
        memory.add(bytes);
        Account account = Account.of(session);
        if (account != null) {
            account.add(Kind.SUBSCRIPTIONS, more, bytes);
        }
    }

    /// What a subscription takes, here and in the index, if nobody else has that filter: those without wildcards stand
    /// there whole, the others by their levels.
    static long bytes(String filter) {
        long levelBytes = 0;
        if (filter.endsWith("#") || filter.indexOf('+') >= 0) {
            levelBytes = LEVEL_BYTES;
            for (int at = filter.indexOf('/'); at >= 0; at = filter.indexOf('/', at + 1)) {
                levelBytes += LEVEL_BYTES;
            }
        }
        return SUBSCRIPTION_BYTES + Utf8.memoryBytes(filter) + levelBytes;
    }
}
