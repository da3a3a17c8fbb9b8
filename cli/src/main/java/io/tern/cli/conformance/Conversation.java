package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// One network connection of a running case.
final class Conversation {

    private final Peer peer;
    private final Peer.Link link;
    private final MqttVersion version;
    private final Map<String, String> topicsByAlias = new HashMap<>();
    private byte[] held = {};
    private boolean ended;
    private long packetBytesMax = Long.MAX_VALUE;
    private int aliasMax;

    Conversation(Peer peer, MqttVersion version) throws IOException {
        this.peer = peer;
        this.version = version;
        this.link = peer.open();
    }

    /// Sets what CONNECT asks the broker to keep to. Each packet is held to it then, whatever the script expects.
    void limits(long newPacketBytesMax, int newAliasMax) {
        packetBytesMax = newPacketBytesMax == 0 ? Long.MAX_VALUE : newPacketBytesMax;
        aliasMax = newAliasMax;
    }

    void send(byte[] bytes) throws IOException {
        link.send(bytes);
    }

    /// Waits for a packet.
    ///
    /// @return null if the broker has closed the connection
    /// @throws IllegalArgumentException if what came is no packet
    /// @throws NothingCame if the time is up
    Received receive(long untilMillis) throws IOException, NothingCame {
        while (true) {
            Received packet = next();
            if (packet != null || ended) {
                return packet;
            }
            byte[] more = link.receive(untilMillis);
            if (more == null) {
                throw new NothingCame();
            }
            if (more.length == 0) {
                ended = true;
            } else {
                int before = held.length;
                held = Arrays.copyOf(held, before + more.length);
                System.arraycopy(more, 0, held, before, more.length);
            }
        }
    }

    private Received next() {
        int length = 0;
        int shift = 0;
        for (int at = 1; at < held.length; at++) {
            length |= (held[at] & 0x7F) << shift;
            shift += 7;
            if ((held[at] & 0x80) == 0) {
                int end = at + 1 + length;
                if (end > held.length) {
                    return null;
                }
                byte[] frame = Arrays.copyOf(held, end);
                held = Arrays.copyOfRange(held, end, held.length);
                if (frame.length > packetBytesMax) {
                    throw new IllegalArgumentException("a packet of " + frame.length + " bytes, which is too large");
                }
                return new Received(frame, at + 1, version).withoutAlias(topicsByAlias, aliasMax);
            }
            if (shift > 21) {
                throw new IllegalArgumentException("a Remaining Length of more than four bytes");
            }
        }
        return null;
    }

    boolean ended() {
        return ended;
    }

    void close() {
        ended = true;
        link.close();
    }

    long deadlineMillis(long afterMillis) {
        return peer.nowMillis() + afterMillis;
    }

    /// The deadline has passed.
    static final class NothingCame extends Exception {

        private static final long serialVersionUID = 1;
    }
}
