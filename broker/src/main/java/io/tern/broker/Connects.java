package io.tern.broker;

import io.tern.api.Answer;
import io.tern.api.ClientInfo;
import io.tern.api.EnhancedAuthenticator.Exchange;
import io.tern.api.EnhancedAuthenticator.Step;
import io.tern.api.Identity;
import io.tern.api.Owner;
import io.tern.api.SecurityEvent;
import io.tern.api.Verdict;
import io.tern.api.Visible;
import io.tern.api.Waited;
import io.tern.broker.access.AccessControl;
import io.tern.broker.defence.Shown;
import io.tern.broker.link.Link;
import io.tern.broker.time.Steps;
import io.tern.engine.Channel;
import io.tern.engine.Connecting;
import io.tern.engine.Session;
import io.tern.engine.queue.Memory;
import io.tern.engine.rules.Names;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Will;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The way from CONNECT to a session: authenticate, find the client's home, move there if it is another shard, take
/// over from an older connection, open.
///
/// CONNECTs are stamped when they are decoded. One whose authentication ends after a later one for that client has
/// succeeded is refused, so a dead socket that was slow never evicts a live one.
final class Connects {

    /// CONNECTs begun in one turn.
    private static final int PER_TURN = 256;
    /// Moves that one CONNECT may need: more than one only if sessions of that client end and begin all the time.
    private static final int HOPS_MAX = 16;
    private static final String UNKNOWN_METHOD = "no such authentication method here";

    /// An AUTH packet that was received.
    private record Answered(Link link, Auth auth) {}

    private final Shard shard;
    private final Broker broker;
    private final Map<String, Session> sessions = new HashMap<>();
    /// Epochs of sessions that have ended, by their clients, while that may still be forgotten.
    private final Map<String, Long> ending = new HashMap<>();
    /// Who waits until their session's will is with those who get it.
    private final Map<Session, List<Pending>> behindWills = new HashMap<>();
    /// Exchanges of AUTH packets that are under way.
    private final Map<Link, Exchanging> exchanges = new HashMap<>();
    private final ArrayDeque<Pending> begun = new ArrayDeque<>();
    private final ArrayDeque<Answered> answered = new ArrayDeque<>();

    Connects(Shard shard, Broker broker) {
        this.shard = shard;
        this.broker = broker;
    }

    /// Takes a CONNECT. It is looked at in this turn, but after the bytes around it have been put away.
    void begin(Link link, Connect connect) {
        if (!link.holdPacket(Memory.bytesOf(connect))) {
            link.channel().refuse(ReasonCode.QUOTA_EXCEEDED, "no memory left for this CONNECT");
        } else {
            String clientId = connect.clientId().isEmpty() ? broker.newClientId() : connect.clientId();
            ClientInfo client =
                    new ClientInfo(clientId, connect.userName(), connect.version(), link.channel().connection());
            begun.add(new Pending(link, connect, broker.nextStamp(), client));
        }
    }

    /// Whether some are left.
    boolean waiting() {
        return !begun.isEmpty() || !answered.isEmpty();
    }

    void turn() {
        int end = shard.steps.done() + Steps.TURN_MAX;
        for (int i = Math.min(PER_TURN, begun.size()); i > 0 && shard.steps.done() < end; i--) {
            Pending pending = begun.poll();
            guarded(pending.link, () -> authenticate(pending));
            shard.steps.add(Steps.CONNECT);
        }
        for (int i = Math.min(PER_TURN, answered.size()); i > 0; i--) {
            Answered next = answered.poll();
            if (!next.link.channel().isClosed()) {
                guarded(next.link, () -> proceed(next));
            }
        }
    }

    private void guarded(Link link, Runnable step) {
        shard.thread().guarded(link.channel(), step);
    }

    private void authenticate(Pending pending) {
        if (broker.serverReference() != null) {
            ReasonCode reason = broker.serverMoved() ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER;
            shard.incidents().refused(pending.client, reason, broker.serverReference());
            pending.link.channel().refuse(reason, Properties.builder()
                    .with(Property.SERVER_REFERENCE, broker.serverReference())
                    .build());
            return;
        }
        ReasonCode early = shard.admission().refusal(pending.client, pending.shown);
        if (early != null) {
            keepOut(pending, early);
            return;
        }
        Properties asked = pending.connect.properties();
        String method = asked.string(Property.AUTHENTICATION_METHOD);
        if (method != null) {
            pending.link.claims(pending.client);
            Exchange exchange =
                    broker.security().enhanced().begin(method, pending.client, pending.connect.password());
            if (exchange == null) {
                refuse(pending, ReasonCode.BAD_AUTHENTICATION_METHOD, UNKNOWN_METHOD); // [MQTT-4.12.0-1]
                return;
            }
            exchanges.put(pending.link, new Exchanging(pending, exchange, pending.shown));
            step(pending.link, asked.binary(Property.AUTHENTICATION_DATA));
            return;
        }
        broker.security()
                .authenticator()
                .authenticate(pending.client, pending.connect.password(), new Awaited(pending));
    }

