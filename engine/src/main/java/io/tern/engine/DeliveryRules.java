package io.tern.engine;

import io.tern.api.Message;

/// The rules of who may receive what, as sessions ask them. What is not allowed is counted by who is asked.
public interface DeliveryRules {

    /// Everything is allowed.
    DeliveryRules NONE = new DeliveryRules() {
        @Override
        public boolean mayReceive(Session session, Subscription subscription, Message message) {
            return true;
        }

        @Override
        public boolean mayStillReceive(Session session, Message message, int qos) {
            return true;
        }
    };

    /// Whether a message may go to a subscription's client. Asked only of subscriptions with a [Subscription#grant].
    ///
    /// @param session whose client
    /// @param subscription that matched
    /// @param message which
    /// @return false if it is not to be delivered
    boolean mayReceive(Session session, Subscription subscription, Message message);

    /// Whether a message may go to its receiver that was queued under rules that may not hold any more.
    ///
    /// @param session whose queue it is in
    /// @param message which
    /// @param qos with which it would be sent
    /// @return false if it is to be dropped
    boolean mayStillReceive(Session session, Message message, int qos);
}
