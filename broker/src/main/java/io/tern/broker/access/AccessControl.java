package io.tern.broker.access;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.api.SecurityEvent;
import io.tern.broker.index.Matcher;
import io.tern.broker.index.Matches;
import io.tern.broker.link.Link;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.ClientLog;
import io.tern.broker.watch.Counters;
import io.tern.broker.watch.QueueWatch;
import io.tern.engine.Channel;
import io.tern.engine.DeliveryRules;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.engine.queue.DropReason;
import io.tern.engine.rules.Filters;
import io.tern.wire.PointToPoint;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import java.util.List;
import java.util.function.Consumer;

/// What one shard's clients may do: brings their requests to the rules, and waits for those who can't answer at once.
public final class AccessControl implements DeliveryRules {

    private final ShardThread thread;
    private final ClientLog log;
    private final QueueWatch queues;
    private final Subjects subjects;
    private final Authorization authorization;
    private final SecurityEvent.Sink events;
    private final ControlRequests controls;
    private final Reauthorization reauthorization;
    private final WillAuthorization wills;
    private final Matcher matcher;
    private final Matches matches = new Matches();
    private Rules rules;

    /// @param thread the shard's
    /// @param security whom it asks and tells
    /// @param counters of the shard
    /// @param log told what clients were denied
    /// @param queues told of what was not delivered for want of a right
    /// @param matcher of all subscriptions
    /// @param subjects the sessions and subscriptions of the shard
    /// @param shards how many there are
    /// @param slice subscriptions looked at in one go after the rules have changed
    /// @param answers takes the broker's answers to requests of clients; from any thread
    public AccessControl(
            ShardThread thread,
            Security security,
            Counters counters,
            ClientLog log,
            QueueWatch queues,
            Matcher matcher,
            Subjects subjects,
            int shards,
            int slice,
            Consumer<Message> answers) {
        this.thread = thread;
        this.log = log;
        this.queues = queues;
        this.subjects = subjects;
        this.authorization = security.authorization();
        this.events = security.events();
        this.matcher = matcher;
        this.controls = new ControlRequests(thread, counters, this, security, answers);
        this.rules = authorization.rules();
        this.reauthorization = new Reauthorization(thread, counters, this, subjects, shards, slice);
        this.wills = new WillAuthorization(thread, this);
        authorization.onChange(() -> thread.later(this::changed));
    }

    private void changed() {
        Rules newest = authorization.rules();
        if (newest != rules) {
            rules = newest;
            reauthorization.begin();
        }
    }

    /// A connection has ended.
    ///
    /// @param link which
    public void left(Link link) {
        wills.left(link);
    }

    /// Takes what clients ask of the broker itself.
    ///
    /// @return the same all the time
    public ControlRequests controls() {
        return controls;
    }

    /// Which rules hold now.
    ///
    /// @return 0 if there are none and everything is allowed
    public long version() {
        return rules.version();
    }

    Rules rules() {
        return rules;
    }

    Authorization authorization() {
        return authorization;
    }

    /// Whether a client may publish. Asked only if there are rules.
    ///
    /// @param link whose client
    /// @param publish as received
    /// @param topic of the message, also where the packet has only an alias for it
    /// @return LATER if [Channel#permitted] will be called with the answer, not before this has returned
    public Decision mayPublish(Link link, Publish publish, TopicName topic) {
        Channel channel = link.channel();
        Access access = Access.publish(topic.value(), publish.qos(), publish.retain());
        Ruling ruling = rules.decide(channel.client(), access);
        if (ruling.decision() == Decision.LATER) {
            authorization.ask(rules, ruling, channel.client(), access, step -> thread.later(channel, step), answer -> {
                channel.permitted(answer.decision());
                link.revive();
            });
        }
        return ruling.decision();
    }

    /// Counts a message that its publisher was not allowed to send.
    ///
    /// @param link whose
    /// @param topic of the message
    /// @return whether the connection is to be closed
    public boolean denied(Link link, TopicName topic) {
        tell(link, Access.publish(topic.value(), 0, false));
        return rules.closesDenied();
    }

    private void tell(Link link, Access access) {
        log.denied(link.channel(), access);
        link.denied(access);
    }

