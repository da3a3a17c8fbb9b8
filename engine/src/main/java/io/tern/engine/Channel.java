package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.Identity;
import io.tern.engine.inbound.AcksInbound;
import io.tern.engine.inbound.PublishInbound;
import io.tern.engine.inbound.Sender;
import io.tern.engine.outbound.Outlet;
import io.tern.engine.outbound.TopicAliases;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.Unsubscribe;
import io.tern.wire.codec.WireException;

/// One connection's conversation, seen from the server: packets in, packets and calls of its [ChannelHost] out.
///
/// It waits for CONNECT, then for its session, then it is open, then closed, and never goes back. Everything here ends
/// with the connection; what outlives it is in the [Session].
public final class Channel implements NetworkConnection, Sender {

    /// How far the conversation has come.
    private enum Phase {
        AWAIT_CONNECT,
        CONNECTING,
        OPEN,
        CLOSED
    }

    private final ConnectionInfo connection;
    private final Outlet out;
    private ChannelHost host;
    private Phase phase = Phase.AWAIT_CONNECT;
    private MqttVersion version;
    private ClientInfo client;
    private Session session;
    private PublishInbound inbound;
    private AcksInbound acks;
    private final ListenerRules rules;
    private boolean bridge;
    /// Null if the client has named no method.
    private Authentication authentication;
    private long expiresAtMillis = Identity.NEVER;
    private int keepAliveMillis;
    private long lastHeardMillis;
    private Terms terms = Terms.NONE;
    private TopicAliases topicAliases;
    private Object remembered;

    /// A conversation that has not begun.
    ///
    /// @param host what it asks of the shard it lives on
    /// @param connection where it comes from
    /// @param out where packets go
    public Channel(ChannelHost host, ConnectionInfo connection, Outlet out) {
        this.host = host;
        this.connection = connection;
        this.out = out;
        this.lastHeardMillis = host.nowMillis();
        this.rules = host.rules();
    }

    /// The connection has moved to another shard, which it does only between CONNECT and CONNACK.
    ///
    /// @param newHost what it asks of the shard it lives on now
    public void moved(ChannelHost newHost) {
        assert phase == Phase.CONNECTING || phase == Phase.CLOSED : phase;
        host = newHost;
    }

    /// Handles one packet.
    ///
    /// @param packet as decoded, well-formed by itself
    public void on(Packet packet) {
        switch (phase) {
            case OPEN -> onOpen(packet);
            case AWAIT_CONNECT -> onFirst(packet);
            case CONNECTING -> onConnecting(packet);
            case CLOSED -> { } // Bytes that were on their way when it was closed mean nothing any more.
        }
    }

    private void onOpen(Packet packet) {
        switch (packet) {
            case Publish publish -> inbound.on(publish);
            case PubAck ack -> acks.on(ack);
            case PubRec ack -> acks.on(ack);
            case PubRel ack -> acks.on(ack);
            case PubComp ack -> acks.on(ack);
            case PingReq ignored -> out.send(PingResp.INSTANCE);
            case Subscribe subscribe -> host.subscribe(subscribe);
            case Unsubscribe unsubscribe -> host.unsubscribe(unsubscribe);
            case Disconnect disconnect -> onDisconnect(disconnect);
            case Auth auth -> onAuth(auth, ReasonCode.REAUTHENTICATE);
            default -> fail(ReasonCode.PROTOCOL_ERROR, "not a packet that a client sends now");
        }
    }

    private void onFirst(Packet packet) {
        if (!(packet instanceof Connect connect)) {
            fail(ReasonCode.PROTOCOL_ERROR, "the first packet is not CONNECT");
            return;
        }
        version = connect.version();
        lastHeardMillis = host.nowMillis();
        bridge = connect.bridge();
        phase = Phase.CONNECTING;
        terms = Terms.of(connect, host.limits());
        String method = connect.properties().string(Property.AUTHENTICATION_METHOD);
        authentication = method == null ? null : new Authentication(method);
        Refusal refusal = Connecting.refusal(connect, host.limits(), rules);
        if (refusal != null) {
            host.refused(connect, refusal);
            refuse(refusal.reason(), refusal.words());
        } else {
            Connecting.irregularities(connect, rules, host::irregular);
            host.connect(connect);
        }
    }

    /// Before CONNACK there is nothing but AUTH and DISCONNECT [MQTT-3.1.2-30].
    private void onConnecting(Packet packet) {
        switch (packet) {
            case Auth auth -> onAuth(auth, ReasonCode.CONTINUE_AUTHENTICATION);
            case Disconnect ignored -> leave(null, null, false);
            default -> fail(ReasonCode.PROTOCOL_ERROR, "neither AUTH nor DISCONNECT before CONNACK");
        }
    }

    /// @param begin the reason code with which an exchange may begin here
    private void onAuth(Auth auth, ReasonCode begin) {
        if (authentication != null && authentication.take(auth, begin)) {
            host.authenticate(auth);
        } else {
            fail(ReasonCode.PROTOCOL_ERROR, "AUTH out of turn, or not with the method of CONNECT");
        }
    }

