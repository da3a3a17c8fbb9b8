package io.tern.cli;

/// The user asked for something that makes no sense; the message says what, in one line.
final class UsageException extends Exception {

    UsageException(String message) {
        super(message);
    }
}
