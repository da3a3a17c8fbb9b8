package io.tern.engine;

import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;

/// The rules of who may publish and receive what, as channels and sessions ask them.
public interface AccessRules {

    /// Everything is allowed.
    AccessRules NONE = new AccessRules() {
        @Override
        public long version() {
            return 0;
        }

        @Override
        public Decision mayPublish(Channel channel, Publish publish, TopicName topic) {
            return Decision.ALLOW;
        }

        @Override
        public boolean denied(Channel channel, TopicName topic) {
            return false;
        }
    };

    /// Which rules hold now: what was decided by earlier ones is to be decided anew.
    ///
    /// @return 0 if there are none and everything is allowed
    long version();

    /// Whether a client may publish. Asked only if there are rules.
    ///
    /// @param channel the publisher
    /// @param publish as received
    /// @param topic of the message, also where the packet has only an alias for it
    /// @return LATER if [Channel#permitted] will be called with the answer, not before this has returned
    Decision mayPublish(Channel channel, Publish publish, TopicName topic);

    /// Measures a message that comes in, unless it is the repeat of one that was taken.
    ///
    /// @param channel the publisher
    /// @param publish as received
    /// @return whether it comes faster than is allowed, and is to be refused for that
    default boolean tooFast(Channel channel, Publish publish) {
        return false;
    }

    /// Does something for a session in a later turn of its shard.
    ///
    /// @param session in whose queue so much was denied that others have their turn first
    /// @param action to do
    default void later(Session session, Runnable action) {
        action.run();
    }

    /// Whether a message may go to a subscription's client. If not, it is counted as dropped. Asked only of
    /// subscriptions with a [Subscription#grant].
    ///
    /// @param session whose client
    /// @param subscription that matched
    /// @param message which
    /// @return false if it is not to be delivered
    default boolean mayReceive(Session session, Subscription subscription, Message message) {
        return true;
    }

    /// Whether a message may go to its receiver that was queued under rules that may not hold any more.
    ///
    /// @param session whose queue it is in
    /// @param message which
    /// @param qos with which it would be sent
    /// @return false if it is to be dropped
    default boolean mayStillReceive(Session session, Message message, int qos) {
        return true;
    }

    /// Counts a message that its publisher was not allowed to send.
    ///
    /// @param channel whose
    /// @param topic of the message
    /// @return whether the connection is to be closed
    boolean denied(Channel channel, TopicName topic);
}