    /// The exchange needs more of the client.
    ///
    /// @param data Authentication Data to send, or null
    public void challenge(byte[] data) {
        if (phase == Phase.CONNECTING || phase == Phase.OPEN) {
            out.send(authentication.challenge(data));
        }
    }

    /// The client, connected already, has shown anew who it is.
    ///
    /// @param newClient the same client, with what is known of it now
    /// @param data Authentication Data to send, or null
    public void authenticated(ClientInfo newClient, byte[] data) {
        if (phase == Phase.OPEN) {
            identified(newClient);
            session.identified(newClient);
            inbound.identified();
            authentication.end();
            out.send(new Auth(ReasonCode.SUCCESS, authentication.properties(data)));
        }
    }

    private void identified(ClientInfo newClient) {
        client = newClient;
        expiresAtMillis = newClient.identity().expiresAtMillis();
    }

    /// The PUBLISH that waits for it may go on, or not.
    ///
    /// @param decision what [ChannelHost#mayPublish] has found out
    public void permitted(Decision decision) {
        if (phase == Phase.OPEN) {
            inbound.permitted(decision);
        }
    }

    /// The client to whom the waiting PUBLISH goes alone was looked for; see [PublishInbound#reached].
    public void reached(boolean room) {
        if (phase == Phase.OPEN) {
            inbound.reached(room);
        }
    }

    /// The client may come in: attaches the session and says so. CONNACK is the first packet it gets [MQTT-3.2.0-1].
    ///
    /// @param newClient who it is
    /// @param newSession a session without a connection
    /// @param connect its CONNECT
    /// @param sessionPresent whether the session was there before
    /// @param stamp order of the CONNECT among all
    /// @param authenticationData to send, or null
    /// @return CONNACK, to be sent with [#welcome] when what it promises is safe
    public ConnAck open(
            ClientInfo newClient,
            Session newSession,
            Connect connect,
            boolean sessionPresent,
            long stamp,
            byte[] authenticationData) {
        assert phase == Phase.CONNECTING : phase;
        identified(newClient);
        session = newSession;
        inbound = new PublishInbound(this, host, newSession.clientId(), newSession.inboundQos2(), out);
        acks = newSession.acks(this, out);
        int keepAliveSeconds = Connecting.keepAliveSeconds(connect, host.limits());
        keepAliveMillis = keepAliveSeconds * 1500;
        newSession.attach(
                this, newClient, connect.will(), Connecting.sessionExpirySeconds(connect, host.limits()), stamp);
        Properties granted = Connecting.granted(connect, newClient, host);
        if (authentication != null) {
            granted = Connecting.with(granted, authentication.properties(authenticationData));
        }
        return Connecting.connAck(connect, sessionPresent, granted);
    }

