package io.tern.client;

import io.tern.wire.ReasonCode;

/// The server broke the protocol; the connection ends with this reason. Has no stack trace: it says nothing about
/// a fault of ours.
final class Violation extends Exception {

    private final transient ReasonCode reason;

    Violation(ReasonCode reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    ReasonCode reason() {
        return reason;
    }
}
