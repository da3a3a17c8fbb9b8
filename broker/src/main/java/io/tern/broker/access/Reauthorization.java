package io.tern.broker.access;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;

/// Looks at one shard's subscriptions again after the rules have changed, and at those of a client that comes back:
/// what is not allowed any more ends, what is allowed in part is asked for with each message from then on, and what was
/// queued before is judged when its turn comes.
///
/// A slice at a time, so that everybody else goes on; until their turn comes subscriptions stand as they were granted.
/// While it looks at a session, nothing is sent there.
final class Reauthorization {

    /// Sessions whose rulings have to be fetched, at the same time and on all shards together,
    private static final int LOOKS_MAX = 32;

    /// and rulings of one session.
    private static final int ASKED_MAX = 4;

    private final ShardThread thread;
    private final Counters counters;
    private final AccessControl accessControl;
    private final Subjects subjects;
    private final int looksMax;
    /// Subscriptions looked at in one go.
    private final int slice;
    private Session[] sessions = {};
    private int at;
    private boolean slicing;
    private int round;
    private int looks;

    Reauthorization(
            ShardThread thread,
            Counters counters,
            AccessControl accessControl,
            Subjects subjects,
            int shards,
            int slice) {
        this.thread = thread;
        this.counters = counters;
        this.accessControl = accessControl;
        this.subjects = subjects;
        this.slice = slice;
        this.looksMax = Math.max(1, LOOKS_MAX / shards);
    }

    /// Begins, from the start if it was under way.
    void begin() {
        sessions = subjects.sessions();
        at = 0;
        round++;
        looks = 0;
        goOn();
    }

    private void goOn() {
        if (!slicing && at < sessions.length && looks < looksMax) {
            slicing = true;
            thread.later(this::slice);
        }
    }

    private void slice() {
        slicing = false;
        int seen = 0;
        while (at < sessions.length && seen < slice && looks < looksMax) {
            Session session = sessions[at++];
            seen += 1 + session.subscriptions().size();
            look(session, round);
        }
        if (at == sessions.length) {
            sessions = new Session[0];
            at = 0;
        }
        goOn();
    }

    /// Looks at the subscriptions of a client that has come back.
    void look(Session session) {
        look(session, 0);
    }

    /// Of a client that is not known since the start there is nothing to ask: it is looked at when it comes back.
    private void look(Session session, int ofRound) {
        if (!session.ended() && session.client() != null) {
            Look look = new Look(session, ofRound);
            looks += ofRound == 0 ? 0 : 1;
            session.review(look);
            look.guarded(look::proceed);
        }
    }

    /// A look at one session, good for one login and one set of rules: a later one takes its place.
    private final class Look {
        final Session session;
        final ClientInfo client;
        final Rules rules = accessControl.rules();
        final Subscription[] subscriptions;
        final int ofRound;
        int next;
        int asked;
        boolean over;

        Look(Session session, int ofRound) {
            this.session = session;
            this.client = session.client();
            this.subscriptions = session.subscriptions().toArray();
            this.ofRound = ofRound;
        }

        void guarded(Runnable step) {
            try {
                step.run();
            } catch (Throwable bug) {
                end();
                thread.bug(session, bug);
            }
        }

        void proceed() {
            if (session.reviewer() != this || session.ended() || accessControl.rules() != rules) {
                end();
                return;
            }
            int end = Math.min(subscriptions.length, next + slice);
            while (session.reviewer() == this && next < end && asked < ASKED_MAX) {
                look(subscriptions[next++]);
            }
            if (next == end && next < subscriptions.length) {
                thread.later(session, () -> guarded(this::proceed));
            }
            if (next == subscriptions.length && asked == 0) {
                end();
                session.reviewed();
            }
        }

        private void look(Subscription subscription) {
            thread.steps().add(Steps.RULING);
            TopicFilter filter = TopicFilter.of(subscription.filter());
            Access access = Access.subscribe(filter.filter(), subscription.qos());
            Ruling ruling = rules.decide(client, access);
            if (ruling.decision() == Decision.LATER) {
                asked++;
                rules.ask(ruling, client, access, answer -> thread.later(session, () -> guarded(() -> {
                    asked--;
                    if (session.reviewer() == this && accessControl.rules() == rules) {
                        if (subscription.qos() == access.qos()) {
                            apply(subscription, filter, answer);
                        } else {
                            look(subscription); // The client has changed it meanwhile.
                        }
                    }
                    proceed();
                })));
            } else {
                apply(subscription, filter, ruling);
            }
        }

        private void apply(Subscription subscription, TopicFilter filter, Ruling ruling) {
            if (session.subscriptions().get(subscription.filter()) != subscription) {
                return; // Unsubscribed meanwhile, or the session has ended.
            }
            if (ruling.decision() == Decision.UNKNOWN) {
                // Nothing is lost: who comes back is looked at again.
                next = subscriptions.length;
                if (session.connection() != null) {
                    session.connection().fail(ReasonCode.SERVER_BUSY, "what it may receive can't be told now");
                }
                return;
            }
            Subscribe.Item item = new Subscribe.Item(filter, subscription.qos(), false, false, 0);
            if (!accessControl.grant(client, subscription, ruling, item)) {
                counters.count(Counters.Event.DENIED);
                accessControl.withdrawn(client, Access.subscribe(filter.filter(), subscription.qos()));
                subjects.withdraw(session, subscription);
            }
        }

        private void end() {
            if (!over) {
                over = true;
                looks -= ofRound != 0 && ofRound == round ? 1 : 0;
                goOn();
            }
        }
    }
}
