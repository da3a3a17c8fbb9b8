package io.tern.client;

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
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayDeque;
import java.util.List;

/// The client's side of MQTT as pure state: packets and calls in, packets and events out, time as an argument. Knows
/// no socket, thread or clock, and outlives connections.
///
/// Whoever drives it calls [#opened] when a connection is there, gives it what is [#received], sends what [#poll]
/// returns until null, calls [#onTimeout] at [#deadlineMillis], closes the connection when [#isFinished], and calls
/// [#closed] when the connection is gone. Not thread safe.
///
/// It does not bound what the application asks: the driver looks at [#outgoingMessages], [#outgoingBytes] and
/// [#requests] before it asks for more, and at [#replies] before it reads more.
public final class ClientSession {

    private enum Phase { IDLE, CONNECTING, OPEN, CLOSING }

    private final Connect template;
    private final MqttVersion version;
    private final SessionOptions options;
    private final PacketIds ids;
    private final InboundMessages inbound;
    private final OutboundMessages outbound;
    private final Requests requests;
    private final KeepAlive keepAlive = new KeepAlive();
    /// Answers owed to the server, and PINGREQ.
    private final ArrayDeque<Packet> replies = new ArrayDeque<>();

    private Phase phase = Phase.IDLE;
    private String clientId;
    private boolean everAccepted;
    private boolean cleanStartSent;
    private Packet connect;
    private Disconnect farewell;
    private boolean drainFirst;
    private MqttException closeCause;
    private long phaseDeadlineMillis = Long.MAX_VALUE;
    private ServerLimits limits;

    /// Makes a session that the server doesn't know yet.
    ///
    /// @param connect the first CONNECT; later ones take the client identifier that the server assigned, and ask
    ///     with Clean Start 0 for a session that has not expired
    /// @param options what the session does by itself
    public ClientSession(Connect connect, SessionOptions options) {
        this.template = connect;
        this.version = connect.version();
        this.options = options;
        this.clientId = connect.clientId();
        this.ids = new PacketIds(options.firstPacketId());
        Properties asked = version.isV5() ? connect.properties() : Properties.NONE;
        this.inbound = new InboundMessages(version.isV5(), (int) asked.number(Property.TOPIC_ALIAS_MAXIMUM, 0));
        this.outbound = new OutboundMessages(version, options.inFlightMessages(), ids);
        this.requests = new Requests(version, ids);
    }

    /// A connection is there: CONNECT becomes the next packet.
    ///
    /// @param nowMillis any steady clock, the same for all calls
    public void opened(long nowMillis) {
        assert phase == Phase.IDLE : phase;
        phase = Phase.CONNECTING;
        phaseDeadlineMillis = nowMillis + options.answerMillis();
        closeCause = null;
        boolean resuming = everAccepted && version.isV5() && limits.sessionExpirySeconds() > 0;
        cleanStartSent = template.cleanStart() && !resuming;
        connect = new Connect(version, template.bridge(), cleanStartSent, template.keepAliveSeconds(), clientId,
                template.properties(), template.will(), template.userName(), template.password());
    }

    /// The connection is gone. What was asked and is not done waits for the next one.
    ///
    /// @param nowMillis the clock
    public void closed(long nowMillis) {
        if (phase == Phase.IDLE) {
            return;
        }
        phase = Phase.IDLE;
        phaseDeadlineMillis = Long.MAX_VALUE;
        connect = null;
        farewell = null;
        replies.clear();
        keepAlive.stop();
        requests.closed();
        outbound.closed();
    }

    /// There will be no further connection: whatever is not done fails.
    ///
    /// @param cause what the application is told
    /// @param events gets [SessionEvents#failed] for each
    public void abandon(MqttException cause, SessionEvents events) {
        requests.abandon(cause, events);
        outbound.abandon(cause, events);
    }

    /// Asks for a message to be published. Taken in any phase.
    ///
    /// @param message settles or fails exactly once
    public void publish(Outgoing message) {
        outbound.add(message);
    }

    /// Asks for subscriptions. Taken in any phase.
    ///
    /// @param token comes back in the events
    /// @param properties sent in 5.0 only
    /// @param items at least one
    public void subscribe(Object token, Properties properties, List<Subscribe.Item> items) {
        requests.subscribe(token, properties, items);
    }

    /// Asks for subscriptions to end. Taken in any phase.
    ///
    /// @param token comes back in the events
    /// @param properties sent in 5.0 only
    /// @param filters at least one
    public void unsubscribe(Object token, Properties properties, List<TopicFilter> filters) {
        requests.unsubscribe(token, properties, filters);
    }

    /// The application has a message: PUBACK or PUBREC is owed now.
    ///
    /// @param delivery as it came in [SessionEvents#deliver]
    public void acknowledge(Delivery delivery) {
        inbound.acknowledge(delivery, phase == Phase.OPEN, replies);
    }

