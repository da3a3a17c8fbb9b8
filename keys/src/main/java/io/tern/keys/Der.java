package io.tern.keys;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/// As much DER (X.690) as it takes to put an old private key into a PKCS#8 envelope, and to ask for an OCSP response.
final class Der {

    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_ID = 0x06;
    static final int ENUMERATED = 0x0A;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int CONTEXT_0 = 0xA0;

    private static final int LENGTH_BYTES_MAX = 3;

    private final String what;
    private final byte[] bytes;
    private final int end;
    private int at;
    /// Where the content of the element last skipped begins.
    private int contentFrom;

    /// Reads all of an array.
    ///
    /// @param what it is, for who is told that it is damaged, such as `the private key`
    Der(String what, byte[] bytes) {
        this(what, bytes, 0, bytes.length);
    }

    private Der(String what, byte[] bytes, int from, int end) {
        this.what = what;
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /// The tag of the next element, 0 at the end.
    int tag() {
        return hasMore() ? bytes[at] & 0xFF : 0;
    }

    /// Goes into the next element, and beyond it here.
    ///
    /// @param tag it must have
    Der enter(int tag) throws KeyFileException {
        if (tag() != tag) {
            throw broken();
        }
        skip();
        return new Der(what, bytes, contentFrom, at);
    }

    /// The next element with its tag and length, as it stands.
    byte[] element() throws KeyFileException {
        int from = at;
        skip();
        return Arrays.copyOfRange(bytes, from, at);
    }

    /// The next element, a number that fits an `int`.
    int number() throws KeyFileException {
        byte[] number = enter(INTEGER).rest();
        if (number.length == 0 || number.length > Integer.BYTES) {
            throw broken();
        }
        return new BigInteger(number).intValue();
    }

    /// All that is left.
    byte[] rest() {
        byte[] left = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return left;
    }

    private void skip() throws KeyFileException {
        if (end - at < 2) {
            throw broken();
        }
        int length = bytes[at + 1] & 0xFF;
        int from = at + 2;
        if (length >= 0x80) {
            int lengthBytes = length & 0x7F;
            if (lengthBytes == 0 || lengthBytes > LENGTH_BYTES_MAX || end - from < lengthBytes) {
                throw broken();
            }
            length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | bytes[from++] & 0xFF;
            }
        }
        if (length > end - from) {
            throw broken();
        }
        contentFrom = from;
        at = from + length;
    }

    private KeyFileException broken() {
        return new KeyFileException(what + " is damaged");
    }

    /// An element of the parts given.
    static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length < 0x80) {
            element.write(length);
        } else {
            int lengthBytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            element.write(0x80 | lengthBytes);
            for (int i = lengthBytes - 1; i >= 0; i--) {
                element.write(length >>> 8 * i);
            }
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
