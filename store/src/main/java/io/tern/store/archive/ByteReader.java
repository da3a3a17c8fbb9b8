package io.tern.store.archive;

import io.tern.store.table.DamagedTableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Takes apart what [ByteWriter] put together, and finds out if it can't be that.
final class ByteReader {

    private final byte[] key;
    private final byte[] bytes;
    private int at;

    /// @param key where the bytes stand, to be named if they are damaged; null if they are a key themselves
    /// @param bytes not changed
    /// @param offset where to begin
    ByteReader(byte[] key, byte[] bytes, int offset) {
        this.key = key;
        this.bytes = bytes;
        this.at = offset;
    }

    int left() {
        return bytes.length - at;
    }

    DamagedTableException damaged(String why) {
        String what = key == null ? "key" : Keys.describe(key);
        return new DamagedTableException("the archive's " + what + " is damaged: " + why);
    }

    private void need(long count) throws DamagedTableException {
        if (count < 0 || count > left()) {
            throw damaged(count + " bytes are missing at " + at + " of " + bytes.length);
        }
    }

    int octet() throws DamagedTableException {
        need(1);
        return bytes[at++] & 0xFF;
    }

    long varint() throws DamagedTableException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = octet();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw damaged("a number has no end");
    }

    /// @return 0 to `max`
    int small(int max) throws DamagedTableException {
        long value = varint();
        if (value < 0 || value > max) {
            throw damaged(value + " is above " + max);
        }
        return (int) value;
    }

    long ordered() throws DamagedTableException {
        int length = octet();
        need(length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        if (length > 8 || value < 0) {
            throw damaged("a number has " + length + " bytes");
        }
        return value;
    }

    byte[] block() throws DamagedTableException {
        long length = varint();
        need(length);
        at += (int) length;
        return Arrays.copyOfRange(bytes, at - (int) length, at);
    }

    /// Goes on behind a block.
    ///
    /// @return its length
    int skipBlock() throws DamagedTableException {
        long length = varint();
        need(length);
        at += (int) length;
        return (int) length;
    }

    String text() throws DamagedTableException {
        return new String(block(), StandardCharsets.UTF_8);
    }

    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }
}
