package io.tern.api;

/// Something that a client wants to do.
///
/// @param action what
/// @param topic a topic name, or for [Action#SUBSCRIBE] a filter without `$share/{name}/`
/// @param qos quality of service of the message, or asked for, 0 to 2
/// @param retain whether a message is to be retained; false for subscriptions
public record Access(Action action, String topic, int qos, boolean retain) {

    /// What may be done with a topic.
    public enum Action {
        /// Send a message there, as a PUBLISH or as a will.
        PUBLISH,
        /// Ask for messages from there.
        SUBSCRIBE,
        /// Get one message from there, by a subscription that was granted.
        RECEIVE
    }

    /// Whether it is about the broker itself: a request to it, or what it answers.
    ///
    /// @return true below [Control#PREFIX]
    public boolean isControl() {
        return topic.startsWith(Control.PREFIX);
    }

    /// Sending a message.
    ///
    /// @param topic where to
    /// @param qos 0 to 2
    /// @param retain whether it is to be retained
    /// @return the access
    public static Access publish(String topic, int qos, boolean retain) {
        return new Access(Action.PUBLISH, topic, qos, retain);
    }

    /// Subscribing.
    ///
    /// @param filter without `$share/{name}/`
    /// @param qos asked for
    /// @return the access
    public static Access subscribe(String filter, int qos) {
        return new Access(Action.SUBSCRIBE, filter, qos, false);
    }

    /// Getting a message.
    ///
    /// @param topic of the message
    /// @param qos with which it would be sent
    /// @return the access
    public static Access receive(String topic, int qos) {
        return new Access(Action.RECEIVE, topic, qos, false);
    }
}
