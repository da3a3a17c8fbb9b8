package io.tern.client;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.codec.Encoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The sender's half of the session: what waits, what is in flight, and what has to be said again after the
/// connection was lost.
///
/// Order is kept: messages leave as they were asked, repeats in the order of the first sending [MQTT-4.6.0-1], and
/// PUBRELs in the order of their PUBRECs [MQTT-4.6.0-4]. A message that has to wait for the window holds back those
/// behind it, QoS 0 included.
final class OutboundMessages {

    private final MqttVersion version;
    private final int inFlightMax;
    private final PacketIds ids;
    private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
    /// PUBLISH sent, PUBACK or PUBREC owed by the server; oldest first.
    private final LinkedHashMap<Integer, Outgoing> published = new LinkedHashMap<>();
    /// PUBREL sent, PUBCOMP owed by the server; oldest PUBREC first.
    private final LinkedHashMap<Integer, Outgoing> released = new LinkedHashMap<>();
    private final ArrayDeque<PubRel> releaseAgain = new ArrayDeque<>();
    private final ArrayDeque<Outgoing> publishAgain = new ArrayDeque<>();
    private ServerLimits limits;
    private int sendQuota;
    private long bytes;

    OutboundMessages(MqttVersion version, int inFlightMax, PacketIds ids) {
        this.version = version;
        this.inFlightMax = inFlightMax;
        this.ids = ids;
    }

    void add(Outgoing message) {
        queue.add(message);
        bytes += message.bytes();
    }

    /// @return messages waiting or in flight
    int messages() {
        return queue.size() + published.size() + released.size();
    }

    /// @return what they weigh, see [Outgoing#bytes]
    long bytes() {
        return bytes;
    }

    /// A connection was accepted. If the server still has the session, everything in flight is said again
    /// [MQTT-4.4.0-1]. If not: what it had released is done, QoS 1 starts anew as a new message, and QoS 2 fails,
    /// because nobody can tell any more whether it arrived.
    void opened(ServerLimits newLimits, boolean resumed, SessionEvents events) {
        limits = newLimits;
        sendQuota = newLimits.receiveMaximum();
        if (resumed) {
            released.keySet().forEach(id -> releaseAgain.add(new PubRel(id)));
            publishAgain.addAll(published.values());
            return;
        }
        for (Outgoing done : released.values()) {
            ids.release(done.packetId);
            settle(done, done.result, events);
        }
        released.clear();
        List<Outgoing> lost = new ArrayList<>(published.values());
        published.clear();
        for (Outgoing message : lost.reversed()) {
            ids.release(message.packetId);
            message.packetId = 0;
            if (message.qos == 1) {
                queue.addFirst(message);
            } else {
                bytes -= message.bytes();
                events.failed(message.token, MqttException.notSent(ReasonCode.UNSPECIFIED_ERROR,
                        "the server lost the session: it is unknown whether this QoS 2 message arrived"));
            }
        }
    }

    void closed() {
        releaseAgain.clear();
        publishAgain.clear();
        limits = null;
    }

    /// Nothing will be sent any more: all that is not done fails.
    void abandon(MqttException cause, SessionEvents events) {
        List<Outgoing> all = new ArrayList<>(released.values());
        all.addAll(published.values());
        all.addAll(queue);
        released.clear();
        published.clear();
        queue.clear();
        bytes = 0;
        for (Outgoing message : all) {
            if (message.packetId != 0) {
                ids.release(message.packetId);
                message.packetId = 0;
            }
            events.failed(message.token, cause);
        }
    }

    /// The next packet of this half.
    ///
    /// @return null if there is none, or if the window is full
    Packet poll(SessionEvents events) {
        PubRel rel = releaseAgain.poll();
        if (rel != null) {
            return rel;
        }
        Outgoing again = publishAgain.peek();
        if (again != null) {
            if (sendQuota == 0) {
                return null;
            }
            publishAgain.remove();
            sendQuota--;
            return again.packet(true);
        }
        for (Outgoing message = queue.peek(); message != null; message = queue.peek()) {
            if (message.qos > 0 && isWindowFull()) {
                return null;
            }
            Publish packet = claim(message, events);
            if (packet != null) {
                return packet;
            }
        }
        return null;
    }

