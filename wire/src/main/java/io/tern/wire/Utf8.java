package io.tern.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// UTF-8 Encoded Strings as MQTT wants them (section 1.5.4): strictly well-formed, without U+0000, at most 65,535
/// bytes.
///
/// Control characters and Unicode's non-characters are only discouraged by the standard. They are told apart from the
/// rest, so that a server can refuse them, as the widespread servers do, and a client can bear them.
///
/// The JDK's own decoder replaces what is wrong, or throws and allocates; this one only looks.
public final class Utf8 {

    /// Most bytes of an MQTT string [MQTT-4.7.3-3].
    public static final int MAX_BYTES = 0xFFFF;

    /// What a look at a text found: the worst, in this order.
    public enum Fault {
        /// Nothing wrong.
        NONE,
        /// Lawful, but "SHOULD NOT" be sent: U+0001 to U+001F, U+007F to U+009F, or a non-character like U+FFFF.
        DISCOURAGED,
        /// Overlong, cut off, a surrogate, above U+10FFFF, or a stray byte [MQTT-1.5.4-1].
        ILL_FORMED,
        /// U+0000 [MQTT-1.5.4-2].
        NULL_CHARACTER
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SPACES = 0x2020_2020_2020_2020L;

    private Utf8() {
    }

    /// Checks bytes of a string, eight at a time as long as they are printable ASCII.
    ///
    /// @param src the bytes
    /// @param offset of the first
    /// @param length how many, may be 0
    /// @return the worst that was found
    public static Fault check(byte[] src, int offset, int length) {
        Fault found = Fault.NONE;
        int i = offset;
        int end = offset + length;
        while (i < end) {
            if (i + 8 <= end) {
                long eight = (long) LONGS.get(src, i);
                // A high bit is left by a byte above 0x7F in the first term, below 0x20 in the second, by 0x7F in the
                // third.
                if (((eight | eight - SPACES | eight + ONES) & HIGH_BITS) == 0) {
                    i += 8;
                    continue;
                }
            }
            int first = src[i];
            if (first >= 0x20 && first < 0x7F) {
                i++;
            } else if (first == 0) {
                return Fault.NULL_CHARACTER;
            } else if (first > 0) {
                found = Fault.DISCOURAGED;
                i++;
            } else {
                int bytes = sequenceBytes(src, i, end);
                if (bytes == 0) {
                    return Fault.ILL_FORMED;
                }
                if (isDiscouraged(codePoint(src, i, bytes))) {
                    found = Fault.DISCOURAGED;
                }
                i += bytes;
            }
        }
        return found;
    }

    private static int codePoint(byte[] src, int i, int bytes) {
        int value = src[i] & 0xFF >> bytes + 1;
        for (int k = 1; k < bytes; k++) {
            value = value << 6 | src[i + k] & 0x3F;
        }
        return value;
    }

    private static boolean isDiscouraged(int codePoint) {
        return codePoint < 0x20
                || codePoint >= 0x7F && codePoint < 0xA0
                || codePoint >= 0xFDD0 && codePoint <= 0xFDEF
                || (codePoint & 0xFFFE) == 0xFFFE;
    }

    /// Length of the well-formed sequence of two to four bytes that starts here, 0 if it is not well-formed.
    /// The bounds of the second byte are those of Unicode's table 3-7; they shut out overlong forms and surrogates.
    private static int sequenceBytes(byte[] src, int i, int end) {
        int first = src[i] & 0xFF;
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        int bytes = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (i + bytes > end) {
            return 0;
        }
        int second = src[i + 1] & 0xFF;
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return 0;
        }
        for (int k = 2; k < bytes; k++) {
            if ((src[i + k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return bytes;
    }

    /// Makes a string of bytes that [#check] found good.
    ///
    /// @param src the bytes
    /// @param offset of the first
    /// @param length how many
    /// @return the text; U+FEFF stays where it is [MQTT-1.5.4-3]
    public static String decode(byte[] src, int offset, int length) {
        return length == 0 ? "" : new String(src, offset, length, StandardCharsets.UTF_8);
    }

    /// What the characters of a text take in memory: a byte each, as the JDK keeps them, or two if one of them is not
    /// in Latin-1.
    ///
    /// @param text any
    /// @return bytes, without the objects around them
    public static int memoryBytes(String text) {
        int chars = text.length();
        for (int i = 0; i < chars; i++) {
            if (text.charAt(i) > 0xFF) {
                return 2 * chars;
            }
        }
        return chars;
    }

    /// Checks a text that shall be sent.
    ///
    /// @param text any
    /// @return the worst that was found; a lone surrogate is [Fault#ILL_FORMED]
    public static Fault check(String text) {
        Fault found = Fault.NONE;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (codePoint == 0) {
                return Fault.NULL_CHARACTER;
            }
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return Fault.ILL_FORMED;
            }
            if (isDiscouraged(codePoint)) {
                found = Fault.DISCOURAGED;
            }
            i += Character.charCount(codePoint);
        }
        return found;
    }

    /// Counts the bytes of a text, without the two of its length field.
    ///
    /// @param text what shall be sent
    /// @return 0 to 65,535
    /// @throws IllegalArgumentException if it has U+0000, a control character, a lone surrogate, or is too long
    public static int encodedBytes(String text) {
        switch (check(text)) {
            case NONE -> {
            }
            case DISCOURAGED -> throw new IllegalArgumentException("control or non-character in text, section 1.5.4");
            case ILL_FORMED -> throw new IllegalArgumentException("lone surrogate in text [MQTT-1.5.4-1]");
            case NULL_CHARACTER -> throw new IllegalArgumentException("U+0000 in text [MQTT-1.5.4-2]");
        }
        int chars = text.length();
        long bytes = chars;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // Each half of a surrogate pair adds one: four bytes for two chars.
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(bytes + " bytes of text, " + MAX_BYTES + " is the most [MQTT-4.7.3-3]");
        }
        return (int) bytes;
    }

    /// Encodes a text.
    ///
    /// @param text what shall be sent
    /// @return its bytes, without a length field
    /// @throws IllegalArgumentException if it has U+0000, a control character, a lone surrogate, or is too long
    public static byte[] encode(String text) {
        encodedBytes(text);
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
