package io.tern.broker;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.api.SecurityEvent;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Rules;
import io.tern.broker.access.Ruling;
import io.tern.broker.defence.Defence;
import io.tern.broker.defence.Shown;
import io.tern.broker.index.Matcher;
import io.tern.broker.index.Matches;
import io.tern.broker.link.Link;
import io.tern.broker.time.Steps;
import io.tern.engine.AccessRules;
import io.tern.engine.Channel;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.queue.DropReason;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import java.util.List;
import java.util.function.Consumer;

/// What one shard's clients may do: brings their requests to the rules, and waits for those who can't answer at once.
final class Gate implements AccessRules {

    private final Shard shard;
    private final Authorization authorization;
    private final SecurityEvent.Sink events;
    private final Defence defence;
    private final Controls controls;
    private final Review review;
    private final WillRules wills;
    private final Matcher matcher;
    private final Matches matches = new Matches();
    private Rules rules;

    Gate(Shard shard, Broker broker, int shards) {
        Security security = broker.security();
        this.shard = shard;
        this.authorization = security.authorization();
        this.events = security.events();
        this.defence = security.defence();
        this.matcher = broker.index().matcher();
        this.controls = new Controls(shard, broker);
        this.rules = authorization.rules();
        this.review = new Review(shard, this, shards, broker.measures().sliceSubscriptions());
        this.wills = new WillRules(shard, this);
        authorization.onChange(() -> shard.loop().execute(this::changed));
    }

    private void changed() {
        shard.enter();
        Rules newest = authorization.rules();
        if (newest != rules) {
            rules = newest;
            review.begin();
        }
    }

    /// Whether a new connection is taken. If so, it has to come to [#gone].
    ///
    /// @param admitted whether the defence has let it in already
    boolean opens(ConnectionInfo connection, boolean admitted) {
        if (!shard.stopping()) {
            return admitted || defence.admits(connection, shard.nowMillis());
        }
        if (admitted) {
            defence.gone(connection);
        }
        return false;
    }

    /// A connection has ended.
    void gone(Link link) {
        wills.gone(link);
        defence.gone(link.connection().info());
        if (link.entered() != null) {
            defence.left(link.entered());
        }
    }

    /// @return why a client may not try to log in, or null
    ReasonCode refusal(ClientInfo client, Shown shown) {
        return defence.refusal(client, shown, shard.nowMillis());
    }

    /// @return why a client that is known may not come in, or null
    ReasonCode entering(Link link, ClientInfo client, Shown shown) {
        ReasonCode refusal = defence.entering(client, shown, shard.nowMillis());
        if (refusal == null) {
            link.entered(client);
        }
        return refusal;
    }

    /// A login has failed: whose fault it is decides whether it counts.
    ///
    /// @param ofName whether a user's password was wrong
    void failed(ClientInfo client, Shown shown, ReasonCode reason, boolean ofName) {
        if (reason == ReasonCode.BAD_USER_NAME_OR_PASSWORD || reason == ReasonCode.NOT_AUTHORIZED) {
            defence.failed(client, shown, ofName, shard.nowMillis());
        }
    }

    @Override
    public boolean tooFast(Channel channel, Publish publish) {
        return Link.of(channel).refusesAsTooFast(publish);
    }

    Controls controls() {
        return controls;
    }

    @Override
    public long version() {
        return rules.version();
    }

    Rules rules() {
        return rules;
    }

    @Override
    public Decision mayPublish(Channel channel, Publish publish, TopicName topic) {
        Access access = Access.publish(topic.value(), publish.qos(), publish.retain());
        Ruling ruling = rules.decide(channel.client(), access);
        if (ruling.decision() == Decision.LATER) {
            Link link = Link.of(channel);
            rules.ask(ruling, channel.client(), access, answer -> shard.thread().later(channel, () -> {
                channel.permitted(answer.decision());
                link.revive();
            }));
        }
        return ruling.decision();
    }

    @Override
    public boolean denied(Channel channel, TopicName topic) {
        tell(channel, Access.publish(topic.value(), 0, false));
        return rules.closesDenied();
    }

    private void tell(Channel channel, Access access) {
        shard.incidents().denied(channel, access);
        Link.of(channel).denied(access);
    }

    /// A right was withdrawn from a subscription.
    void withdrawn(ClientInfo client, Access access) {
        events.on(new SecurityEvent.AccessDenied(client, access));
    }

    /// Decides about filters of a SUBSCRIBE, at once if it can; the connection's next packets wait for it.
    ///
    /// @param items a slice of them
    /// @param then takes a ruling for each item, null for no rules
    void subscribe(Channel channel, List<Subscribe.Item> items, Consumer<Ruling[]> then) {
        if (rules.version() == 0 && !asksForControl(items)) {
            then.accept(null);
            return;
        }
        Link link = Link.of(channel);
        Pending pending = new Pending(channel, items, then);
        link.awaitsDecision();
        for (int i = 0; i < items.size(); i++) {
            pending.decide(i);
        }
        pending.partDone();
    }

