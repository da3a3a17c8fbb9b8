package io.tern.engine;

import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Connect;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;

/// Who counts and tells what was refused to clients, and why connections were closed. On the shard's thread.
public interface Incidents {

    /// A client has broken a rule, and was allowed to.
    ///
    /// @param channel whose
    /// @param irregularity which rule
    void irregular(Channel channel, Irregularity irregularity);

    /// A message was not taken from its publisher.
    ///
    /// @param channel whose
    /// @param topic of the message
    /// @param refusal why
    void rejected(Channel channel, TopicName topic, Refusal refusal);

    /// A CONNECT is refused for what stands in it.
    ///
    /// @param channel whose; it is closed by who calls this
    /// @param connect the packet
    /// @param refusal why
    void refused(Channel channel, Connect connect, Refusal refusal);

    /// A connection is about to be closed by this side.
    ///
    /// @param channel which
    /// @param reason what the client is told, if its version has words for it
    /// @param words more of it, or null
    void closing(Channel channel, ReasonCode reason, String words);
}
