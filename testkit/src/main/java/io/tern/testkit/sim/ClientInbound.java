package io.tern.testkit.sim;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import java.util.HashMap;
import java.util.Map;

/// A client's half of what the broker sends it: who has acknowledged what, over all connections of a session.
final class ClientInbound {

    /// A message under a packet identifier.
    private static final class Held {
        final SimMessage message;
        final Incarnation in;
        /// The connection over which it was answered last.
        final Attempt over;
        /// The broker knows for certain that it is settled.
        boolean settled;

        Held(SimMessage message, Attempt over) {
            this.message = message;
            this.in = over.incarnation();
            this.over = over;
        }
    }

    private static final int REFUSED_PER_MILLE = 15;

    private final Simulation sim;
    /// QoS 1, PUBACK not sent yet.
    private final Map<Integer, Held> unacked = new HashMap<>();
    /// PUBACK was sent, or a PUBREC that refuses, but it may have been lost.
    private final Map<Integer, Held> acked = new HashMap<>();
    /// QoS 2, PUBREL not received yet.
    private final Map<Integer, Held> unreleased = new HashMap<>();

    ClientInbound(Simulation sim) {
        this.sim = sim;
    }

    void forget() {
        unacked.clear();
        acked.clear();
        unreleased.clear();
    }

    void on(ClientLink link, Publish publish) {
        if (SimServer.owns(publish.topic())) {
            sim.server().arrived(link.attempt(), publish);
            if (publish.qos() > 0) {
                link.received(publish.packetId());
                link.reply(new PubAck(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            return;
        }
        SimMessage message = sim.history().identify(publish);
        if (message == null) {
            return;
        }
        checkIdentifiers(link, publish);
        if (publish.qos() == 0) {
            if (publish.dup()) {
                sim.fail(link + " got QoS 0 with DUP [MQTT-3.3.1-2]", null);
            }
            sim.history().arrived(link.attempt(), message, publish);
            return;
        }
        if (publish.dup() && !link.attempt().sessionPresent()) {
            sim.fail(link + " got DUP in a new session: " + message, null);
        }
        link.received(publish.packetId());
        if (publish.qos() == 1) {
            onQos1(link, publish, message);
        } else {
            onQos2(link, publish, message);
        }
    }

    private void checkIdentifiers(ClientLink link, Publish publish) {
        for (int identifier : publish.properties().subscriptionIdentifiers()) {
            if (!sim.topics().filter(identifier).matches(publish.topic())) {
                sim.fail(link + " got subscription identifier " + identifier + " with " + publish, null);
            }
        }
    }

    private void onQos1(ClientLink link, Publish publish, SimMessage message) {
        int id = publish.packetId();
        Held before = unacked.get(id);
        // A crash may make the broker forget that it has sent it: an identifier of QoS 1 means nothing on another
        // connection. What a group had sent there, it may have taken back when that connection was lost.
        boolean takenBack = before != null && before.over != link.attempt()
                && SimTopics.isShared(before.message.topic());
        if (before != null && !takenBack && !sim.crashedSince(before.over.openedStep())) {
            checkRepeat(link, publish, message, before);
        }
        Held sentBefore = before == null ? acked.get(id) : before;
        checkSettled(link, publish, message, sentBefore);
        unacked.put(id, new Held(message, link.attempt()));
        link.reply(new PubAck(id, reason(link), Properties.NONE));
        if (!(publish.dup() && sentBefore != null && sentBefore.message == message)) {
            sim.history().arrived(link.attempt(), message, publish);
        }
    }

    private void onQos2(ClientLink link, Publish publish, SimMessage message) {
        int id = publish.packetId();
        Held before = unreleased.get(id);
        checkRepeat(link, publish, message, before);
        Held sentBefore = before == null ? acked.get(id) : before;
        checkSettled(link, publish, message, sentBefore);
        boolean repeat = publish.dup() && sentBefore != null && sentBefore.message == message;
        unreleased.put(id, new Held(message, link.attempt()));
        link.reply(new PubRec(id, reason(link), Properties.NONE));
        if (!repeat) {
            sim.history().arrived(link.attempt(), message, publish);
        }
    }

    /// Now and then a client of 5.0 wants no more of a message, which ends the exchange.
    private ReasonCode reason(ClientLink link) {
        return link.version() == MqttVersion.V5 && !sim.calm() && sim.random().chance(REFUSED_PER_MILLE)
                ? ReasonCode.UNSPECIFIED_ERROR
                : ReasonCode.SUCCESS;
    }

    /// What is sent again has DUP and is the same; what is new has an identifier that is free.
    private void checkRepeat(ClientLink link, Publish publish, SimMessage message, Held before) {
        if (before != null && before.in == link.attempt().incarnation() && !link.mayBeTooLargeFor(before.message)) {
            if (!publish.dup()) {
                sim.fail(link + " got " + message + " with packet identifier " + publish.packetId()
                        + ", without DUP, while that is in use for " + before.message + " [MQTT-2.2.1-4]", null);
            } else if (before.message != message) {
                sim.fail(link + " got DUP with " + message + " in place of " + before.message, null);
            }
        }
    }

    /// What the broker knows to be settled does not come again; but what was retained, or published twice, may come as
    /// another delivery, and under the same identifier, since a delivery that was settled before it was written down
    /// leaves no trace.
    private void checkSettled(ClientLink link, Publish publish, SimMessage message, Held before) {
        boolean once = !message.retain() && message.timesSent() == 1;
        if (once && publish.dup() && before != null && before.settled && before.message == message
                && before.in == link.attempt().incarnation()) {
            sim.fail(link + " got " + message + " again, though that was settled", null);
        }
    }

    /// What was answered over a connection is known to the broker: it was quiet for long enough.
    void settledOver(Attempt attempt) {
        for (Held held : acked.values()) {
            held.settled |= held.over == attempt;
        }
    }

    void on(ClientLink link, PubRel release) {
        unreleased.remove(release.packetId());
        link.released(release.packetId());
        link.reply(new PubComp(release.packetId()));
    }

    /// PUBACK has been put on the way.
    void acknowledged(int packetId) {
        Held held = unacked.remove(packetId);
        if (held != null) {
            acked.put(packetId, held);
        }
    }

    /// A PUBREC that refuses has been put on the way.
    void refused(int packetId) {
        Held held = unreleased.remove(packetId);
        if (held != null) {
            acked.put(packetId, held);
        }
    }

    /// Whether an answer is to what a shared group has sent, which may have taken that back.
    boolean isShared(Packet answer) {
        Held held = switch (answer) {
            case PubAck ack -> unacked.get(ack.packetId());
            case PubRec ack -> unreleased.get(ack.packetId());
            default -> null;
        };
        return held != null && SimTopics.isShared(held.message.topic());
    }

    /// Whether every message of QoS 2 in that session has been released, of which the broker knows.
    boolean isSettled(Incarnation session) {
        return unreleased.values().stream()
                .noneMatch(held -> held.in == session && !sim.mayHaveLost(held.message));
    }
}
