package io.tern.wire;

/// A text that can't be a topic name or a topic filter.
public final class InvalidTopicException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String statement;

    /// Made by [TopicName] and [TopicFilter].
    ///
    /// @param statement id of the statement of MQTT 5.0 that is broken
    /// @param message what is wrong, in words
    InvalidTopicException(String statement, String message) {
        super(message + " [" + statement + "]");
        this.statement = statement;
    }

    /// Which statement of MQTT 5.0 is broken.
    ///
    /// @return an id like `MQTT-4.7.1-1`
    public String statement() {
        return statement;
    }
}
