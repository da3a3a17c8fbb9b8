package io.tern.cli.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Bytes as they are put together for a packet.
final class Bytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes number(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >> shift));
        }
        return this;
    }

    Bytes varint(long value) {
        long left = value;
        do {
            int low = (int) (left & 0x7F);
            left >>= 7;
            out.write(left > 0 ? low | 0x80 : low);
        } while (left > 0);
        return this;
    }

    /// @param value one character for each byte
    Bytes raw(String value) {
        out.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /// With two bytes of length in front.
    Bytes text(String value) {
        return number(value.length(), 2).raw(value);
    }

    Bytes all(Bytes other) {
        out.writeBytes(other.toArray());
        return this;
    }

    int size() {
        return out.size();
    }

    byte[] toArray() {
        return out.toByteArray();
    }
}