    /// Takes a verdict, and says whether it is still waited for.
    private final class Awaited implements Answer {
        private final Pending pending;

        Awaited(Pending pending) {
            this.pending = pending;
        }

        @Override
        public void accept(Verdict verdict) {
            here(pending.link, () -> judged(pending, verdict));
        }

        @Override
        public boolean wanted() {
            return isWanted(pending);
        }
    }

    /// Whether a CONNECT still waits to be judged, and may be: others may have failed meanwhile by what it shows, and
    /// guesses must not be judged all at once. From any thread.
    private boolean isWanted(Pending pending) {
        if (pending.link.isGone()) {
            return false;
        }
        ReasonCode late = broker.security()
                .defence()
                .refusal(pending.client, pending.shown, broker.clock().nowMillis());
        if (late != null) {
            here(pending.link, () -> keepOut(pending, late));
        }
        return late == null;
    }

    private void keepOut(Pending pending, ReasonCode reason) {
        if (!pending.link.channel().isClosed()) {
            deny(pending, reason, reason == ReasonCode.BANNED ? "banned" : "too early after failed logins");
        }
    }

    /// Runs an answer on this shard's thread, now if that is where it came.
    private void here(Link link, Runnable answer) {
        if (shard.loop().inLoop()) {
            shard.enter();
            guarded(link, answer);
        } else {
            shard.thread().later(link.channel(), answer);
        }
    }

    private void judged(Pending pending, Verdict verdict) {
        if (pending.link.channel().isClosed()) {
            return; // It is given back already, so it must not count as somebody who has come in, or has failed.
        }
        switch (verdict) {
            case Verdict.Allow allow -> known(pending, allow.identity());
            case Verdict.Deny deny -> failed(pending, deny.reason(), deny.ofName(), deny.why());
            case Verdict.Next ignored ->
                failed(pending, ReasonCode.BAD_USER_NAME_OR_PASSWORD, false, "no source of authentication knows it");
        }
    }

    /// Who lets a client in says until when in the terms of the machine's clock.
    private Identity inOurTime(Identity identity) {
        long untilMillis = identity.expiresAtMillis();
        return untilMillis == Identity.NEVER ? identity : identity.withExpiry(broker.clock().at(untilMillis));
    }

    /// It is known who it is: may it leave the will that it brings?
    private void known(Pending pending, Identity identity) {
        pending.client = pending.client.with(inOurTime(identity));
        String fault = Names.fault(pending.client, shard.limits());
        if (fault != null) {
            deny(pending, ReasonCode.NOT_AUTHORIZED, identity.source() + " gives it no name for here: " + fault);
            return;
        }
        ReasonCode refusal = shard.admission().enters(pending.link, pending.client, pending.shown);
        if (refusal != null) {
            deny(pending, refusal, refusal == ReasonCode.BANNED ? "banned" : "too many connections of this user");
            return;
        }
        Will will = pending.connect.will();
        if (will == null) {
            settle(pending);
            return;
        }
        shard.gate().wills().leaves(pending.link, pending.client, will, allowed -> guarded(pending.link, () -> {
            if (allowed) {
                settle(pending);
            } else {
                String topic = Visible.quoted(will.topic().value());
                deny(pending, ReasonCode.NOT_AUTHORIZED, "its will to " + topic + " is not allowed");
            }
        }));
    }

    private void failed(Pending pending, ReasonCode reason, boolean ofName, String why) {
        shard.admission().failed(pending.client, pending.shown, reason, ofName);
        deny(pending, reason, why);
    }

    /// Why, is for who watches, not for who knocks.
    private void deny(Pending pending, ReasonCode reason, String why) {
        shard.incidents().refused(pending.client, reason, why);
        pending.link.channel().refuse(reason, (String) null);
    }

    private void refuse(Pending pending, ReasonCode reason, String words) {
        shard.incidents().refused(pending.client, reason, words);
        pending.link.channel().refuse(reason, words);
    }

    /// Goes on with an exchange of AUTH packets, or begins one with a client that authenticates anew. In this turn, but
    /// after the bytes around it have been put away: the connection may have to move.
    void proceed(Link link, Auth auth) {
        answered.add(new Answered(link, auth));
    }