    /// Ends the connection in good order: what the window still lets out goes first, then DISCONNECT. Does nothing
    /// without an open connection.
    ///
    /// @param reason sent in 5.0 only
    /// @param properties sent in 5.0 only
    /// @param nowMillis the clock
    public void disconnect(ReasonCode reason, Properties properties, long nowMillis) {
        if (phase == Phase.OPEN || phase == Phase.CONNECTING) {
            // A server that has not answered yet gets no DISCONNECT: the connection just ends.
            finish(phase == Phase.OPEN ? new Disconnect(reason, properties) : null,
                    MqttException.closed("disconnected by the application"), nowMillis);
            drainFirst = farewell != null;
        }
    }

    /// Bytes came, perhaps not yet a whole packet: the server is alive.
    ///
    /// @param nowMillis the clock
    public void heard(long nowMillis) {
        keepAlive.received(nowMillis);
    }

    /// A packet came.
    ///
    /// @param packet as decoded
    /// @param nowMillis the clock
    /// @param events what follows from it
    public void received(Packet packet, long nowMillis, SessionEvents events) {
        if (phase == Phase.IDLE || phase == Phase.CLOSING && !drainFirst) {
            return;
        }
        heard(nowMillis);
        try {
            if (phase == Phase.CONNECTING) {
                beforeConnAck(packet, nowMillis, events);
            } else {
                whenOpen(packet, nowMillis, events);
            }
        } catch (Violation violation) {
            violated(violation.reason(), violation.getMessage(), nowMillis);
        }
    }

    /// The bytes that came are no MQTT, or the server went against it: the connection ends, with a DISCONNECT in 5.0.
    ///
    /// @param reason what is wrong
    /// @param message the same for a human
    /// @param nowMillis the clock
    public void violated(ReasonCode reason, String message, long nowMillis) {
        boolean say = version.isV5() && phase != Phase.CONNECTING;
        finish(say ? new Disconnect(reason, Properties.NONE) : null, MqttException.protocol(reason, message),
                nowMillis);
    }

    private void beforeConnAck(Packet packet, long nowMillis, SessionEvents events) throws Violation {
        switch (packet) {
            case ConnAck ack when ack.reason().isError() -> finish(null, MqttException.refused(ack), nowMillis);
            case ConnAck ack -> accepted(ack, nowMillis, events);
            case Auth auth -> throw unasked(auth);
            default -> throw new Violation(ReasonCode.PROTOCOL_ERROR,
                    "the server sent " + packet.type() + " before CONNACK");
        }
    }