    /// A right was withdrawn from a subscription.
    void withdrawn(ClientInfo client, Access access) {
        events.on(new SecurityEvent.AccessDenied(client, access));
    }

    /// Decides about filters of a SUBSCRIBE, at once if it can; the connection's next packets wait for it.
    ///
    /// @param link who asks
    /// @param items a slice of them
    /// @param then takes a ruling for each item, null for no rules
    public void subscribe(Link link, List<Subscribe.Item> items, Consumer<Ruling[]> then) {
        if (rules.version() == 0 && !asksForControl(items)) {
            then.accept(null);
            return;
        }
        Pending pending = new Pending(link, items, then);
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
        final Link link;
        final Channel channel;
        final List<Subscribe.Item> items;
        final Consumer<Ruling[]> then;
        final Ruling[] rulings;
        final Rules asked = rules;
        int waiting = 1;

        Pending(Link link, List<Subscribe.Item> items, Consumer<Ruling[]> then) {
            this.link = link;
            this.channel = link.channel();
            this.items = items;
            this.then = then;
            this.rulings = new Ruling[items.size()];
        }

        void decide(int at) {
            Subscribe.Item item = items.get(at);
            Access access = Access.subscribe(item.filter().filter(), item.qos());
            // To subscribe to what goes to itself alone changes nothing.
            boolean point = Filters.isOwnPoint(channel.session().clientId(), item.filter());
            Ruling ruling = point ? Ruling.FREE : rules.decide(channel.client(), access);
            rulings[at] = ruling;
            if (ruling.decision() == Decision.LATER) {
                waiting++;
                rules.ask(ruling, channel.client(), access, answer -> thread.later(channel, () -> {
                    rulings[at] = answer;
                    partDone();
                }));
            } else if (ruling.decision() == Decision.DENY) {
                tell(link, access);
            }
        }

        void partDone() {
            if (--waiting == 0) {
                link.decided();
                if (!channel.isOpen()) {
                    return;
                }
                if (asked != rules) {
                    subscribe(link, items, then); // Others hold meanwhile.
                } else {
                    then.accept(rulings);
                }
                link.revive();
            }
        }
    }

    /// Grants a subscription what a ruling says. A shared one has no part that is denied.
    ///
    /// @param client whose
    /// @param subscription which, or null if it isn't made yet
    /// @param ruling about it
    /// @param item as it was asked for
    /// @return false if it is not to be
    public boolean grant(ClientInfo client, Subscription subscription, Ruling ruling, Subscribe.Item item) {
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
            queues.dropped(session, DropReason.NOT_AUTHORIZED);
        }
        return may;
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
        if (PointToPoint.is(message.topic().value())) {
            return rules.mayReceive(Rules.ASK_ALL, client, receive);
        }
        Ruling ruling = rules.decide(client, Access.subscribe(message.topic().value(), qos));
        if (ruling.allows()) {
            return ruling == Ruling.FREE || rules.mayReceive(ruling.source() + 1, client, receive);
        }
        matcher.match(message.topic(), matches);
        thread.steps().add(Steps.RULING + matcher.visited() / Steps.NODES);
        boolean may = subjects.isMemberFor(session, message.topic());
        for (int i = 0; i < matches.size() && !may; i++) {
            Subscription each = session.subscriptions().get(matches.get(i).filter());
            may = each != null && (each.grant() == 0 || rules.mayReceive(each.grant(), client, receive));
        }
        matches.clear();
        return may;
    }

    /// Decides about wills.
    ///
    /// @return the same all the time
    public WillAuthorization wills() {
        return wills;
    }

    /// A client was not allowed to leave or send its will.
    void denied(ClientInfo client, Access will) {
        log.willDenied(client, will);
        events.on(new SecurityEvent.AccessDenied(client, will));
    }

    /// Whether a session belongs to another user than a client's, so that nothing of it may go there, be there rules or
    /// not. If it isn't known whose it is, it belongs to whoever comes first.
    ///
    /// @param session which
    /// @param client who would have it
    /// @return whether it has to end
    public static boolean isOthers(Session session, ClientInfo client) {
        return session.owner() != null && !session.owner().owns(client);
    }

    /// A session has a client again, who may have become somebody else.
    ///
    /// @param session whose subscriptions are looked at
    public void back(Session session) {
        reauthorization.look(session);
    }
}
