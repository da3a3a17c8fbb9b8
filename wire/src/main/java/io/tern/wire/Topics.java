package io.tern.wire;

import java.nio.charset.StandardCharsets;

/// What topic names and topic filters have in common: their UTF-8, told in the words of section 4.7.3.
final class Topics {

    private Topics() {
    }

    /// @throws InvalidTopicException if the text can't be sent, or should not
    static byte[] encode(String text) {
        Utf8.Fault fault = Utf8.check(text);
        if (fault == Utf8.Fault.DISCOURAGED) {
            throw new InvalidTopicException("MQTT-1.5.4-1", "control or non-character in topic");
        }
        refuse(fault);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        refuseTooLong(utf8.length);
        return utf8;
    }

    /// @throws InvalidTopicException if the bytes are no text, or too many
    static void check(byte[] src, int offset, int length) {
        refuseTooLong(length);
        refuse(Utf8.check(src, offset, length));
    }

    private static void refuse(Utf8.Fault fault) {
        switch (fault) {
            case NONE, DISCOURAGED -> {
            }
            case ILL_FORMED -> throw new InvalidTopicException("MQTT-1.5.4-1", "topic is not well-formed UTF-8");
            case NULL_CHARACTER -> throw new InvalidTopicException("MQTT-4.7.3-2", "U+0000 in topic");
        }
    }

    private static void refuseTooLong(int bytes) {
        if (bytes > Utf8.MAX_BYTES) {
            throw new InvalidTopicException("MQTT-4.7.3-3", "topic of " + bytes + " bytes, 65535 is the most");
        }
    }
}
