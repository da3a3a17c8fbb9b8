package io.tern.wire;

import java.util.Arrays;

/// The name of a topic, as a PUBLISH carries it: at least one character, no wildcards.
///
/// Holds the text and its bytes, so that a name that came from a client goes out to others without encoding it again.
/// Immutable; equal by value, compared character by character without any normalization [MQTT-4.7.3-4].
public final class TopicName {

    /// Stands in a PUBLISH whose topic is given by an alias alone. The only name without characters.
    public static final TopicName EMPTY = new TopicName("", new byte[0]);

    /// The objects that make a name, besides bytes and characters.
    private static final int OBJECTS_BYTES = 80;

    private final String value;
    private final byte[] utf8;
    private final int textBytes;

    private TopicName(String value, byte[] utf8) {
        this.value = value;
        this.utf8 = utf8;
        this.textBytes = value.length() == utf8.length ? utf8.length : Utf8.memoryBytes(value);
    }

    /// Checks a text and makes a name of it.
    ///
    /// @param value 1 to 65,535 bytes of UTF-8 without `+`, `#` and U+0000
    /// @return the name
    /// @throws InvalidTopicException if that doesn't hold
    public static TopicName of(String value) {
        if (value.isEmpty()) {
            throw new InvalidTopicException("MQTT-4.7.3-1", "empty topic name");
        }
        if (value.indexOf('+') >= 0 || value.indexOf('#') >= 0) {
            throw new InvalidTopicException("MQTT-4.7.0-1", "wildcard in topic name '" + value + "'");
        }
        return new TopicName(value, Topics.encode(value));
    }

    /// Checks bytes and makes a name of them, with a copy of its own.
    ///
    /// @param src holds the bytes
    /// @param offset of the first
    /// @param length 1 to 65,535
    /// @return the name
    /// @throws InvalidTopicException if they are no topic name
    public static TopicName ofUtf8(byte[] src, int offset, int length) {
        if (length == 0) {
            throw new InvalidTopicException("MQTT-4.7.3-1", "empty topic name");
        }
        Topics.check(src, offset, length);
        for (int i = offset; i < offset + length; i++) {
            if (src[i] == '+' || src[i] == '#') {
                throw new InvalidTopicException("MQTT-4.7.0-1", "wildcard in topic name");
            }
        }
        return new TopicName(Utf8.decode(src, offset, length), Arrays.copyOfRange(src, offset, offset + length));
    }

    /// The text.
    ///
    /// @return empty only for [#EMPTY]
    public String value() {
        return value;
    }

    /// The bytes on the wire, without a length field.
    ///
    /// @return shared, not to be changed
    public byte[] utf8() {
        return utf8;
    }

    /// About what it takes in memory: it is kept in bytes and in characters, of which each may take twice as much as
    /// its byte did.
    ///
    /// @return bytes
    public int memoryBytes() {
        return OBJECTS_BYTES + utf8.length + textBytes;
    }

    /// About what its text alone takes in memory, for who keeps no more of it.
    ///
    /// @return bytes
    public int textMemoryBytes() {
        return OBJECTS_BYTES / 2 + textBytes;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof TopicName that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
