package io.tern.client;

import io.tern.wire.Packet;

/// Sees every packet that goes out and comes in. Called by the client's inner threads under its lock: must be quick
/// and must not call the client.
public interface PacketTrace {

    /// Sees nothing.
    PacketTrace NONE = new PacketTrace() {
        @Override
        public void sent(Packet packet) { }

        @Override
        public void received(Packet packet) { }
    };

    /// A packet is about to be written.
    ///
    /// @param packet what goes out
    void sent(Packet packet);

    /// A packet was read.
    ///
    /// @param packet what came in
    void received(Packet packet);
}
