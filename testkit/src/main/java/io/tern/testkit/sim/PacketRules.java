package io.tern.testkit.sim;

import io.tern.api.Durability;
import io.tern.wire.MqttVersion;
import io.tern.wire.PacketType;
import io.tern.wire.ReasonCode;
import java.nio.ByteBuffer;
import java.util.List;

/// What must be true at the moment when the broker writes a packet, whatever becomes of it later.
final class PacketRules {

    private final Simulation sim;
    private final Attempt attempt;

    PacketRules(Simulation sim, Attempt attempt) {
        this.sim = sim;
        this.attempt = attempt;
    }

    /// Looks at a packet other than CONNACK.
    void check(byte[] packet) {
        switch (PacketType.of(packet[0] >> 4 & 0xF)) {
            case DISCONNECT -> checkPatience(packet);
            case PUBLISH -> checkAge(packet);
            case PUBACK -> checkAnswer(packet, false);
            case PUBREC -> checkAnswer(packet, true);
            default -> { }
        }
    }

    /// What is not sent for the second time, is not sent when it is too old [MQTT-3.3.2-5].
    private void checkAge(byte[] packet) {
        boolean dup = (packet[0] & 0x08) != 0;
        byte[] payload = payload(ByteBuffer.wrap(packet));
        if (dup || payload.length < 4 || sim.clock().isDoubted()) {
            return;
        }
        int id = SimMessage.id(payload);
        List<SimMessage> messages = sim.history().messages();
        if (id >= 0 && id < messages.size() && messages.get(id).isTooOld(sim.clock().nowMillis())) {
            sim.fail(attempt + " is sent " + messages.get(id) + ", which has expired [MQTT-3.3.2-5]", null);
        }
    }

    private byte[] payload(ByteBuffer publish) {
        int qos = publish.get() >> 1 & 3;
        number(publish);
        skip(publish, publish.getShort() & 0xFFFF);
        skip(publish, qos > 0 ? 2 : 0);
        skip(publish, attempt.client().version() == MqttVersion.V5 ? number(publish) : 0);
        byte[] payload = new byte[publish.remaining()];
        publish.get(payload);
        return payload;
    }

    private static int number(ByteBuffer bytes) {
        int number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            number |= (next & 0x7F) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    private static void skip(ByteBuffer bytes, int count) {
        bytes.position(bytes.position() + count);
    }

    private void checkAnswer(byte[] packet, boolean qos2) {
        if (!isRefusal(packet)) {
            checkSafety(message(packet));
            if (qos2) {
                checkIdentifier(packet);
            }
        }
    }

    private static boolean isRefusal(byte[] answer) {
        return answer.length > 4 && answer[4] < 0;
    }

    private SimMessage message(byte[] packet) {
        return attempt.sent(packetId(packet));
    }

    private static Integer packetId(byte[] packet) {
        return (packet[2] & 0xFF) << 8 | packet[3] & 0xFF;
    }

    /// Nobody is closed for silence before one and a half times the keep-alive [MQTT-3.1.2-22].
    private void checkPatience(byte[] packet) {
        long silentMillis = sim.clock().nowMillis() - attempt.lastReadMillis();
        boolean forSilence = packet.length > 2 && (packet[2] & 0xFF) == ReasonCode.KEEP_ALIVE_TIMEOUT.value();
        if (forSilence && silentMillis < attempt.keepAliveSeconds() * 1500L) {
            sim.fail(attempt + " was closed for its silence after " + silentMillis + " ms [MQTT-3.1.2-22]", null);
        }
    }

    /// Nothing is acknowledged before it is safe for all who are owed it.
    ///
    /// Not for shared groups, which keep their queues in memory; nor for retained messages, which may be queued once
    /// more for a new subscription, and nobody waits for that; nor when queues were full, for what is dropped is
    /// acknowledged, be it a repeat of what is not safe yet; nor for delayed messages, which are safe where they wait.
    private void checkSafety(SimMessage message) {
        boolean waits = message != null && !message.retain() && !SimTopics.isShared(message.topic())
                && !message.isDelayed() && sim.dropped() == 0
                && sim.profile().rules().durability(message.topic()) != Durability.NONE;
        String loser = waits ? sim.unsafe().loser(message, clientId -> isOwed(message, clientId)) : null;
        if (loser != null) {
            sim.fail(message + " is acknowledged before it is safe for " + loser, null);
        }
    }

    /// Whether that client had a subscription for it all the time.
    private boolean isOwed(SimMessage message, String clientId) {
        for (SimClient client : sim.clients()) {
            Incarnation session = client.session().certain();
            if (client.toString().equals(clientId) && session != null && message.sentStep() > session.startStep()) {
                for (Span span : session.spans()) {
                    if (span.matches(message.topic()) && span.heldFrom(message.sentStep(), sim.step())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void checkIdentifier(byte[] packet) {
        boolean durable = attempt.expirySeconds() > 0
                && sim.profile().rules().durability(message(packet).topic()) == Durability.SYNC;
        if (durable && sim.unsafe().mayForget(attempt.client().toString(), packetId(packet))) {
            sim.fail("PUBREC for " + message(packet) + " is sent before its identifier is safe", null);
        }
    }
}
