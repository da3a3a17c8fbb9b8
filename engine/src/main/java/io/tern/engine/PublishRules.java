package io.tern.engine;

import io.tern.api.Decision;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;

/// The rules of who may publish what, as a channel asks them.
public interface PublishRules {

    /// Everything is allowed.
    PublishRules NONE = new PublishRules() {
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

    /// Counts a message that its publisher was not allowed to send.
    ///
    /// @param channel whose
    /// @param topic of the message
    /// @return whether the connection is to be closed
    boolean denied(Channel channel, TopicName topic);
}
