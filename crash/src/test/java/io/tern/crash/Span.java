package io.tern.crash;

import io.tern.wire.TopicFilter;

/// A subscription from its SUBSCRIBE to its end. Guarded by the [Ledger].
final class Span {

    final TopicFilter filter;
    final int qos;
    /// When SUBSCRIBE was about to be sent.
    final long asked;
    /// When SUBACK was seen.
    long granted = Message.NOT_YET;
    /// When UNSUBSCRIBE, or a CONNECT with a clean start, was about to be sent.
    long givenUp = Message.NOT_YET;
    /// When that was answered.
    long ended = Message.NOT_YET;

    Span(TopicFilter filter, int qos, long asked) {
        this.filter = filter;
        this.qos = qos;
        this.asked = asked;
    }

    /// Whether a message must come.
    boolean owes(Message message) {
        return message.isAcknowledged()
                && covers(message)
                && (givenUp == Message.NOT_YET || message.acknowledged < givenUp);
    }

    /// Whether it was there when a message was sent for the first time.
    boolean covers(Message message) {
        return granted != Message.NOT_YET && granted < message.sent && filter.matches(message.topic);
    }

    /// Whether nothing was done yet to end it.
    boolean stands() {
        return givenUp == Message.NOT_YET;
    }

    /// Whether a message may come.
    boolean allows(Message message) {
        return (!message.isAcknowledged() || message.retain || message.isDelayed()
                        || message.acknowledged > asked)
                && (ended == Message.NOT_YET || message.sent < ended)
                && filter.matches(message.topic);
    }
}
