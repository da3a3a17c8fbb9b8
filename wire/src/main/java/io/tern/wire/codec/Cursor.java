package io.tern.wire.codec;

import io.tern.wire.Utf8;
import java.util.Arrays;

/// Reads the fields of one packet, never beyond its end. One per decoder, set to each packet in turn.
final class Cursor {

    private static final byte[] NO_BYTES = {};

    byte[] src;
    int at;
    int end;
    Dialect dialect;
    /// Lawful but discouraged characters are refused.
    private final boolean strictText;

    Cursor(boolean strictText) {
        this.strictText = strictText;
    }

    WireException fault(Rule rule) {
        return dialect.fault(rule);
    }

    int left() {
        return end - at;
    }

    int readByte() throws WireException {
        if (at >= end) {
            throw fault(Rule.CUT_OFF);
        }
        return src[at++] & 0xFF;
    }

    int readShort() throws WireException {
        return readShort(Rule.CUT_OFF);
    }

    int readShort(Rule ifMissing) throws WireException {
        if (end - at < 2) {
            throw fault(ifMissing);
        }
        int value = (src[at] & 0xFF) << 8 | src[at + 1] & 0xFF;
        at += 2;
        return value;
    }

    /// @return 1 to 65,535
    int readPacketId(Rule ifZero) throws WireException {
        int id = readShort();
        if (id == 0) {
            throw fault(ifZero);
        }
        return id;
    }

    /// Reads a Variable Byte Integer of at most four bytes and no more than needed.
    int readVarInt(Rule ifMissing) throws WireException {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            if (at >= end) {
                throw fault(ifMissing);
            }
            int b = src[at++];
            value |= (b & 0x7F) << shift;
            if (b >= 0) {
                if (b == 0 && shift > 0) {
                    throw fault(Rule.LENGTH_NOT_MINIMAL);
                }
                return value;
            }
        }
        throw fault(Rule.LENGTH_TOO_LONG);
    }

    /// Reads the length of a string or binary field that is there as a whole.
    int readLength(Rule ifMissing) throws WireException {
        int length = readShort(ifMissing);
        if (length > end - at) {
            throw fault(ifMissing);
        }
        return length;
    }

    void checkText(int offset, int length, Rule ifIllFormed) throws WireException {
        switch (Utf8.check(src, offset, length)) {
            case NONE -> {
            }
            case DISCOURAGED -> {
                if (strictText) {
                    throw fault(ifIllFormed == Rule.TEXT_ILL_FORMED ? Rule.TEXT_DISCOURAGED : ifIllFormed);
                }
            }
            case ILL_FORMED -> throw fault(ifIllFormed);
            case NULL_CHARACTER ->
                throw fault(ifIllFormed == Rule.TEXT_ILL_FORMED ? Rule.TEXT_WITH_NULL : ifIllFormed);
        }
    }

    String readString(Rule ifMissing, Rule ifIllFormed) throws WireException {
        int length = readLength(ifMissing);
        checkText(at, length, ifIllFormed);
        String text = Utf8.decode(src, at, length);
        at += length;
        return text;
    }

    byte[] readBinary(Rule ifMissing) throws WireException {
        return take(readLength(ifMissing));
    }

    byte[] readRest() {
        return take(end - at);
    }

    private byte[] take(int length) {
        int start = at;
        at += length;
        return length == 0 ? NO_BYTES : Arrays.copyOfRange(src, start, at);
    }

    /// Finds wildcards by their bytes: in UTF-8 these stand for nothing else.
    boolean hasWildcard(int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (src[i] == '+' || src[i] == '#') {
                return true;
            }
        }
        return false;
    }

    void finish() throws WireException {
        if (at != end) {
            throw fault(Rule.TRAILING_BYTES);
        }
    }
}
