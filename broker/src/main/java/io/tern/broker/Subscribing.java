package io.tern.broker;

import io.tern.broker.access.Ruling;
import io.tern.broker.index.Index;
import io.tern.broker.quota.Account;
import io.tern.broker.quota.Kind;
import io.tern.broker.time.Steps;
import io.tern.engine.Channel;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.engine.rules.Topics;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// SUBSCRIBE and UNSUBSCRIBE of one shard's sessions.
///
/// A SUBACK leaves when the subscriptions are in the index, so that a message published after it is delivered; for a
/// shared group that lives on another shard this takes a note there and back.
final class Subscribing {

    private static final int SUBSCRIPTION_BYTES = 140;
    private static final int LEVEL_BYTES = 40;
    private static final Subscription[] NO_SUBSCRIPTIONS = {};
    private static final int RETAIN_ON_NEW = 1;
    private static final int RETAIN_NEVER = 2;

    private static final Refusal NOT_SHARED = new Refusal(
            ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, "shared subscriptions are not served on this listener");
    private static final Refusal NO_ROOM =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "no room left for a new subscription");
    private static final Refusal NOT_ALLOWED =
            new Refusal(ReasonCode.NOT_AUTHORIZED, "not allowed to subscribe to this filter");
    private static final Refusal TOO_MANY =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "more subscriptions than limits.subscriptions");
    private static final Refusal TOO_MANY_SHARED =
            new Refusal(ReasonCode.QUOTA_EXCEEDED, "more shared subscriptions than limits.shared_subscriptions");
    private static final Refusal OVER_QUOTA = new Refusal(
            ReasonCode.QUOTA_EXCEEDED, "more subscriptions or shared groups than its user or address may have");
    private static final Refusal TOO_WIDE =
            new Refusal(ReasonCode.TOPIC_FILTER_INVALID, "more wildcards than limits.filter_wildcards");
    private static final Refusal NO_IDENTIFIERS = new Refusal(
            ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
            "subscription identifiers are not served on this listener");
    private static final Refusal NO_WILDCARDS = new Refusal(
            ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, "wildcards are not served on this listener");

    /// One SUBSCRIBE, that may have to wait for groups on other shards.
    private final class Answer extends Request<Subscribe.Item> {
        final int identifier;
        /// As often as the packet names them.
        final List<Subscription> toFeed = new ArrayList<>();
        /// About the first filter that was refused; null if none was.
        String words;
        int waiting = 1;

        Answer(Channel channel, Subscribe subscribe) {
            super(channel, subscribe.packetId(), subscribe.items(), Subscribe.Item::filter, subscribe.encodedBytes());
            int[] identifiers = subscribe.properties().subscriptionIdentifiers();
            identifier = identifiers.length == 0 ? 0 : identifiers[0];
        }

        void refused(Refusal refusal) {
            reasons.add(refusal.reason());
            if (words == null) {
                words = "filter " + reasons.size() + ": " + refusal.words();
            }
        }

        void partDone() {
            if (--waiting == 0) {
                if (channel.session().durable()) {
                    shard.whenSafe(this::send);
                } else {
                    send();
                }
            }
        }

        private void send() {
            if (channel.isOpen()) {
                channel.outlet().send(new SubAck(packetId, channel.why(words), reasons));
            }
            ends();
            feed();
        }

        /// Also for a client that has left meanwhile: to its next SUBSCRIBE the subscriptions are not new.
        private void feed() {
            shard.slices().each(toFeed.toArray(NO_SUBSCRIPTIONS), feeds::begin);
        }
    }

    private final Shard shard;
    private final Index index;
    private final SharedGroups groups;
    private final RetainedFeeds feeds;
    private final int subscriptionsMax;
    private final int sharedMax;
    private final int wildcardsMax;
    /// How many shared subscriptions the sessions have that have or had some, so that the others need not be searched
    /// when they come and go.
    private final Map<Session, Integer> members = new HashMap<>();
    /// Those among them whose groups wait until they have room.
    private final Set<Session> clogged = new HashSet<>();
    /// Shared subscriptions that were ended while messages of theirs were under way, by their sessions.
    private final Map<Session, Owing> leaving = new HashMap<>();

    Subscribing(Shard shard, Broker broker, RetainedFeeds feeds) {
        this.shard = shard;
        this.index = broker.index();
        this.groups = broker.groups();
        this.feeds = feeds;
        this.subscriptionsMax = broker.subscriptionsMax();
        this.sharedMax = broker.sharedSubscriptionsMax();
        this.wildcardsMax = broker.wildcardsMax();
    }

    /// Takes a SUBSCRIBE in; the connection's next packets wait for the end of it.
    void subscribe(Channel channel, Subscribe subscribe) {
        Answer answer = new Answer(channel, subscribe);
        if (answer.begins()) {
            proceed(answer);
        }
    }

    private void proceed(Answer answer) {
        List<Subscribe.Item> items = answer.slice();
        shard.gate().subscribe(answer.channel, items, rulings -> {
            for (int i = 0; i < items.size(); i++) {
                subscribe(answer, items.get(i), rulings == null ? null : rulings[i]);
            }
            if (answer.isWhole()) {
                answer.partDone();
            } else {
                whileItRests(answer.channel, () -> proceed(answer), answer::feed);
            }
        });
    }

    /// Goes on with a packet between what else is to be done; the connection's next packets wait for it.
    ///
    /// @param closed done instead if the connection has ended meanwhile
    private void whileItRests(Channel channel, Runnable action, Runnable closed) {
        Link link = (Link) channel.outlet();
        link.awaited++;
        shard.gate().later(channel.session(), () -> {
            link.awaited--;
            if (channel.isOpen()) {
                action.run();
                shard.links().revive(link);
            } else {
                closed.run();
            }
        });
    }

    /// @param ruling null if there are no rules
    private void subscribe(Answer answer, Subscribe.Item item, Ruling ruling) {
        Channel channel = answer.channel;
        Refusal refusal = refusal(channel.rules(), channel.session(), item, answer.identifier);
        if (refusal == null && ruling != null && !shard.gate().grant(channel.client(), null, ruling, item)) {
            refusal = NOT_ALLOWED;
        }
        if (refusal != null) {
            answer.refused(refusal);
            return;
        }
        Subscribe.Item granted = granted(channel, item);
        answer.reasons.add(ReasonCode.grantedQos(granted.qos()));
        Subscription subscription = subscribe(channel.session(), granted, answer.identifier, answer);
        if (ruling != null) {
            shard.gate().grant(channel.client(), subscription, ruling, item);
        }
    }

    /// @return null if this listener's clients may subscribe to it
    private Refusal refusal(ListenerRules rules, Session session, Subscribe.Item item, int identifier) {
        boolean shared = item.filter().shareName() != null;
        Refusal outside = Topics.refusal(shard.limits(), item.filter());
        if (outside != null) {
            return outside;
        }
        if (shared && !rules.sharedSubscriptions()) {
            return NOT_SHARED;
        }
        if (shard.memory().isScarce() || session.durable() && shard.broker().store().full()) {
            return NO_ROOM;
        }
        Refusal beyond = session.subscriptions().get(item.filter().value()) == null ? tooMany(session, item) : null;
        if (beyond != null) {
            return beyond;
        }
        if (wildcardsMax > 0 && wildcards(item.filter().filter()) > wildcardsMax) {
            return TOO_WIDE;
        }
        if (identifier != 0 && !rules.subscriptionIdentifiers()) {
            return NO_IDENTIFIERS;
        }
        return item.filter().hasWildcard() && !rules.wildcardSubscriptions() ? NO_WILDCARDS : null;
    }

    /// @return null if there may be one more
    private Refusal tooMany(Session session, Subscribe.Item item) {
        String filter = item.filter().value();
        boolean shared = item.filter().shareName() != null;
        if (subscriptionsMax > 0 && session.subscriptions().size() >= subscriptionsMax) {
            return TOO_MANY;
        }
        if (shared && sharedMax > 0 && members.getOrDefault(session, 0) >= sharedMax) {
            return TOO_MANY_SHARED;
        }
        Account account = Account.of(session);
        boolean may = account == null
                || account.mayHave(Kind.SUBSCRIPTIONS, bytes(filter))
                && (!shared || groups.find(filter) != null
                        || account.mayHave(Kind.SHARED_GROUPS, SharedGroup.OBJECTS_BYTES));
        return may ? null : OVER_QUOTA;
    }

    /// A session has a subscription more, or one less.
    private void hold(Session session, String filter, int more) {
        long bytes = more * bytes(filter);
        shard.memory().add(bytes);
        Account account = Account.of(session);
        if (account != null) {
            account.add(Kind.SUBSCRIPTIONS, more, bytes);
        }
    }

    private static long wildcards(String filter) {
        return filter.chars().filter(c -> c == '+' || c == '#').count();
    }

    /// A bridge of 3.x can't ask for what it needs: its own messages must not come back, and RETAIN must stay.
    private static Subscribe.Item granted(Channel channel, Subscribe.Item item) {
        int qos = Math.min(item.qos(), channel.rules().maximumQos());
        boolean bridge = channel.isBridge() && item.filter().shareName() == null;
        return new Subscribe.Item(
                item.filter(),
                qos,
                item.noLocal() || bridge,
                item.retainAsPublished() || bridge,
                item.retainHandling());
    }

    private Subscription subscribe(Session session, Subscribe.Item item, int identifier, Answer answer) {
        String filter = item.filter().value();
        Subscription subscription = session.subscriptions().get(filter);
        boolean isNew = subscription == null;
        if (!isNew) {
            subscription.change(item, identifier);
            if (subscription instanceof SharedSubscription member) {
                await(member.group(), () -> {}, answer); // It may still be on its way to the group.
            }
        } else if (item.filter().shareName() != null) {
            subscription = join(session, item, identifier, answer);
        } else {
            subscription = new Subscription(session, filter, item, identifier);
            session.subscriptions().add(subscription);
            index.subscribe(filter, subscription);
        }
        if (isNew) {
            hold(session, filter, 1);
        }
        if (session.durable()) {
            shard.journal().subscribed(session.epoch(), filter, subscription.options(), identifier);
        }
        boolean retained = item.filter().shareName() == null
                && item.retainHandling() != RETAIN_NEVER
                && (isNew || item.retainHandling() != RETAIN_ON_NEW);
        if (retained) {
            answer.toFeed.add(subscription);
        }
        return subscription;
    }

    /// A session of a process before this one has a subscription.
    void recover(Session session, Subscribe.Item item, int identifier) {
        String filter = item.filter().value();
        hold(session, filter, 1);
        if (item.filter().shareName() == null) {
            Subscription subscription = new Subscription(session, filter, item, identifier);
            session.subscriptions().add(subscription);
            index.subscribe(filter, subscription);
        } else {
            SharedGroup group = groups.join(filter, item.filter().filter(), shard, session.owner());
            SharedSubscription member = new SharedSubscription(session, filter, item, identifier, group);
            session.subscriptions().add(member);
            members.merge(session, 1, Integer::sum);
            group.join(member, true);
        }
    }

    /// A session can't take what its groups lend.
    void clogged(Session session) {
        clogged.add(session);
    }

    /// A session has room: its groups may lend again.
    void roomy(Session session) {
        if (!clogged.isEmpty() && session.outbox().isHalfEmpty() && clogged.remove(session)) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    shard.steps.add(Steps.LOAN);
                    member.unclog(shard);
                }
            }
        }
    }

    /// What a subscription takes, here and in the index, if nobody else has that filter: those without wildcards stand
    /// there whole, the others by their levels.
    private static long bytes(String filter) {
        long levelBytes = 0;
        if (filter.endsWith("#") || filter.indexOf('+') >= 0) {
            levelBytes = LEVEL_BYTES;
            for (int at = filter.indexOf('/'); at >= 0; at = filter.indexOf('/', at + 1)) {
                levelBytes += LEVEL_BYTES;
            }
        }
        return SUBSCRIPTION_BYTES + 2L * filter.length() + levelBytes;
    }

    private Subscription join(Session session, Subscribe.Item item, int identifier, Answer answer) {
        String filter = item.filter().value();
        SharedGroup group = groups.join(filter, item.filter().filter(), shard, session.owner());
        SharedSubscription member = new SharedSubscription(session, filter, item, identifier, group);
        session.subscriptions().add(member);
        members.merge(session, 1, Integer::sum);
        boolean durable = session.durable();
        await(group, () -> {
            group.join(member, durable);
            group.record();
        }, answer);
        member.grant(shard);
        return member;
    }

    /// Does something on a group's shard, after all that was sent there before; the answer waits for it.
    private void await(SharedGroup group, Runnable there, Answer answer) {
        answer.waiting++;
        int here = shard.number();
        shard.tellLater(group.home().number(), home -> {
            there.run();
            home.whenSafe(() -> home.tell(here, back -> answer.partDone()));
        });
    }

    /// Takes an UNSUBSCRIBE in; the connection's next packets wait for the end of it.
    void unsubscribe(Channel channel, Unsubscribe unsubscribe) {
        Request<TopicFilter> request = new Request<>(
                channel,
                unsubscribe.packetId(),
                unsubscribe.filters(),
                Function.identity(),
                unsubscribe.encodedBytes());
        if (request.begins()) {
            proceed(request);
        }
    }

    private void proceed(Request<TopicFilter> request) {
        Session session = request.channel.session();
        for (TopicFilter filter : request.slice()) {
            Subscription gone = session.subscriptions().get(filter.value());
            request.reasons.add(gone == null ? ReasonCode.NO_SUBSCRIPTION_EXISTED : ReasonCode.SUCCESS);
            if (gone != null) {
                withdraw(gone);
            }
        }
        if (!request.isWhole()) {
            whileItRests(request.channel, () -> proceed(request), () -> { });
        } else if (session.durable()) {
            shard.whenSafe(() -> answer(request));
        } else {
            answer(request);
        }
    }

    private static void answer(Request<TopicFilter> request) {
        if (request.channel.isOpen()) {
            request.channel.outlet().send(new UnsubAck(request.packetId, Properties.NONE, request.reasons));
        }
        request.ends();
    }

    /// Ends a subscription; where that is because it is not allowed any more its client is not told: MQTT has no word
    /// for it.
    void withdraw(Subscription subscription) {
        Session session = subscription.session();
        session.subscriptions().remove(subscription.filter());
        remove(subscription);
        if (session.durable()) {
            shard.journal().unsubscribed(session.epoch(), subscription.filter());
        }
    }

    /// Takes one subscription out of the index, or out of its group.
    void remove(Subscription subscription) {
        hold(subscription.session(), subscription.filter(), -1);
        if (subscription instanceof SharedSubscription member) {
            members.computeIfPresent(member.session(), (session, count) -> count - 1);
            member.leave(shard);
            groups.leave(member.filter());
            if (member.owes()) {
                leaving.computeIfAbsent(member.session(), session -> new Owing()).add(member);
            }
        } else {
            index.unsubscribe(subscription.filter(), subscription);
        }
    }

    /// Whether a session is a member of a group that gets a topic. A group's message is not denied in part.
    boolean isMemberFor(Session session, TopicName topic) {
        if (members.getOrDefault(session, 0) > 0) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    shard.steps.add(Steps.LOAN);
                    if (TopicFilter.of(member.filter()).matches(topic)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// A session has a connection again: its groups may send.
    void back(Session session) {
        if (members.containsKey(session)) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    shard.steps.add(Steps.LOAN);
                    member.grant(shard);
                }
            }
        }
    }

    /// A session has lost its connection: its groups must not send.
    void gone(Session session) {
        clogged.remove(session);
        if (members.containsKey(session)) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    shard.steps.add(Steps.LOAN);
                    member.suspend(shard);
                }
            }
            Owing left = leaving.remove(session);
            if (left != null) {
                left.suspend(shard);
            }
        }
    }

    /// A session has ended.
    void ended(Session session) {
        members.remove(session);
        clogged.remove(session);
        feeds.ended(session);
    }

    Index index() {
        return index;
    }
}
