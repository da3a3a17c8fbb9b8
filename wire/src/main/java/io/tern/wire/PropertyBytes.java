package io.tern.wire;

import java.util.Arrays;

/// Walks over properties in the form they have on the wire: identifier, value, identifier, value.
final class PropertyBytes {

    private static final int TYPES = 7;
    private static final Property.Type[] TYPE_BY_ID = new Property.Type[128];

    static {
        assert Property.Type.values().length == TYPES;
        for (Property property : Property.values()) {
            TYPE_BY_ID[property.id()] = property.type();
        }
    }

    private PropertyBytes() {
    }

    /// Checks that whole properties fill the range, none twice that may not be.
    ///
    /// @return a bit for each that is there, by ordinal
    /// @throws IllegalArgumentException if they don't
    static int presence(byte[] src, int start, int end) {
        int present = 0;
        for (int i = start; i < end; ) {
            Property property = Property.of(src[i]);
            if (property == null) {
                throw new IllegalArgumentException("no property has the identifier " + (src[i] & 0xFF));
            }
            int bit = 1 << property.ordinal();
            if ((present & bit) != 0 && !property.repeatableIn(PacketType.PUBLISH)) {
                throw new IllegalArgumentException(property + " twice");
            }
            present |= bit;
            i = valueEnd(property.type(), src, i + 1, end);
            if (i < 0) {
                throw new IllegalArgumentException(property + " is cut off");
            }
        }
        return present;
    }

    /// Where the value that starts at `at` ends, -1 if that is beyond `end`.
    private static int valueEnd(Property.Type type, byte[] src, int at, int end) {
        int valueEnd = switch (type) {
            case BYTE -> at + 1;
            case TWO_BYTE -> at + 2;
            case FOUR_BYTE -> at + 4;
            case VARINT -> varIntEnd(src, at, end);
            case STRING, BINARY -> blockEnd(src, at, end);
            case STRING_PAIR -> {
                int nameEnd = blockEnd(src, at, end);
                yield nameEnd < 0 ? -1 : blockEnd(src, nameEnd, end);
            }
        };
        return valueEnd > end ? -1 : valueEnd;
    }

    private static int varIntEnd(byte[] src, int at, int end) {
        for (int i = at; i < end && i < at + 4; i++) {
            if (src[i] >= 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private static int blockEnd(byte[] src, int at, int end) {
        return at + 2 > end ? -1 : at + 2 + twoByte(src, at);
    }

    /// Where the property behind the one at `at` begins. The bytes are known to be whole properties.
    static int next(byte[] src, int at) {
        return valueEnd(TYPE_BY_ID[src[at]], src, at + 1, src.length);
    }

    /// Where the first value of a property that is there begins.
    static int find(Property property, byte[] src) {
        int i = 0;
        while (src[i] != property.id()) {
            i = next(src, i);
        }
        return i + 1;
    }

    static int twoByte(byte[] src, int at) {
        return (src[at] & 0xFF) << 8 | src[at + 1] & 0xFF;
    }

    static String string(byte[] src, int at) {
        return Utf8.decode(src, at + 2, twoByte(src, at));
    }

    /// Whether the string at `at` is that text of ASCII.
    static boolean says(byte[] src, int at, String text) {
        if (twoByte(src, at) != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (src[at + 2 + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static long number(Property.Type type, byte[] src, int at) {
        return switch (type) {
            case BYTE -> src[at] & 0xFF;
            case TWO_BYTE -> twoByte(src, at);
            case FOUR_BYTE -> (long) twoByte(src, at) << 16 | twoByte(src, at + 2);
            case VARINT -> {
                long value = 0;
                int shift = 0;
                int i = at;
                while (src[i] < 0) {
                    value |= (long) (src[i++] & 0x7F) << shift;
                    shift += 7;
                }
                yield value | (long) src[i] << shift;
            }
            case STRING, BINARY, STRING_PAIR -> throw new IllegalArgumentException(type + " is no number");
        };
    }

    static int numberBytes(Property.Type type, long value) {
        return switch (type) {
            case BYTE -> 1;
            case TWO_BYTE -> 2;
            case FOUR_BYTE -> 4;
            case VARINT -> value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
            case STRING, BINARY, STRING_PAIR -> throw new IllegalArgumentException(type + " is no number");
        };
    }

    static void putNumber(Property.Type type, long value, byte[] dst, int at) {
        int bytes = numberBytes(type, value);
        if (type == Property.Type.VARINT) {
            for (int k = 0; k < bytes; k++) {
                dst[at + k] = (byte) (value >> 7 * k & 0x7F | (k + 1 < bytes ? 0x80 : 0));
            }
        } else {
            for (int k = 0; k < bytes; k++) {
                dst[at + k] = (byte) (value >> 8 * (bytes - 1 - k));
            }
        }
    }

    /// Whether two rows of properties say the same. They are known to have the same length and the same properties.
    static boolean sameContent(byte[] a, byte[] b) {
        int repeatA = -1;
        int repeatB = -1;
        for (Property property : Property.values()) {
            if (!property.repeatableIn(PacketType.PUBLISH)) {
                continue;
            }
            repeatA = nextOf(property, a, 0);
            repeatB = nextOf(property, b, 0);
            while (repeatA >= 0 && repeatB >= 0) {
                if (!Arrays.equals(a, repeatA, next(a, repeatA), b, repeatB, next(b, repeatB))) {
                    return false;
                }
                repeatA = nextOf(property, a, next(a, repeatA));
                repeatB = nextOf(property, b, next(b, repeatB));
            }
            if (repeatA != repeatB) {
                return false;
            }
        }
        for (int i = 0; i < a.length; i = next(a, i)) {
            Property property = Property.of(a[i]);
            if (!property.repeatableIn(PacketType.PUBLISH)) {
                int at = find(property, b) - 1;
                if (!Arrays.equals(a, i, next(a, i), b, at, next(b, at))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int nextOf(Property property, byte[] src, int from) {
        int i = from;
        while (i < src.length && src[i] != property.id()) {
            i = next(src, i);
        }
        return i < src.length ? i : -1;
    }

    /// The same for rows that say the same: a sum over what may stand anywhere, the order counting among repeatables.
    static int contentHash(byte[] src) {
        int single = 0;
        int users = 1;
        int identifiers = 1;
        for (int i = 0; i < src.length; ) {
            int next = next(src, i);
            int hash = 1;
            for (int k = i; k < next; k++) {
                hash = 31 * hash + src[k];
            }
            if (src[i] == Property.USER_PROPERTY.id()) {
                users = 31 * users + hash;
            } else if (src[i] == Property.SUBSCRIPTION_IDENTIFIER.id()) {
                identifiers = 31 * identifiers + hash;
            } else {
                single += hash;
            }
            i = next;
        }
        return single + 17 * users + 37 * identifiers;
    }
}
