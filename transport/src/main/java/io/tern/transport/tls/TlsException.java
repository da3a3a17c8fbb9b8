package io.tern.transport.tls;

/// A listener's TLS can't be set up. The message is one line that names the file.
public final class TlsException extends Exception {

    private static final long serialVersionUID = 1;

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