    private void proceed(Answered next) {
        Link link = next.link;
        Properties properties = next.auth.properties();
        if (next.auth.reason() == ReasonCode.REAUTHENTICATE) {
            Exchange exchange = broker.security()
                    .enhanced()
                    .begin(properties.string(Property.AUTHENTICATION_METHOD), link.claimed(), null);
            if (exchange == null) {
                link.channel().fail(ReasonCode.BAD_AUTHENTICATION_METHOD, UNKNOWN_METHOD);
                return;
            }
            byte[] data = properties.binary(Property.AUTHENTICATION_DATA);
            exchanges.put(link, new Exchanging(null, exchange, Shown.of(link.channel().client(), null, data)));
        }
        step(link, properties.binary(Property.AUTHENTICATION_DATA));
    }

    private void step(Link link, byte[] data) {
        Exchanging exchanging = exchanges.get(link);
        exchanging.exchange().step(data, Waited.taking(
                () -> exchanging.pending() == null ? !link.isGone() : isWanted(exchanging.pending()),
                step -> here(link, () -> stepped(link, exchanging, step))));
    }

    private void stepped(Link link, Exchanging exchanging, Step step) {
        if (link.channel().isClosed()) {
            return;
        }
        switch (step) {
            case Step.More more -> {
                link.channel().challenge(more.data());
                goOn(link);
            }
            case Step.Failure failure -> {
                exchanges.remove(link);
                if (exchanging.pending() != null) {
                    failed(exchanging.pending(), failure.reason(), failure.ofName(), "enhanced authentication failed");
                } else {
                    shard.admission().failed(
                            link.channel().client(), exchanging.shown(), failure.reason(), failure.ofName());
                    refusedAnew(link, failure.reason(), "it has failed to authenticate anew");
                    boolean told = failure.reason().allowedIn(PacketType.DISCONNECT);
                    link.channel().fail(told ? failure.reason() : ReasonCode.NOT_AUTHORIZED, null);
                }
            }
            case Step.Success success -> {
                exchanges.remove(link);
                if (exchanging.pending() != null) {
                    exchanging.pending().authenticationData = success.data();
                    known(exchanging.pending(), success.identity());
                } else {
                    anew(link, success);
                    goOn(link);
                }
            }
        }
    }

    /// A client that is connected has shown anew who it is; it can't become another user, or another client.
    private void anew(Link link, Step.Success success) {
        Channel channel = link.channel();
        ClientInfo before = channel.client();
        ClientInfo after = before.with(inOurTime(success.identity()));
        if (!Objects.equals(before.userName(), after.userName()) || !before.clientId().equals(after.clientId())) {
            refusedAnew(link, ReasonCode.NOT_AUTHORIZED, "it has authenticated anew as another than before");
            channel.fail(ReasonCode.NOT_AUTHORIZED, "another user or client than before");
            return;
        }
        channel.authenticated(after, success.data());
        shard.gate().back(channel.session());
    }

    private void refusedAnew(Link link, ReasonCode reason, String why) {
        broker.security().events().on(new SecurityEvent.LoginRefused(link.channel().client(), reason, why));
    }

    private void goOn(Link link) {
        link.retime();
        link.revive();
    }

    /// Opens the session if this is its home, or moves there.
    private void settle(Pending pending) {
        if (pending.link.channel().isClosed()) {
            return; // Nothing must be claimed for it any more.
        }
        String clientId = pending.client.clientId();
        Directory.Home home = broker.directory().claim(clientId, shard.number());
        if (home.shard() == shard.number()) {
            open(pending);
        } else if (++pending.hops > HOPS_MAX) {
            refuse(pending, ReasonCode.SERVER_BUSY, "its session moved on too often");
        } else {
            move(pending, broker.shard(home.shard()));
        }
    }

    private void move(Pending pending, Shard target) {
        shard.links().remove(pending.link);
        pending.link.connection().move(target.loop(), () -> target.connects().arrived(pending));
    }

    /// A connection has come over from another shard. On this shard's thread.
    private void arrived(Pending pending) {
        shard.enter();
        shard.departures().recovered(); // It may be here before this shard's first turn.
        Link link = pending.link;
        shard.links().arrived(link);
        if (shard.stopping()) {
            guarded(link, link.channel()::shutDown);
        } else if (link.connection().isHeard()) {
            guarded(link, () -> settle(pending));
        }
    }

