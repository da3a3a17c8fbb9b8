package io.tern.transport;

/// A listener can't listen. The message is one line that names the listener, the host, the port and the reason.
public final class ListenException extends Exception {

    private static final long serialVersionUID = 1;

    ListenException(ListenerOptions options, String reason, Throwable cause) {
        super("listener %s: can't listen on %s port %d: %s"
                .formatted(options.name(), options.host(), options.port(), reason), cause);
    }
}