    private boolean isWindowFull() {
        return sendQuota == 0 || published.size() + released.size() >= inFlightMax;
    }

    /// Takes the head of the queue and makes it a packet.
    ///
    /// @return null if it can't be sent to this server; it has failed then
    private Publish claim(Outgoing message, SessionEvents events) {
        queue.remove();
        ReasonCode refusal = limits.refusalOf(message);
        if (refusal != null) {
            return refuse(message, MqttException.notSent(refusal, "the server does not take it: " + refusal), events);
        }
        if (message.qos > 0) {
            message.packetId = ids.take();
            assert message.packetId != 0 : "the window is smaller than the identifiers";
        }
        Publish packet = message.packet(false);
        if (exceedsMaximum(packet)) {
            return refuse(message, MqttException.notSent(ReasonCode.PACKET_TOO_LARGE,
                    "the packet is larger than " + limits.maximumPacketBytes() + " bytes"), events);
        }
        if (message.qos == 0) {
            settle(message, ReasonCode.SUCCESS, events);
        } else {
            published.put(message.packetId, message);
            sendQuota--;
        }
        return packet;
    }

    private boolean exceedsMaximum(Publish packet) {
        return limits.maximumPacketBytes() < ServerLimits.PACKET_BYTES_MAX
                && Encoder.encodedBytes(packet, version) > limits.maximumPacketBytes();
    }

    private Publish refuse(Outgoing message, MqttException cause, SessionEvents events) {
        bytes -= message.bytes();
        if (message.packetId != 0) {
            ids.release(message.packetId);
            message.packetId = 0;
        }
        events.failed(message.token, cause);
        return null;
    }

    /// Takes a PUBACK. One for an identifier that is not in flight is ignored: nothing is owed for it.
    void pubAck(PubAck ack, SessionEvents events) throws Violation {
        Outgoing message = published.get(ack.packetId());
        if (message == null) {
            return;
        }
        if (message.qos != 1) {
            throw new Violation(ReasonCode.PROTOCOL_ERROR, "PUBACK for a QoS 2 message");
        }
        published.remove(ack.packetId());
        finish(message, ack.reason(), events);
    }

    /// Takes a PUBREC.
    ///
    /// @return the PUBREL owed [MQTT-4.3.3-4], or null
    Packet pubRec(PubRec rec, SessionEvents events) throws Violation {
        int id = rec.packetId();
        Outgoing message = published.get(id);
        if (message == null) {
            if (rec.reason().isError()) {
                return null;
            }
            boolean known = released.containsKey(id) || !version.isV5();
            return known ? new PubRel(id) : new PubRel(id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE);
        }
        if (message.qos != 2) {
            throw new Violation(ReasonCode.PROTOCOL_ERROR, "PUBREC for a QoS 1 message");
        }
        published.remove(id);
        if (rec.reason().isError()) {
            finish(message, rec.reason(), events);
            return null;
        }
        publishAgain.remove(message);
        message.result = rec.reason();
        released.put(id, message);
        return new PubRel(id);
    }

    /// Takes a PUBCOMP. Whatever its reason, the message is done: an unknown identifier was completed before.
    void pubComp(PubComp comp, SessionEvents events) {
        Outgoing message = released.remove(comp.packetId());
        if (message != null) {
            finish(message, message.result, events);
        }
    }

    private void finish(Outgoing message, ReasonCode reason, SessionEvents events) {
        publishAgain.remove(message);
        sendQuota = Math.min(sendQuota + 1, limits.receiveMaximum());
        ids.release(message.packetId);
        message.packetId = 0;
        settle(message, reason, events);
    }

    private void settle(Outgoing message, ReasonCode reason, SessionEvents events) {
        bytes -= message.bytes();
        events.settled(message.token, List.of(reason));
    }
}