    private void open(Pending pending) {
        String clientId = pending.client.clientId();
        Session session = sessions.get(clientId);
        boolean known = session != null;
        if (session != null && session.connectStamp() > pending.stamp) {
            // 0x8E would say it best, but is no reason code of CONNACK [MQTT-3.2.2-8].
            refuse(pending, ReasonCode.SERVER_BUSY, "a later CONNECT of this client identifier was faster");
            return;
        }
        if (session != null && session.connection() != null) {
            session.connection().takenOver();
        }
        session = sessions.get(clientId); // It may have ended with its connection.
        if (session != null && (pending.connect.cleanStart() || AccessControl.isOthers(session, pending.client))) {
            shard.departures().end(session); // [MQTT-3.1.2-4]
        }
        if (session != null && !session.ended() && shard.departures().sendsWill(session)) {
            // What is written of this connection would take the place of the will that may still be lost.
            behindWills.computeIfAbsent(session, key -> new ArrayList<>()).add(pending);
            return;
        }
        Long ended = ending.get(clientId);
        Directory.Home home = ended != null && !sessions.containsKey(clientId)
                ? broker.directory().renew(clientId, ended, shard.number())
                : broker.directory().claim(clientId, shard.number());
        if (home.shard() != shard.number()) {
            settle(pending); // Another shard was faster while the old session ended.
            return;
        }
        session = sessions.get(clientId);
        boolean present = session != null;
        boolean outlives = Connecting.sessionExpirySeconds(pending.connect, shard.limits()) > 0;
        boolean diskFull = outlives && broker.store().full();
        if (!known && (diskFull || shard.memory().isScarce())) {
            refuse(pending, ReasonCode.QUOTA_EXCEEDED, "no room left for a new session");
            leave(clientId, home.epoch(), false);
            return;
        }
        if (!present) {
            session = new Session(shard, shard.number(), clientId, home.epoch());
            if (!broker.quotas().begin(session, Owner.ofClient(pending.client))) {
                session.end();
                refuse(pending, ReasonCode.QUOTA_EXCEEDED, "more sessions than its user or address may have");
                leave(clientId, home.epoch(), false);
                return;
            }
            sessions.put(clientId, session);
        }
        open(pending, session, present);
    }

    private void open(Pending pending, Session session, boolean present) {
        Link link = pending.link;
        Channel channel = link.channel();
        shard.departures().back(session);
        shard.steps.add((int) Math.min(session.outbox().waiting(), Steps.SHARE_MIN)); // What it gets now.
        link.letGoPacket(); // From now on its will is the session's.
        ConnAck connAck = channel.open(
                pending.client, session, pending.connect, present, pending.stamp, pending.authenticationData);
        if (present) {
            shard.gate().back(session);
            if (channel.isClosed()) {
                return;
            }
        }
        // Nobody is told that a session is gone that may come back.
        if (session.durable() || ending.containsKey(session.clientId())) {
            shard.whenSafe(() -> guarded(link, () -> welcome(link, connAck)));
        } else {
            welcome(link, connAck);
        }
        broker.security().events().on(new SecurityEvent.LoginAccepted(pending.client));
        shard.memberships.attached(session);
    }

    private void welcome(Link link, ConnAck connAck) {
        link.channel().welcome(connAck);
        shard.incidents().connected(link.channel());
        goOn(link);
    }

    /// A connection has ended.
    void closed(Link link) {
        exchanges.remove(link);
    }

    Session[] all() {
        return sessions.values().toArray(Session[]::new);
    }

    /// A process before this one has left a session here.
    void recover(Session session) {
        sessions.put(session.clientId(), session);
    }

    /// The session has ended: its client has none now.
    void ended(Session session) {
        sessions.remove(session.clientId(), session);
        leave(session.clientId(), session.epoch(), session.durable() && shard.keeps());
    }

    /// A client's home is empty.
    ///
    /// @param recorded whether the end of what lived there is under way to the disk
    private void leave(String clientId, long epoch, boolean recorded) {
        if (!recorded && !ending.containsKey(clientId)) {
            broker.directory().release(clientId, epoch);
            return;
        }
        // Its client's next session begins here until the end of this one is safe.
        ending.put(clientId, epoch);
        shard.whenSafe(() -> {
            ending.remove(clientId, epoch);
            broker.directory().release(clientId, epoch);
        });
    }

    /// A session's will is safe with those who get it.
    void willSent(Session session) {
        List<Pending> waiting = behindWills.remove(session);
        if (waiting != null) {
            waiting.forEach(pending -> guarded(pending.link, () -> settle(pending)));
        }
    }

    int sessions() {
        return sessions.size();
    }
}
