package io.tern.transport;

/// A listener can't listen. The message is one line that names the listener, and the place or file and the reason.
public final class ListenException extends Exception {

    private static final long serialVersionUID = 1;

    ListenException(ListenerOptions options, String reason, Throwable cause) {
        super("listener %s: can't listen on %s: %s".formatted(options.name(), options.place(), reason), cause);
    }
}
