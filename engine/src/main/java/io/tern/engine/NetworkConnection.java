package io.tern.engine;

import io.tern.api.ClientInfo;
import io.tern.engine.outbound.Receiver;
import io.tern.wire.ReasonCode;

/// The network connection of a session, as the session and those who look after it see it.
public interface NetworkConnection extends Receiver {

    /// Who its client is.
    ///
    /// @return null before it was let in
    ClientInfo client();

    /// Whether packets are exchanged.
    ///
    /// @return false before CONNACK, which is the first packet that a client gets [MQTT-3.2.0-1], and once it is closed
    boolean isOpen();

    /// Closes it, since its client has connected again elsewhere [MQTT-3.1.4-3].
    void takenOver();

    /// Closes it.
    ///
    /// @param reason 0x80 or more
    /// @param words more of it, or null
    void fail(ReasonCode reason, String words);
}
