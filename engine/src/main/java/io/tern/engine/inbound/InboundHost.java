package io.tern.engine.inbound;

import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.engine.queue.Memory;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;

/// What the way in of one connection needs of its shard. On the shard's thread.
public interface InboundHost {

    /// The time of this turn.
    ///
    /// @return milliseconds since 1970
    long nowMillis();

    /// What the machine's clock says at this moment, which may have been set.
    ///
    /// @return milliseconds since 1970
    long machineMillis();

    /// The bounds set for each client.
    ///
    /// @return the same all the time
    Limits limits();

    /// The memory that all clients share.
    ///
    /// @return the same all the time
    Memory memory();

    /// Measures a message that comes in, unless it is the repeat of one that was taken.
    ///
    /// @param publish as received
    /// @return whether it comes faster than is allowed, and is to be refused for that
    boolean tooFast(Publish publish);

    /// Which rules hold now: what was decided by earlier ones is to be decided anew.
    ///
    /// @return 0 if there are none and everything is allowed
    long rulesVersion();

    /// Whether a message may be published. Asked only if there are rules.
    ///
    /// @param publish as received
    /// @param topic of the message, also where the packet has only an alias for it
    /// @return LATER if [PublishInbound#permitted] will be called with the answer, not before this has returned
    Decision mayPublish(Publish publish, TopicName topic);

    /// Whether a message to one client goes there as it is routed; if not yet, that client is looked for.
    ///
    /// @param topic see [io.tern.wire.PointToPoint]
    /// @return false if [PublishInbound#reached] will be called, not before this has returned
    boolean reaches(TopicName topic);

    /// Whether there is no room on disk for what would have to be kept of a message.
    ///
    /// @param publish as received
    /// @param topic of the message
    /// @return true if it is to be refused for that
    boolean lacksRoom(Publish publish, TopicName topic);

    /// Whether it is known who gets what is published to a topic of many levels.
    ///
    /// @param topic of more than [io.tern.engine.rules.Topics#FEW_LEVELS] levels
    /// @return false if [PublishInbound#permitted] will be called when it is, not before this has returned
    boolean isMatched(TopicName topic);

    /// Takes a message on. The answer comes by [Replies#settled].
    ///
    /// @param message what
    /// @param slot place of the answer; negative for none
    /// @param packetId of the PUBLISH, 0 at QoS 0
    void publish(Message message, int slot, int packetId);

    /// Whether a message can't be kept until it is due.
    ///
    /// @param message what, to the topic behind its delay
    /// @return null if it can
    Refusal refusesToDelay(Message message);

    /// Takes a message that goes on when it is due. The answer comes by [Replies#settled], when it is safe until then.
    ///
    /// @param message what, to the topic behind its delay
    /// @param dueMillis when, by [#nowMillis]
    /// @param slot place of the answer; negative for none
    /// @param packetId of the PUBLISH, 0 at QoS 0
    void delay(Message message, long dueMillis, int slot, int packetId);

    /// A client has broken a rule, and was allowed to.
    ///
    /// @param irregularity which rule
    void irregular(Irregularity irregularity);

    /// A message was not taken.
    ///
    /// @param topic of the message
    /// @param refusal why
    void rejected(TopicName topic, Refusal refusal);

    /// Counts a message that the rules don't allow.
    ///
    /// @param topic of the message
    /// @return whether the connection is to be closed
    boolean denied(TopicName topic);
}
