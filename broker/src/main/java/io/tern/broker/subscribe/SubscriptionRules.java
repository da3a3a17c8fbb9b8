package io.tern.broker.subscribe;

import io.tern.api.Options;
import io.tern.api.Store;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.quota.Account;
import io.tern.broker.quota.Kind;
import io.tern.broker.share.Memberships;
import io.tern.broker.share.SharedGroup;
import io.tern.engine.Session;
import io.tern.engine.rules.Filters;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;

/// What clients may subscribe to, and how often: the bounds that hold for each, those of its user, and what its
/// listener serves. For the thread of one shard.
public final class SubscriptionRules {

    private static final Refusal NO_ROOM =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "no room left for a new subscription");
    private static final Refusal TOO_MANY =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "more subscriptions than limits.subscriptions");
    private static final Refusal TOO_MANY_SHARED =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "more shared subscriptions than limits.shared_subscriptions");
    private static final Refusal OVER_QUOTA = new Refusal(
            ReasonCode.QUOTA_EXCEEDED, "more subscriptions or shared groups than its user or address may have");

    private final Limits limits;
    private final ShardMemory memory;
    private final Store store;
    private final Memberships memberships;
    private final int subscriptionsMax;
    private final int sharedMax;
    private final int wildcardsMax;

    /// @param options how many subscriptions and wildcards
    /// @param limits of topics
    /// @param memory of the shard
    /// @param store where durable state goes
    /// @param memberships of the shard
    public SubscriptionRules(
            Options options, Limits limits, ShardMemory memory, Store store, Memberships memberships) {
        this.limits = limits;
        this.memory = memory;
        this.store = store;
        this.memberships = memberships;
        this.subscriptionsMax = options.get(BrokerOptions.SUBSCRIPTIONS);
        this.sharedMax = options.get(BrokerOptions.SHARED_SUBSCRIPTIONS);
        this.wildcardsMax = options.get(BrokerOptions.FILTER_WILDCARDS);
    }

    /// @param rules of the client's listener
    /// @param identifier of the subscription, 0 for none
    /// @return null if it may subscribe to that
    Refusal refusal(ListenerRules rules, Session session, Subscribe.Item item, int identifier) {
        Refusal unserved = Filters.refusal(limits, rules, wildcardsMax, item.filter(), identifier);
        if (unserved != null) {
            return unserved;
        }
        if (memory.isScarce() || session.durable() && store.full()) {
            return NO_ROOM;
        }
        return session.subscriptions().get(item.filter().value()) == null ? tooMany(session, item) : null;
    }

    /// @return null if there may be one more
    private Refusal tooMany(Session session, Subscribe.Item item) {
        String filter = item.filter().value();
        boolean shared = item.filter().shareName() != null;
        if (subscriptionsMax > 0 && session.subscriptions().size() >= subscriptionsMax) {
            return TOO_MANY;
        }
        if (shared && sharedMax > 0 && memberships.count(session) >= sharedMax) {
            return TOO_MANY_SHARED;
        }
        Account account = Account.of(session);
        boolean may = account == null
                || account.mayHave(Kind.SUBSCRIPTIONS, ShardSubscriptions.bytes(filter))
                && (!shared || memberships.exists(filter)
                        || account.mayHave(Kind.SHARED_GROUPS, SharedGroup.OBJECTS_BYTES));
        return may ? null : OVER_QUOTA;
    }
}
