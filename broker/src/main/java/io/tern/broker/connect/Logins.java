package io.tern.broker.connect;

import io.tern.api.Answer;
import io.tern.api.Identity;
import io.tern.api.Verdict;
import io.tern.api.Visible;
import io.tern.broker.access.AccessControl;
import io.tern.broker.access.Admission;
import io.tern.broker.link.Link;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.ClientLog;
import io.tern.engine.queue.Memory;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.Names;
import io.tern.wire.Auth;
import io.tern.wire.Connect;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Will;
import java.util.ArrayDeque;

/// The way of one shard's CONNECT packets to those who know the clients, and on to their [Sessions]. On the shard's
/// thread.
public final class Logins {

    /// CONNECTs begun in one turn.
    private static final int PER_TURN = 256;

    private final ShardThread thread;
    private final Reception reception;
    private final Limits limits;
    private final Admission admission;
    private final AccessControl access;
    private final ClientLog log;
    private final Sessions sessions;
    private final AuthExchanges exchanges;
    private final ArrayDeque<ConnectAttempt> begun = new ArrayDeque<>();

    /// @param thread the shard's
    /// @param reception shared by all shards
    /// @param limits of names
    /// @param admission who may come in
    /// @param access who may leave a will
    /// @param log told who is refused
    /// @param sessions of the shard, for those who are let in
    public Logins(
            ShardThread thread,
            Reception reception,
            Limits limits,
            Admission admission,
            AccessControl access,
            ClientLog log,
            Sessions sessions) {
        this.thread = thread;
        this.reception = reception;
        this.limits = limits;
        this.admission = admission;
        this.access = access;
        this.log = log;
        this.sessions = sessions;
        this.exchanges = new AuthExchanges(thread, reception, admission, access, this);
    }

    /// Takes a CONNECT. It is looked at in this turn, but after the bytes around it have been put away.
    ///
    /// @param link on which it came
    /// @param connect the packet
    public void connect(Link link, Connect connect) {
        if (!link.holdPacket(Memory.bytesOf(connect))) {
            link.channel().refuse(ReasonCode.QUOTA_EXCEEDED, "no memory left for this CONNECT");
        } else {
            begun.add(reception.attempt(link, connect));
        }
    }

    /// Takes an AUTH, in this turn, but after the bytes around it have been put away: the connection may have to move.
    ///
    /// @param link on which it came
    /// @param auth the packet
    public void authenticate(Link link, Auth auth) {
        exchanges.add(link, auth);
    }

    /// A connection has ended.
    ///
    /// @param link which
    public void left(Link link) {
        exchanges.left(link);
    }

    /// Whether some are left.
    ///
    /// @return at this moment
    public boolean waiting() {
        return !begun.isEmpty() || exchanges.waiting();
    }

    /// Looks at the packets that have come.
    public void turn() {
        Steps steps = thread.steps();
        int end = steps.done() + Steps.TURN_MAX;
        for (int i = Math.min(PER_TURN, begun.size()); i > 0 && steps.done() < end; i--) {
            ConnectAttempt attempt = begun.poll();
            thread.guarded(attempt.link.channel(), () -> authenticate(attempt));
            steps.add(Steps.CONNECT);
        }
        exchanges.turn();
    }

    private void authenticate(ConnectAttempt attempt) {
        if (reception.serverReference() != null) {
            ReasonCode reason = reception.serverMoved() ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER;
            log.refused(attempt.client, reason, reception.serverReference());
            attempt.link.channel().refuse(reason, Properties.builder()
                    .with(Property.SERVER_REFERENCE, reception.serverReference())
                    .build());
            return;
        }
        ReasonCode early = admission.refusal(attempt.client, attempt.shown);
        if (early != null) {
            keepOut(attempt, early);
        } else if (attempt.connect.properties().string(Property.AUTHENTICATION_METHOD) != null) {
            exchanges.begin(attempt);
        } else {
            reception.security()
                    .authenticator()
                    .authenticate(attempt.client, attempt.connect.password(), new Awaited(attempt));
        }
    }

    /// Takes a verdict, and says whether it is still waited for.
    private final class Awaited implements Answer {
        private final ConnectAttempt attempt;

        Awaited(ConnectAttempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void accept(Verdict verdict) {
            thread.nowOrLater(attempt.link.channel(), () -> judged(attempt, verdict));
        }

        @Override
        public boolean wanted() {
            return isWanted(attempt);
        }
    }

    /// Whether a CONNECT still waits to be judged, and may be: others may have failed meanwhile by what it shows, and
    /// guesses must not be judged all at once. From any thread.
    boolean isWanted(ConnectAttempt attempt) {
        if (attempt.link.isGone()) {
            return false;
        }
        ReasonCode late = reception.security()
                .defence()
                .refusal(attempt.client, attempt.shown, reception.nowMillis());
        if (late != null) {
            thread.nowOrLater(attempt.link.channel(), () -> keepOut(attempt, late));
        }
        return late == null;
    }

    private void keepOut(ConnectAttempt attempt, ReasonCode reason) {
        if (!attempt.link.channel().isClosed()) {
            attempt.deny(log, reason, reason == ReasonCode.BANNED ? "banned" : "too early after failed logins");
        }
    }

    private void judged(ConnectAttempt attempt, Verdict verdict) {
        if (attempt.link.channel().isClosed()) {
            return; // It is given back already, so it must not count as somebody who has come in, or has failed.
        }
        switch (verdict) {
            case Verdict.Allow allow -> known(attempt, allow.identity());
            case Verdict.Deny deny -> failed(attempt, deny.reason(), deny.ofName(), deny.why());
            case Verdict.Next ignored ->
                failed(attempt, ReasonCode.BAD_USER_NAME_OR_PASSWORD, false, "no source of authentication knows it");
        }
    }

    /// It is known who it is: may it leave the will that it brings?
    void known(ConnectAttempt attempt, Identity identity) {
        attempt.client = attempt.client.with(reception.inOurTime(identity));
        String fault = Names.fault(attempt.client, limits);
        if (fault != null) {
            String why = identity.source() + " gives it no name for here: " + fault;
            attempt.deny(log, ReasonCode.NOT_AUTHORIZED, why);
            return;
        }
        ReasonCode refusal = admission.enters(attempt.link, attempt.client, attempt.shown);
        if (refusal != null) {
            String why = refusal == ReasonCode.BANNED ? "banned" : "too many connections of this user";
            attempt.deny(log, refusal, why);
            return;
        }
        Will will = attempt.connect.will();
        if (will == null) {
            sessions.settle(attempt);
        } else {
            access.wills().leaves(attempt.link, attempt.client, will, allowed ->
                    thread.guarded(attempt.link.channel(), () -> willIsJudged(attempt, will, allowed)));
        }
    }

    private void willIsJudged(ConnectAttempt attempt, Will will, boolean allowed) {
        if (allowed) {
            sessions.settle(attempt);
        } else {
            String topic = Visible.quoted(will.topic().value());
            attempt.deny(log, ReasonCode.NOT_AUTHORIZED, "its will to " + topic + " is not allowed");
        }
    }

    void failed(ConnectAttempt attempt, ReasonCode reason, boolean ofName, String why) {
        admission.failed(attempt.client, attempt.shown, reason, ofName);
        attempt.deny(log, reason, why);
    }

    /// It has named a method of authentication that there is not [MQTT-4.12.0-1].
    void refuseMethod(ConnectAttempt attempt, String words) {
        attempt.refuse(log, ReasonCode.BAD_AUTHENTICATION_METHOD, words);
    }
}
