package io.tern.broker;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.broker.access.Rules;
import io.tern.broker.access.Ruling;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;

/// Looks at one shard's subscriptions again after the rules have changed: what is not allowed any more ends, what is
/// allowed in part is asked for with each message from then on.
///
/// A slice at a time, so that everybody else goes on; until their turn comes subscriptions stand as they were granted.
final class Review {

    /// Subscriptions looked at in one go.
    private static final int SLICE = 1_000;

    private final Shard shard;
    private final Gate gate;
    private Session[] sessions = {};
    private int at;
    private boolean running;

    Review(Shard shard, Gate gate) {
        this.shard = shard;
        this.gate = gate;
    }

    /// Begins, from the start if it was under way.
    void begin() {
        sessions = shard.connects().all();
        at = 0;
        if (!running) {
            running = true;
            slice();
        }
    }

    private void slice() {
        shard.enter();
        int seen = 0;
        while (at < sessions.length && seen < SLICE) {
            Session session = sessions[at++];
            seen += 1 + session.subscriptions().size();
            try {
                look(session);
            } catch (RuntimeException | AssertionError bug) {
                shard.bug(session, bug);
            }
        }
        if (at < sessions.length) {
            shard.loop().execute(this::slice);
        } else {
            running = false;
            sessions = new Session[0];
        }
    }

    /// Looks at one session's subscriptions, and has what is queued judged before it is sent. Of a client that is not
    /// known since the start there is nothing to ask: it is looked at when it comes back.
    void look(Session session) {
        ClientInfo client = session.client();
        if (session.ended() || client == null) {
            return;
        }
        session.doubt();
        Rules rules = gate.rules();
        for (Subscription subscription : session.subscriptions().toArray()) {
            TopicFilter filter = TopicFilter.of(subscription.filter());
            Access access = Access.subscribe(filter.filter(), subscription.qos());
            Ruling ruling = rules.decide(client, access);
            if (ruling.decision() == Decision.LATER) {
                session.awaitRulings(1);
                rules.ask(ruling, client, access, answer -> shard.loop().execute(() -> {
                    shard.enter();
                    try {
                        answered(session, gate.rules() == rules, () -> apply(client, subscription, filter, answer));
                    } catch (RuntimeException | AssertionError bug) {
                        shard.bug(session, bug);
                    }
                }));
            } else {
                apply(client, subscription, filter, ruling);
            }
        }
    }

    /// Whatever comes of it, the session does not wait for this answer any more.
    private static void answered(Session session, boolean current, Runnable apply) {
        try {
            if (current && !session.ended()) {
                apply.run();
            }
        } finally {
            session.awaitRulings(-1);
        }
    }

    private void apply(ClientInfo client, Subscription subscription, TopicFilter filter, Ruling ruling) {
        Session session = subscription.session();
        if (session.subscriptions().get(subscription.filter()) != subscription) {
            return; // Unsubscribed meanwhile.
        }
        Subscribe.Item item = new Subscribe.Item(filter, subscription.qos(), false, false, 0);
        if (!gate.grant(client, subscription, ruling, item)) {
            shard.counters().count(Counters.Event.DENIED);
            shard.subscribing().withdraw(subscription);
        }
    }
}
