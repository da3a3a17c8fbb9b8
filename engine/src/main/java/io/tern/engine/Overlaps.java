package io.tern.engine;

/// Gathers what several subscriptions of one session ask for together, when more than one filter matched a message: the
/// session gets one copy [MQTT-3.3.4-2].
public interface Overlaps {

    /// One subscription that is to have the message.
    ///
    /// @param subscription whose session may have others among those that matched
    void add(Subscription subscription);
}
