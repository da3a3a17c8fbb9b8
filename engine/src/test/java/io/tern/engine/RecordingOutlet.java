package io.tern.engine;

import io.tern.engine.outbound.Outlet;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.WireException;
import java.util.ArrayList;
import java.util.List;

/// The way to a client, ending in a list.
public final class RecordingOutlet implements Outlet {

    private final List<Packet> packets = new ArrayList<>();
    private final Decoder decoder = new Decoder(Decoder.Receiver.CLIENT, Integer.MAX_VALUE);
    boolean writable = true;
    boolean closed;
    int writtenBytes;
    /// Whether sending fails, as it must not.
    boolean failing;
    /// A packet that the client finds too large.
    Packet refused;

    /// A client of MQTT 5.0.
    public RecordingOutlet() {
        version(MqttVersion.V5);
    }

    RecordingOutlet version(MqttVersion version) {
        decoder.version(version);
        return this;
    }

    /// Everything sent, to be looked at and taken away.
    List<Packet> packets() {
        return packets;
    }

    /// Everything sent since this was asked last.
    public List<Packet> take() {
        List<Packet> taken = List.copyOf(packets);
        packets.clear();
        return taken;
    }

    /// The one packet sent since this was asked last.
    public Packet only() {
        List<Packet> taken = take();
        if (taken.size() != 1) {
            throw new AssertionError("not one packet: " + taken);
        }
        return taken.getFirst();
    }

    /// The same, which must be a message.
    Publish message() {
        return (Publish) only();
    }

    @Override
    public boolean send(Packet packet) {
        if (failing) {
            throw new IllegalStateException("broken on purpose");
        }
        if (packet == refused) {
            return false;
        }
        if (!closed) {
            packets.add(packet);
        }
        return true;
    }

    @Override
    public void ack(int header, int packetId, ReasonCode reason) {
        send(
                switch (header) {
                    case PUBACK -> new PubAck(packetId, reason, Properties.NONE);
                    case PUBREC -> new PubRec(packetId, reason, Properties.NONE);
                    case PUBREL -> new PubRel(packetId, reason, Properties.NONE);
                    case PUBCOMP -> new PubComp(packetId, reason, Properties.NONE);
                    default -> throw new AssertionError(header);
                });
    }

    @Override
    public void write(byte[] frame, int offset, int length) {
        writtenBytes += length;
        decoder.feed(frame, offset, length);
        try {
            for (Packet packet = decoder.next(); packet != null; packet = decoder.next()) {
                send(packet);
            }
        } catch (WireException e) {
            throw new AssertionError("what was written is no packet: " + e.getMessage(), e);
        }
        decoder.hold();
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void close() {
        closed = true;
    }
}
