package io.tern.testkit.sim;

import io.tern.api.Access;
import io.tern.wire.MqttVersion;
import io.tern.wire.PointToPoint;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// A client's half of what it publishes: what is not acknowledged is sent again when the session is resumed.
final class ClientOutbound {

    /// Few, so that they are used again soon.
    private static final int PACKET_IDS = 25;

    private static final class Owed {
        final SimMessage message;
        boolean released;

        Owed(SimMessage message) {
            this.message = message;
        }
    }

    private final Simulation sim;
    /// By packet identifier, in the order sent.
    private final Map<Integer, Owed> owed = new LinkedHashMap<>();
    /// When the connection was let in over which PUBCOMP came last for a packet identifier.
    private final Map<Integer, Integer> completedSteps = new HashMap<>();
    private int lastId;

    ClientOutbound(Simulation sim) {
        this.sim = sim;
    }

    boolean isEmpty() {
        return owed.isEmpty();
    }

    boolean hasFreeId() {
        return owed.size() < PACKET_IDS - 1;
    }

    void forget() {
        owed.clear();
    }

    /// What it may not publish it doesn't try again.
    void giveUpDenied() {
        owed.values().removeIf(each -> isDenied(each.message));
    }

    private boolean isDenied(SimMessage message) {
        return sim.authorizer().denies(message.publisher(), Access.Action.PUBLISH, message.topic().value());
    }

    void publish(ClientLink link, SimMessage message) {
        int id = 0;
        if (message.qos() > 0) {
            id = freeId();
            owed.put(id, new Owed(message));
        }
        send(link, message, id, false);
    }

    /// An identifier for any packet that is answered.
    int freeId() {
        do {
            lastId = lastId % PACKET_IDS + 1;
        } while (owed.containsKey(lastId));
        return lastId;
    }

    private void send(ClientLink link, SimMessage message, int id, boolean dup) {
        TopicName topic = message.sentTo();
        Properties.Builder properties = Properties.builder();
        if (message.expirySeconds() >= 0) {
            properties.with(Property.MESSAGE_EXPIRY_INTERVAL, message.expirySeconds());
        }
        int alias = sim.topics().number(topic) + 1;
        if (link.version() == MqttVersion.V5 && alias <= link.aliasMaximum() && sim.random().chance(300)) {
            properties.with(Property.TOPIC_ALIAS, alias);
            if (!link.alias(alias)) {
                topic = TopicName.EMPTY;
            }
        }
        message.sentOver(link.attempt(), sim.step(), sim.clock().nowMillis());
        if (message.retain()) {
            sim.retained().writes(message, link.attempt());
        }
        link.send(new Publish(dup, message.qos(), message.retain(), topic, id, properties.build(), message.payload()));
        if (id > 0) {
            link.attempt().publishes(message, id);
            link.expectAnswer(id);
        }
    }

    /// The session goes on: everything unacknowledged again, in the order it was sent [MQTT-4.4.0-1].
    void resend(ClientLink link) {
        for (Map.Entry<Integer, Owed> each : new ArrayList<>(owed.entrySet())) {
            if (each.getValue().released) {
                link.send(new PubRel(each.getKey()));
                link.expectComp(each.getKey());
            } else {
                send(link, each.getValue().message, each.getKey(), true);
            }
        }
    }

    /// PUBACK or PUBREC came.
    void answered(ClientLink link, int packetId, int qos, ReasonCode reason) {
        Owed message = owed.get(packetId);
        if (message == null || message.message.qos() != qos || message.released) {
            sim.fail(link + " got an answer at QoS " + qos + " for packet identifier " + packetId
                    + ", which owes none", null);
            return;
        }
        if (reason.isError()) {
            // To be reached by the first message to it alone a client needs memory.
            boolean lacksMemory = sim.profile().tightMemory() && PointToPoint.is(message.message.topic().value());
            if (!lacksMemory && !isDenied(message.message) && !link.attempt().metShortage()) {
                sim.fail(link + " was refused " + message.message + ": " + reason, null);
            } else if (!lacksMemory && !isDenied(message.message)
                    && !mayHaveToBeKept(link.attempt(), message.message)) {
                sim.fail(link + " was refused " + message.message + ", which nobody has to keep: " + reason, null);
            }
            owed.remove(packetId);
            return;
        }
        message.message.acked(sim.step(), sim.clock().nowMillis());
        if (qos == 1) {
            owed.remove(packetId);
        } else {
            if (isOpenUnknown(link.attempt(), packetId, message.message)) {
                message.message.mayBeTakenForRepeat();
            }
            message.released = true;
            link.send(new PubRel(packetId));
            link.expectComp(packetId);
        }
    }

    /// Whether anything of it has to be kept on the disk, or may have: whatever has no room there is refused, and
    /// nothing else.
    private boolean mayHaveToBeKept(Attempt over, SimMessage message) {
        boolean identifier = message.qos() == 2 && over.mayOutlive();
        if (sim.profile().tightMemory() || identifier || message.retain() || message.isDelayed()) {
            return true;
        }
        return sim.clients().stream()
                .flatMap(client -> client.attempts().stream())
                .anyMatch(attempt -> attempt.mayBeOwedOnDisk(message));
    }

    void completed(ClientLink link, int packetId) {
        Owed message = owed.get(packetId);
        if (message == null || !message.released) {
            sim.fail(link + " got PUBCOMP for packet identifier " + packetId + ", which owes none", null);
            return;
        }
        owed.remove(packetId);
        completedSteps.put(packetId, link.attempt().openedStep());
    }

    /// Whether the broker may have this packet identifier from an abandoned connection, so that what comes with it is a
    /// repeat [MQTT-4.3.3-10].
    private boolean isOpenUnknown(Attempt over, int packetId, SimMessage message) {
        int completedStep = completedSteps.getOrDefault(packetId, -1);
        for (Attempt before : over.client().attempts()) {
            if (before.mayHaveOpened(packetId, message) && before.openedStep() > completedStep
                    && before.openedStep() < over.openedStep() && over.incarnation().mayBe(before.incarnation())) {
                return true;
            }
        }
        return false;
    }
}
