package io.tern.keys;

/// A file of keys or certificates that can't be used. The message says why, without naming the file: whoever opened it
/// does.
public final class KeyFileException extends Exception {

    private static final long serialVersionUID = 1;

    KeyFileException(String message) {
        super(message);
    }

    KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