    private static boolean asksForControl(List<Subscribe.Item> items) {
        for (Subscribe.Item item : items) {
            if (item.filter().filter().startsWith(Control.PREFIX)) {
                return true;
            }
        }
        return false;
    }

    /// Filters of a SUBSCRIBE that wait for rulings.
    private final class Pending {
        final Channel channel;
        final List<Subscribe.Item> items;
        final Consumer<Ruling[]> then;
        final Ruling[] rulings;
        final Rules asked = rules;
        int waiting = 1;

        Pending(Channel channel, List<Subscribe.Item> items, Consumer<Ruling[]> then) {
            this.channel = channel;
            this.items = items;
            this.then = then;
            this.rulings = new Ruling[items.size()];
        }

        void decide(int at) {
            Subscribe.Item item = items.get(at);
            Access access = Access.subscribe(item.filter().filter(), item.qos());
            Ruling ruling = rules.decide(channel.client(), access);
            rulings[at] = ruling;
            if (ruling.decision() == Decision.LATER) {
                waiting++;
                rules.ask(ruling, channel.client(), access, answer -> shard.thread().later(channel, () -> {
                    rulings[at] = answer;
                    partDone();
                }));
            } else if (ruling.decision() == Decision.DENY) {
                tell(channel, access);
            }
        }

        void partDone() {
            if (--waiting == 0) {
                Link link = Link.of(channel);
                link.decided();
                if (!channel.isOpen()) {
                    return;
                }
                if (asked != rules) {
                    subscribe(channel, items, then); // Others hold meanwhile.
                } else {
                    then.accept(rulings);
                }
                link.revive();
            }
        }
    }

    /// Grants a subscription what a ruling says. A shared one has no part that is denied.
    ///
    /// @return false if it is not to be
    boolean grant(ClientInfo client, Subscription subscription, Ruling ruling, Subscribe.Item item) {
        if (!ruling.allows()) {
            return false;
        }
        int grant = rules.grant(ruling, client, item.filter().filter());
        if (subscription != null) {
            subscription.grant(grant);
        }
        return grant == 0 || item.filter().shareName() == null;
    }

    @Override
    public boolean mayReceive(Session session, Subscription subscription, Message message) {
        int grant = subscription.grant();
        ClientInfo client = session.client();
        if (grant == 0 || client == null) {
            return true;
        }
        int qos = Math.min(message.qos(), subscription.qos());
        boolean may = rules.mayReceive(grant, client, Access.receive(message.topic().value(), qos));
        if (!may) {
            shard.dropped(session, message, DropReason.NOT_AUTHORIZED);
        }
        return may;
    }

    @Override
    public void later(Session session, Runnable action) {
        shard.thread().later(session, action);
    }

    /// What the rules don't allow by its topic alone may still be part of what a subscription was granted. A right that
    /// would have to be fetched is none.
    @Override
    public boolean mayStillReceive(Session session, Message message, int qos) {
        ClientInfo client = session.client();
        if (client == null || rules.version() == 0) {
            return true;
        }
        Access receive = Access.receive(message.topic().value(), qos);
        Ruling ruling = rules.decide(client, Access.subscribe(message.topic().value(), qos));
        if (ruling.allows()) {
            return ruling == Ruling.FREE || rules.mayReceive(ruling.source() + 1, client, receive);
        }
        matcher.match(message.topic(), matches);
        shard.steps.add(Steps.RULING + matcher.visited() / Steps.NODES);
        boolean may = shard.memberships.isMemberFor(session, message.topic());
        for (int i = 0; i < matches.size() && !may; i++) {
            Subscription each = session.subscriptions().get(matches.get(i).filter());
            may = each != null && (each.grant() == 0 || rules.mayReceive(each.grant(), client, receive));
        }
        matches.clear();
        return may;
    }

    /// Decides about wills.
    WillRules wills() {
        return wills;
    }

    /// A client was not allowed to leave or send its will.
    void denied(ClientInfo client, Access will) {
        shard.incidents().willDenied(client, will);
        events.on(new SecurityEvent.AccessDenied(client, will));
    }

    /// Whether a session belongs to another user than a client's, so that nothing of it may go there, be there rules or
    /// not. If it isn't known whose it is, it belongs to whoever comes first.
    static boolean isOthers(Session session, ClientInfo client) {
        return session.owner() != null && !session.owner().owns(client);
    }

    /// A session has a client again, who may have become somebody else.
    void back(Session session) {
        review.look(session);
    }
}
