package io.tern.wire;

/// An MQTT control packet, the same type in all versions.
///
/// A `switch` over it needs no default branch, so a new packet can't be forgotten.
public sealed interface Packet
        permits Publish, PubAck, PubRec, PubRel, PubComp, PingReq, PingResp,
                Subscribe, SubAck, Unsubscribe, UnsubAck, Connect, ConnAck, Disconnect, Auth {

    /// Which of the fifteen it is, for counters and traces.
    ///
    /// @return the type with its number on the wire
    PacketType type();
}
