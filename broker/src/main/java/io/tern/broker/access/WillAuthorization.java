package io.tern.broker.access;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.api.Owner;
import io.tern.broker.link.Link;
import io.tern.broker.turn.ShardThread;
import io.tern.engine.Connecting;
import io.tern.engine.Session;
import io.tern.wire.Delayed;
import io.tern.wire.Will;
import java.util.LinkedHashMap;
import java.util.function.Consumer;

/// Whether one shard's clients may leave wills, and whether these may be sent when they are due.
///
/// Of a client that a process before this one has let in only its names are known: its will is sent if they alone are
/// reason enough. Nobody's will asks the broker for something: that is not carried out when nobody is there any more.
public final class WillAuthorization {

    /// Wills for which the rules are fetched at the same time; after a restart many are due at once.
    private static final int ASKED_MAX = 32;

    private final ShardThread thread;
    private final AccessControl accessControl;
    /// Those that wait to be asked about, by the connection that wants to leave one, as long as it is there; or by
    /// something of its own for one that is due.
    private final LinkedHashMap<Object, Runnable> waiting = new LinkedHashMap<>();
    private int asked;

    WillAuthorization(ShardThread thread, AccessControl accessControl) {
        this.thread = thread;
        this.accessControl = accessControl;
    }

    /// Decides about the will that a client wants to leave, at once if it can.
    ///
    /// @param by the connection, which has to come to [#left]
    /// @param client who it is
    /// @param will which
    /// @param then takes whether it may, on this shard's thread
    public void leaves(Link by, ClientInfo client, Will will, Consumer<Boolean> then) {
        decide(by, client, access(will), then);
    }

    /// A connection has ended: nobody has to be asked about the will that it wanted to leave.
    void left(Link by) {
        waiting.remove(by);
    }

    /// Decides about a will that is due, at once if it can.
    ///
    /// @param session whose
    /// @param will which
    /// @param then takes whether it may be sent, on this shard's thread
    public void due(Session session, Will will, Consumer<Boolean> then) {
        due(session.client(), session.clientId(), session.owner(), access(will), then);
    }

    /// Decides about a message that was left here to be sent later, at once if it can.
    ///
    /// @param client who has left it; null if only its names are known
    /// @param clientId its client identifier
    /// @param owner whose it is, null if that is not known
    /// @param access what sending it is
    /// @param then takes whether it may be sent, on this shard's thread
    public void due(ClientInfo client, String clientId, Owner owner, Access access, Consumer<Boolean> then) {
        if (client != null) {
            decide(new Object(), client, access, then);
        } else if (owner == null && accessControl.version() != 0) {
            then.accept(false); // Whose it was is not known.
        } else {
            String userName = owner == null ? null : owner.userName();
            decide(new Object(), ClientInfo.remembered(clientId, userName), access, then);
        }
    }

    /// A delayed one goes by the topic behind its delay.
    private static Access access(Will will) {
        return Access.publish(Delayed.behind(will.topic().value()), will.qos(), Connecting.isRetained(will));
    }

    private void decide(Object by, ClientInfo client, Access access, Consumer<Boolean> then) {
        if (access.isControl()) {
            then.accept(judged(client, access, Ruling.UNKNOWN));
            return;
        }
        Rules rules = accessControl.rules();
        Ruling ruling = decided(rules, client, access);
        if (ruling.decision() != Decision.LATER) {
            then.accept(judged(client, access, ruling));
        } else if (asked < ASKED_MAX) {
            ask(rules, ruling, client, access, then);
        } else {
            waiting.put(by, () -> decide(by, client, access, then)); // Perhaps by other rules.
        }
    }

    /// A mistake in a rule allows nothing, and holds nobody up who waits for the end of this will.
    private Ruling decided(Rules rules, ClientInfo client, Access access) {
        try {
            return rules.decide(client, access);
        } catch (Throwable bug) {
            thread.bug(bug);
            return Ruling.UNKNOWN;
        }
    }

    private void ask(Rules rules, Ruling later, ClientInfo client, Access access, Consumer<Boolean> then) {
        asked++;
        Once answered = new Once(client, access, then);
        answered.unless(() -> accessControl.authorization().ask(
                rules,
                later,
                client,
                access,
                step -> thread.later(() -> answered.unless(step)),
                answered::by));
    }

    /// Takes the first answer to a question, whether or not somebody who has answered throws besides.
    private final class Once {
        private final ClientInfo client;
        private final Access access;
        private Consumer<Boolean> then;

        Once(ClientInfo client, Access access, Consumer<Boolean> then) {
            this.client = client;
            this.access = access;
            this.then = then;
        }

        /// @param step towards the answer; if it fails, that is one
        void unless(Runnable step) {
            try {
                step.run();
            } catch (Throwable bug) {
                thread.bug(bug);
                by(Ruling.UNKNOWN);
            }
        }

        void by(Ruling answer) {
            Consumer<Boolean> told = then;
            then = null;
            if (told == null) {
                return;
            }
            asked--;
            try {
                told.accept(judged(client, access, answer));
            } finally {
                goOn();
            }
        }
    }

    private void goOn() {
        for (int i = 0; i < ASKED_MAX && asked < ASKED_MAX && !waiting.isEmpty(); i++) {
            waiting.pollFirstEntry().getValue().run();
        }
        if (asked == 0 && !waiting.isEmpty()) {
            thread.later(this::goOn);
        }
    }

    private boolean judged(ClientInfo client, Access access, Ruling ruling) {
        if (!ruling.allows()) {
            accessControl.denied(client, access);
        }
        return ruling.allows();
    }
}
