package io.tern.engine.outbound;

import io.tern.wire.Packet;
import io.tern.wire.ReasonCode;

/// Where one connection's packets go: encoded into its output buffer, sent when the turn ends.
public interface Outlet {

    /// Fixed header of PUBACK.
    int PUBACK = 0x40;

    /// Fixed header of PUBREC.
    int PUBREC = 0x50;

    /// Fixed header of PUBREL, with the flags it must have [MQTT-3.6.1-1].
    int PUBREL = 0x62;

    /// Fixed header of PUBCOMP.
    int PUBCOMP = 0x70;

    /// Sends a packet. One that is larger than the client takes is left out or shortened by the rules of its kind.
    ///
    /// @param packet any but PUBLISH
    /// @return false if nothing was sent, since what has to be in it is more than the client takes [MQTT-3.1.2-24]
    boolean send(Packet packet);

    /// Sends one of the four acknowledgements without making a record of it.
    ///
    /// @param header [#PUBACK], [#PUBREC], [#PUBREL] or [#PUBCOMP]
    /// @param packetId 1 to 65,535
    /// @param reason not sent to 3.x clients
    void ack(int header, int packetId, ReasonCode reason);

    /// Appends bytes that are encoded already.
    ///
    /// @param frame copied from
    /// @param offset of the first byte
    /// @param length bytes
    void write(byte[] frame, int offset, int length);

    /// Whether messages may be written; control packets may be at any time.
    ///
    /// @return false while the peer has too much unread
    boolean writable();

    /// Sends what was written and closes the connection. Later writes are dropped.
    void close();
}
