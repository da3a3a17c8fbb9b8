package io.tern.json;

/// A text is no JSON, or more of it than is read. The message says what and where, in one line.
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1;

    JsonException(String message) {
        super(message);
    }
}