    /// Sends CONNACK, then what the session is owed.
    ///
    /// @param connAck from [#open]
    public void welcome(ConnAck connAck) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        if (!out.send(connAck)) {
            leave(ReasonCode.PACKET_TOO_LARGE, "CONNACK exceeds the Maximum Packet Size of this client", false);
            return;
        }
        phase = Phase.OPEN;
        if (authentication != null) {
            authentication.end();
        }
        lastHeardMillis = host.nowMillis();
        session.drain();
    }

    /// The client may not come in: says why and closes [MQTT-3.2.2-7].
    ///
    /// @param reason 0x80 or more
    /// @param words what it is about, or null
    public void refuse(ReasonCode reason, String words) {
        refuse(reason, Refusal.reasonString(words));
    }

    /// The client may not come in: says why, or where else it may [MQTT 5.0, 4.11], and closes.
    ///
    /// @param reason 0x80 or more
    /// @param properties of CONNACK
    public void refuse(ReasonCode reason, Properties properties) {
        if (phase == Phase.CONNECTING) {
            phase = Phase.CLOSED;
            out.send(new ConnAck(false, reason, properties));
            out.close();
        }
    }

    private void onDisconnect(Disconnect disconnect) {
        long asked = disconnect.properties().number(Property.SESSION_EXPIRY_INTERVAL, -1);
        if (asked >= 0) {
            if (asked > 0 && session.expirySeconds() == 0) {
                fail(ReasonCode.PROTOCOL_ERROR, "a session expiry at DISCONNECT, but none at CONNECT");
                return;
            }
            session.expirySeconds(Math.min(asked, host.limits().sessionExpirySecondsMaximum()));
        }
        leave(null, null, disconnect.reason() != ReasonCode.SUCCESS);
    }

    /// The bytes received are not MQTT, or not what is allowed here.
    ///
    /// @param error which statement is broken
    public void malformed(WireException error) {
        leave(error.reason(), error.getMessage() + " [" + error.statement() + "]", true);
    }

    @Override
    public void fail(ReasonCode reason, String words) {
        leave(reason, words, true);
    }

    @Override
    public void takenOver() {
        leave(ReasonCode.SESSION_TAKEN_OVER, "this client identifier has connected again", true);
    }

    /// Closes the connection, since the server stops. Its will is due, now or after the next start [MQTT-3.1.2-8].
    public void shutDown() {
        leave(ReasonCode.SERVER_SHUTTING_DOWN, null, true);
    }

    /// The network connection is gone.
    public void lost() {
        leave(null, null, true);
    }

    private void leave(ReasonCode reason, String words, boolean sendWill) {
        Phase was = phase;
        phase = Phase.CLOSED;
        if (was == Phase.CLOSED) {
            return;
        }
        try {
            if (reason != null) {
                host.closing(reason, words);
                Packet last = Connecting.lastWords(version, was == Phase.OPEN, reason, Refusal.reasonString(words));
                if (last != null) {
                    out.send(last);
                }
            }
        } finally {
            // Whatever happens: a session that kept a dead channel would never get another.
            out.close();
            if (session != null) {
                inbound.end();
                remembered = null;
                if (topicAliases != null) {
                    topicAliases.end();
                }
                session.detach();
                // The will of who was never let in is nobody's [MQTT-3.1.2-7].
                host.detached(session, sendWill && was == Phase.OPEN);
            }
        }
    }

    @Override
    public Properties why(String words) {
        return terms.problemInformation() ? Refusal.reasonString(words) : Properties.NONE;
    }

    /// The decoder has refused a CONNECT, but knows in which version an answer will be understood.
    ///
    /// @param spoken what the client speaks
    public void speaks(MqttVersion spoken) {
        if (version == null) {
            version = spoken;
        }
    }

    @Override
    public void settled(int slot, ReasonCode reason) {
        if (slot >= 0 && phase == Phase.OPEN) {
            inbound.settled(slot, reason);
        }
    }

    @Override
    public void discard(int slot) {
        if (phase == Phase.OPEN) {
            inbound.discard(slot);
        }
    }

    /// Bytes have come, or the connection was kept waiting by us until now: keep-alive starts anew [MQTT-3.1.2-22].
    ///
    /// @param nowMillis the time
    public void heard(long nowMillis) {
        if (phase == Phase.OPEN) {
            lastHeardMillis = nowMillis;
        }
    }

    /// When [#onTimeout] wants to be called, if nothing is heard until then.
    ///
    /// @return milliseconds since 1970, [Long#MAX_VALUE] for never
    public long deadlineMillis() {
        return switch (phase) {
            case AWAIT_CONNECT, CONNECTING -> lastHeardMillis + host.limits().connectMillis();
            case OPEN -> Math.min(
                    expiresAtMillis, keepAliveMillis == 0 ? Long.MAX_VALUE : lastHeardMillis + keepAliveMillis);
            case CLOSED -> Long.MAX_VALUE;
        };
    }

    /// Closes the connection if its deadline has passed.
    ///
    /// @param nowMillis the time
    public void onTimeout(long nowMillis) {
        if (isOpen() && nowMillis >= expiresAtMillis) {
            fail(ReasonCode.MAXIMUM_CONNECT_TIME, "what let it in has expired");
        } else if (nowMillis >= deadlineMillis()) {
            fail(ReasonCode.KEEP_ALIVE_TIMEOUT, isOpen() ? "silent for 1.5 times the keep-alive" : "not in time");
        }
    }

    /// The output buffer has room again.
    public void onWritable() {
        if (phase == Phase.OPEN) {
            session.drain();
        }
    }

    /// Whether the next packet has to wait: for CONNACK, or because too many answers are owed already.
    ///
    /// @return true if nothing may be parsed
    public boolean resting() {
        return switch (phase) {
            case CONNECTING -> authentication == null || authentication.ours() || !authentication.underway();
            case OPEN -> authentication != null && authentication.ours() || inbound.full() || inbound.waiting();
            case AWAIT_CONNECT, CLOSED -> false;
        };
    }

    @Override
    public boolean isOpen() {
        return phase == Phase.OPEN;
    }

    @Override
    public boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    @Override
    public MqttVersion version() {
        return version;
    }

    @Override
    public ClientInfo client() {
        return client;
    }

    /// @return where it comes from
    public ConnectionInfo connection() {
        return connection;
    }

    /// @return its session, null before it was let in
    public Session session() {
        return session;
    }

    @Override
    public Outlet outlet() {
        return out;
    }

    @Override
    public int inFlightMessages() {
        return terms.inFlightMessages();
    }

    @Override
    public int inFlightFirstMessages() {
        return terms.inFlightFirstMessages();
    }

    @Override
    public long maximumPacketBytes() {
        return terms.packetBytes();
    }

    /// @return whether the client calls itself a bridge
    public boolean isBridge() {
        return bridge;
    }

    @Override
    public ListenerRules rules() {
        return rules;
    }

    @Override
    public TopicAliases topicAliases() {
        if (topicAliases == null && terms.topicAliases() > 0) {
            topicAliases = new TopicAliases(
                    terms.topicAliases(), host.limits().topicAliasesMaximumQos(), host.memory());
        }
        return topicAliases;
    }

    /// @return what the router has remembered about this publisher's last topic, or null; nobody else looks into it
    public Object remembered() {
        return remembered;
    }

    @Override
    public void remember(Object match) {
        remembered = match;
    }
}
