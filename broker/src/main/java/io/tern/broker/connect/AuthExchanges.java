package io.tern.broker.connect;

import io.tern.api.ClientInfo;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.EnhancedAuthenticator.Exchange;
import io.tern.api.EnhancedAuthenticator.Step;
import io.tern.api.SecurityEvent;
import io.tern.api.Waited;
import io.tern.broker.access.AccessControl;
import io.tern.broker.access.Admission;
import io.tern.broker.defence.Shown;
import io.tern.broker.link.Link;
import io.tern.broker.turn.ShardThread;
import io.tern.engine.Channel;
import io.tern.wire.Auth;
import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Exchanges of AUTH packets on one shard: before CONNACK, or by a client that is connected and authenticates anew. On
/// the shard's thread.
final class AuthExchanges {

    /// AUTH packets looked at in one turn.
    private static final int PER_TURN = 256;
    private static final String UNKNOWN_METHOD = "no such authentication method here";

    /// An AUTH packet that was received.
    private record Answered(Link link, Auth auth) {}

    /// An exchange that is under way.
    ///
    /// @param attempt the CONNECT it is about; null when a client that is connected authenticates anew
    /// @param exchange who decides
    /// @param shown by what the client wants to be known
    private record Underway(ConnectAttempt attempt, Exchange exchange, Shown shown) {}

    private final ShardThread thread;
    private final EnhancedAuthenticator authenticator;
    private final SecurityEvent.Sink events;
    private final Reception reception;
    private final Admission admission;
    private final AccessControl access;
    private final Logins logins;
    /// One of a connection at most.
    private final Map<Link, Underway> underway = new HashMap<>();
    private final ArrayDeque<Answered> answered = new ArrayDeque<>();

    AuthExchanges(
            ShardThread thread,
            Reception reception,
            Admission admission,
            AccessControl access,
            Logins logins) {
        this.thread = thread;
        this.reception = reception;
        this.authenticator = reception.security().enhanced();
        this.events = reception.security().events();
        this.admission = admission;
        this.access = access;
        this.logins = logins;
    }

    /// Takes an AUTH: it goes on with an exchange, or begins one.
    void add(Link link, Auth auth) {
        answered.add(new Answered(link, auth));
    }

    /// A connection has ended.
    void left(Link link) {
        underway.remove(link);
    }

    boolean waiting() {
        return !answered.isEmpty();
    }

    void turn() {
        for (int i = Math.min(PER_TURN, answered.size()); i > 0; i--) {
            Answered next = answered.poll();
            if (!next.link.channel().isClosed()) {
                thread.guarded(next.link.channel(), () -> proceed(next));
            }
        }
    }

    /// Begins with what a CONNECT brings.
    void begin(ConnectAttempt attempt) {
        Link link = attempt.link;
        Properties asked = attempt.connect.properties();
        link.claims(attempt.client);
        Exchange exchange = authenticator.begin(
                asked.string(Property.AUTHENTICATION_METHOD), attempt.client, attempt.connect.password());
        if (exchange == null) {
            logins.refuseMethod(attempt, UNKNOWN_METHOD);
        } else {
            underway.put(link, new Underway(attempt, exchange, attempt.shown));
            step(link, asked.binary(Property.AUTHENTICATION_DATA));
        }
    }

    private void proceed(Answered next) {
        Link link = next.link;
        Properties properties = next.auth.properties();
        byte[] data = properties.binary(Property.AUTHENTICATION_DATA);
        if (next.auth.reason() == ReasonCode.REAUTHENTICATE) {
            Exchange exchange = authenticator.begin(
                    properties.string(Property.AUTHENTICATION_METHOD), link.claimed(), null);
            if (exchange == null) {
                link.channel().fail(ReasonCode.BAD_AUTHENTICATION_METHOD, UNKNOWN_METHOD);
                return;
            }
            underway.put(link, new Underway(null, exchange, Shown.of(link.channel().client(), null, data)));
        }
        step(link, data);
    }

    private void step(Link link, byte[] data) {
        Underway one = underway.get(link);
        one.exchange().step(data, Waited.taking(
                () -> one.attempt() == null ? !link.isGone() : logins.isWanted(one.attempt()),
                step -> thread.nowOrLater(link.channel(), () -> stepped(link, one, step))));
    }

    private void stepped(Link link, Underway one, Step step) {
        if (link.channel().isClosed()) {
            return;
        }
        switch (step) {
            case Step.More more -> {
                link.channel().challenge(more.data());
                goOn(link);
            }
            case Step.Failure failure -> {
                underway.remove(link);
                failed(link, one, failure);
            }
            case Step.Success success -> {
                underway.remove(link);
                if (one.attempt() != null) {
                    one.attempt().authenticationData = success.data();
                    logins.known(one.attempt(), success.identity());
                } else {
                    anew(link, success);
                    goOn(link);
                }
            }
        }
    }

    private void failed(Link link, Underway one, Step.Failure failure) {
        ReasonCode reason = failure.reason();
        if (one.attempt() != null) {
            logins.failed(one.attempt(), reason, failure.ofName(), "enhanced authentication failed");
        } else {
            admission.failed(link.channel().client(), one.shown(), reason, failure.ofName());
            refusedAnew(link, reason, "it has failed to authenticate anew");
            boolean told = reason.allowedIn(PacketType.DISCONNECT);
            link.channel().fail(told ? reason : ReasonCode.NOT_AUTHORIZED, null);
        }
    }

    /// A client that is connected has shown anew who it is; it can't become another user, or another client.
    private void anew(Link link, Step.Success success) {
        Channel channel = link.channel();
        ClientInfo before = channel.client();
        ClientInfo after = before.with(reception.inOurTime(success.identity()));
        if (!Objects.equals(before.userName(), after.userName()) || !before.clientId().equals(after.clientId())) {
            refusedAnew(link, ReasonCode.NOT_AUTHORIZED, "it has authenticated anew as another than before");
            channel.fail(ReasonCode.NOT_AUTHORIZED, "another user or client than before");
            return;
        }
        channel.authenticated(after, success.data());
        access.back(channel.session());
    }

    private void refusedAnew(Link link, ReasonCode reason, String why) {
        events.on(new SecurityEvent.LoginRefused(link.channel().client(), reason, why));
    }

    private static void goOn(Link link) {
        link.retime();
        link.revive();
    }
}
