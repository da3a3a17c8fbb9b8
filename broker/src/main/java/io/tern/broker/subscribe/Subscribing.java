package io.tern.broker.subscribe;

import io.tern.broker.access.AccessControl;
import io.tern.broker.access.Ruling;
import io.tern.broker.index.OwnSubscription;
import io.tern.broker.link.Link;
import io.tern.broker.retain.RetainedDelivery;
import io.tern.broker.safety.Safety;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.turn.Slices;
import io.tern.engine.Channel;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.rules.Filters;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// SUBSCRIBE and UNSUBSCRIBE of one shard's sessions.
///
/// A SUBACK leaves when the subscriptions are in the index, so that a message published after it is delivered; for a
/// shared group that lives on another shard this takes a note there and back.
public final class Subscribing {

    private static final OwnSubscription[] NO_SUBSCRIPTIONS = {};
    private static final Refusal NOT_ALLOWED =
            new Refusal(ReasonCode.NOT_AUTHORIZED, "not allowed to subscribe to this filter");

    /// One SUBSCRIBE, that may have to wait for groups on other shards.
    private final class Answer extends SlicedRequest<Subscribe.Item> {
        final int identifier;
        /// Tells it from every other SUBSCRIBE here.
        final int number = ++subscribes;
        /// Each once, however often the packet names it.
        final List<OwnSubscription> toFeed = new ArrayList<>();
        /// About the first filter that was refused; null if none was.
        String words;
        int waiting = 1;

        Answer(Link link, Subscribe subscribe) {
            super(link, subscribe.packetId(), subscribe.items(), Subscribe.Item::filter, subscribe.encodedBytes());
            int[] identifiers = subscribe.properties().subscriptionIdentifiers();
            identifier = identifiers.length == 0 ? 0 : identifiers[0];
        }

        void refused(Refusal refusal) {
            reasons.add(refusal.reason());
            if (words == null) {
                words = "filter " + reasons.size() + ": " + refusal.words();
            }
        }

        /// It has to wait for something more.
        ///
        /// @return to be run when that is done
        Runnable pending() {
            waiting++;
            return this::partDone;
        }

        void partDone() {
            if (--waiting == 0) {
                if (channel.session().durable()) {
                    safety.whenSafe(this::send);
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
            slices.each(toFeed.toArray(NO_SUBSCRIPTIONS), retained::begin);
        }
    }

    private final ShardThread thread;
    private final Safety safety;
    private final Slices slices;
    private final AccessControl access;
    private final ShardSubscriptions subscriptions;
    private final SubscriptionRules rules;
    private final RetainedDelivery retained;
    private int subscribes;

    /// @param thread the shard's
    /// @param safety of the shard
    /// @param slices of what is done for many
    /// @param access says what clients may subscribe to
    /// @param subscriptions of the shard
    /// @param rules what may be subscribed to by anybody
    /// @param retained brings retained messages to what is new
    public Subscribing(
            ShardThread thread,
            Safety safety,
            Slices slices,
            AccessControl access,
            ShardSubscriptions subscriptions,
            SubscriptionRules rules,
            RetainedDelivery retained) {
        this.thread = thread;
        this.safety = safety;
        this.slices = slices;
        this.access = access;
        this.subscriptions = subscriptions;
        this.rules = rules;
        this.retained = retained;
    }

    /// Takes a SUBSCRIBE in; the connection's next packets wait for the end of it.
    ///
    /// @param link who asks
    /// @param subscribe what for
    public void subscribe(Link link, Subscribe subscribe) {
        Answer answer = new Answer(link, subscribe);
        if (answer.begins()) {
            proceed(answer);
        }
    }

    private void proceed(Answer answer) {
        List<Subscribe.Item> items = answer.slice(thread.steps());
        access.subscribe(answer.link, items, rulings -> {
            for (int i = 0; i < items.size(); i++) {
                subscribe(answer, items.get(i), rulings == null ? null : rulings[i]);
            }
            if (answer.isWhole()) {
                answer.partDone();
            } else {
                whileItRests(answer.link, () -> proceed(answer), answer::feed);
            }
        });
    }

    /// Goes on with a packet between what else is to be done; the connection's next packets wait for it.
    ///
    /// @param closed done instead if the connection has ended meanwhile
    private void whileItRests(Link link, Runnable action, Runnable closed) {
        Channel channel = link.channel();
        link.awaitsDecision();
        thread.later(channel.session(), () -> {
            link.decided();
            if (channel.isOpen()) {
                action.run();
                link.revive();
            } else {
                closed.run();
            }
        });
    }

    /// @param ruling null if there are no rules
    private void subscribe(Answer answer, Subscribe.Item item, Ruling ruling) {
        Channel channel = answer.channel;
        if (Filters.isOwnPoint(channel.session().clientId(), item.filter()) && answer.identifier == 0) {
            answer.reasons.add(ReasonCode.grantedQos(Math.min(item.qos(), channel.rules().maximumQos())));
            return;
        }
        Refusal refusal = rules.refusal(channel.rules(), channel.session(), item, answer.identifier);
        if (refusal == null && ruling != null && !access.grant(channel.client(), null, ruling, item)) {
            refusal = NOT_ALLOWED;
        }
        if (refusal != null) {
            answer.refused(refusal);
            return;
        }
        Session session = channel.session();
        Subscribe.Item granted = Filters.granted(channel.rules(), channel.isBridge(), item);
        answer.reasons.add(ReasonCode.grantedQos(granted.qos()));
        boolean isNew = session.subscriptions().get(item.filter().value()) == null;
        Subscription subscription = subscriptions.subscribe(session, granted, answer.identifier, answer::pending);
        if (subscription instanceof OwnSubscription own
                && Filters.bringsRetained(item, isNew)
                && own.isNewTo(answer.number)) {
            answer.toFeed.add(own);
        }
        if (ruling != null) {
            access.grant(channel.client(), subscription, ruling, item);
        }
    }

    /// Takes an UNSUBSCRIBE in; the connection's next packets wait for the end of it.
    ///
    /// @param link who asks
    /// @param unsubscribe which
    public void unsubscribe(Link link, Unsubscribe unsubscribe) {
        SlicedRequest<TopicFilter> request = new SlicedRequest<>(
                link,
                unsubscribe.packetId(),
                unsubscribe.filters(),
                Function.identity(),
                unsubscribe.encodedBytes());
        if (request.begins()) {
            proceed(request);
        }
    }

    private void proceed(SlicedRequest<TopicFilter> request) {
        Session session = request.channel.session();
        for (TopicFilter filter : request.slice(thread.steps())) {
            Subscription gone = session.subscriptions().get(filter.value());
            boolean known = gone != null || Filters.isOwnPoint(session.clientId(), filter);
            request.reasons.add(known ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
            if (gone != null) {
                subscriptions.withdraw(session, gone);
            }
        }
        if (!request.isWhole()) {
            whileItRests(request.link, () -> proceed(request), () -> { });
        } else if (session.durable()) {
            safety.whenSafe(() -> answer(request));
        } else {
            answer(request);
        }
    }

    private static void answer(SlicedRequest<TopicFilter> request) {
        if (request.channel.isOpen()) {
            request.channel.outlet().send(new UnsubAck(request.packetId, Properties.NONE, request.reasons));
        }
        request.ends();
    }
}