    private void accepted(ConnAck ack, long nowMillis, SessionEvents events) throws Violation {
        if (ack.sessionPresent() && cleanStartSent) {
            throw new Violation(ReasonCode.PROTOCOL_ERROR, "session present although a clean start was asked");
        }
        limits = ServerLimits.of(template, ack);
        String assigned = ack.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER);
        if (assigned != null) {
            clientId = assigned;
        }
        // MQTT 3.1 has no Session Present: a session that was not cleaned counts as kept.
        boolean resumed = version == MqttVersion.V3_1 ? !cleanStartSent : ack.sessionPresent();
        phase = Phase.OPEN;
        phaseDeadlineMillis = Long.MAX_VALUE;
        keepAlive.start(limits.keepAliveSeconds(), nowMillis);
        inbound.opened(resumed);
        outbound.opened(limits, resumed, events);
        requests.opened(limits, everAccepted && !resumed && options.resubscribe());
        everAccepted = true;
        events.connected(ack);
    }

    private void whenOpen(Packet packet, long nowMillis, SessionEvents events) throws Violation {
        switch (packet) {
            case Publish publish -> {
                Delivery delivery = inbound.publish(publish, replies);
                if (delivery != null) {
                    events.deliver(delivery);
                }
            }
            case PubAck ack -> outbound.pubAck(ack, events);
            case PubRec rec -> reply(outbound.pubRec(rec, events));
            case PubRel rel -> reply(inbound.pubRel(rel));
            case PubComp comp -> outbound.pubComp(comp, events);
            case SubAck ack -> requests.subAck(ack, events);
            case UnsubAck ack -> requests.unsubAck(ack, events);
            case PingResp pong -> { }
            case Disconnect bye -> finish(null, MqttException.disconnected(bye), nowMillis);
            case Auth auth -> throw unasked(auth);
            case ConnAck ack -> throw unexpected(ack);
            case Connect c -> throw unexpected(c);
            case Subscribe s -> throw unexpected(s);
            case Unsubscribe u -> throw unexpected(u);
            case PingReq p -> throw unexpected(p);
        }
    }

    private void reply(Packet packet) {
        if (packet != null) {
            replies.add(packet);
        }
    }

    private static Violation unexpected(Packet packet) {
        return new Violation(ReasonCode.PROTOCOL_ERROR, "the server sent " + packet.type());
    }

    // Enhanced authentication is not spoken here; a server may send AUTH only to who named a method [MQTT-4.12.0-6].
    private Violation unasked(Auth auth) {
        boolean asked = template.properties().has(Property.AUTHENTICATION_METHOD);
        return new Violation(asked ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR : ReasonCode.PROTOCOL_ERROR,
                asked ? "the server wants enhanced authentication (AUTH, " + auth.reason() + "), which this client"
                        + " does not have" : "the server sent AUTH without being asked");
    }

    private void finish(Disconnect last, MqttException cause, long nowMillis) {
        if (phase == Phase.CLOSING && !drainFirst || phase == Phase.IDLE) {
            return;
        }
        phase = Phase.CLOSING;
        phaseDeadlineMillis = nowMillis + options.answerMillis();
        farewell = last;
        drainFirst = false;
        if (closeCause == null) {
            closeCause = cause;
        }
    }

    /// The next packet to send.
    ///
    /// @param nowMillis the clock
    /// @param events what follows from sending it, e.g. a QoS 0 message settled
    /// @return null if there is none now
    public Packet poll(long nowMillis, SessionEvents events) {
        Packet packet = switch (phase) {
            case IDLE -> null;
            case CONNECTING -> {
                Packet first = connect;
                connect = null;
                yield first;
            }
            case OPEN -> next(events);
            case CLOSING -> last(events);
        };
        if (packet != null) {
            keepAlive.sent(nowMillis);
        }
        return packet;
    }

    private Packet next(SessionEvents events) {
        Packet reply = replies.poll();
        if (reply != null) {
            return reply;
        }
        Packet request = requests.poll(events);
        return request != null ? request : outbound.poll(events);
    }

    private Packet last(SessionEvents events) {
        Packet packet = drainFirst ? next(events) : null;
        if (packet == null) {
            packet = farewell;
            farewell = null;
            drainFirst = false;
        }
        return packet;
    }

    /// Whether the connection has to be closed: it is over, and [#poll] has nothing more.
    ///
    /// @return true from the last packet on until [#closed]
    public boolean isFinished() {
        return phase == Phase.CLOSING && farewell == null;
    }

    /// Why the connection is to be closed or was closed last, as far as the session knows.
    ///
    /// @return null if the session had no reason of its own
    public MqttException closeCause() {
        return closeCause;
    }

    /// When [#onTimeout] has to be called, if nothing else happens before.
    ///
    /// @return milliseconds of the clock, or Long.MAX_VALUE
    public long deadlineMillis() {
        return phase == Phase.OPEN ? keepAlive.deadlineMillis() : phaseDeadlineMillis;
    }

    /// Time has passed: makes a PINGREQ due, or gives up.
    ///
    /// @param nowMillis the clock
    /// @param events gets [SessionEvents#close] when the server is taken for dead
    public void onTimeout(long nowMillis, SessionEvents events) {
        if (nowMillis < deadlineMillis()) {
            return;
        }
        switch (phase) {
            case IDLE -> { }
            case CONNECTING -> giveUp(MqttException.timeout("no CONNACK within "
                    + options.answerMillis() + " ms"), nowMillis, events);
            case CLOSING -> {
                phaseDeadlineMillis = Long.MAX_VALUE;
                events.close(closeCause);
            }
            case OPEN -> {
                if (keepAlive.due(nowMillis) == KeepAlive.Due.DEAD) {
                    giveUp(MqttException.timeout("no answer to PINGREQ within "
                            + limits.keepAliveSeconds() + " s"), nowMillis, events);
                } else {
                    replies.add(PingReq.INSTANCE);
                    keepAlive.pinged(nowMillis);
                }
            }
        }
    }

    private void giveUp(MqttException cause, long nowMillis, SessionEvents events) {
        finish(null, cause, nowMillis);
        phaseDeadlineMillis = Long.MAX_VALUE;
        events.close(cause);
    }

    /// Tells that the driver has stopped or resumed reading: an answer to PINGREQ can't come meanwhile.
    ///
    /// @param paused whether it reads no more
    /// @param nowMillis the clock
    public void readingPaused(boolean paused, long nowMillis) {
        keepAlive.readingPaused(paused, nowMillis);
    }

    /// Whether the server has accepted the present connection and nobody ends it.
    ///
    /// @return false while connecting, closing or without connection
    public boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /// The client identifier: ours, or the one that the server assigned.
    ///
    /// @return may be empty before the first CONNACK
    public String clientId() {
        return clientId;
    }

    /// What the last CONNACK allowed.
    ///
    /// @return null before the first
    public ServerLimits limits() {
        return limits;
    }

    /// How many messages of the application are not done.
    ///
    /// @return waiting and in flight
    public int outgoingMessages() {
        return outbound.messages();
    }

    /// What those messages weigh.
    ///
    /// @return bytes, see [Outgoing#bytes]
    public long outgoingBytes() {
        return outbound.bytes();
    }

    /// How many requests to subscribe or unsubscribe are not answered.
    ///
    /// @return waiting and sent
    public int requests() {
        return requests.count();
    }

    /// How many answers to the server have not left yet.
    ///
    /// @return PUBACK, PUBREC, PUBREL, PUBCOMP and PINGREQ
    public int replies() {
        return replies.size();
    }
}
