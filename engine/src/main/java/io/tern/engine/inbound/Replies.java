package io.tern.engine.inbound;

import io.tern.wire.ReasonCode;

/// Where the answers to the PUBLISH packets of one connection leave.
public interface Replies {

    /// Answers one PUBLISH, when everything before it is answered. Does nothing once the connection is closed.
    ///
    /// @param slot place of the answer; negative for none
    /// @param reason 0x00, 0x10, or why it was not taken
    void settled(int slot, ReasonCode reason);

    /// There will be no answer in a place.
    ///
    /// @param slot place of the answer
    void discard(int slot);
}
