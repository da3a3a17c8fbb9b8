package io.tern.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Reads plain files from a tar archive (POSIX ustar), one after the other.
final class TarReader {

    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int SUM_AT = 148;
    private static final int SUM_BYTES = 8;
    private static final int TYPE_AT = 156;

    private final InputStream in;
    private long leftBytes;
    private int padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /// Goes to the next file.
    ///
    /// @return its name; null at the end
    String next() throws IOException {
        in.skipNBytes(leftBytes + padding);
        byte[] header = in.readNBytes(BLOCK_BYTES);
        if (header.length < BLOCK_BYTES) {
            throw new EOFException("the backup is cut off");
        }
        if (header[0] == 0) {
            return null;
        }
        int sum = 0;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            sum += i >= SUM_AT && i < SUM_AT + SUM_BYTES ? ' ' : header[i] & 0xFF;
        }
        boolean plain = header[TYPE_AT] == '0' || header[TYPE_AT] == 0;
        if (sum != octal(header, SUM_AT, SUM_BYTES) || !plain) {
            throw new IOException("this is no backup of Tern's, or it is damaged");
        }
        leftBytes = octal(header, SIZE_AT, SIZE_DIGITS);
        padding = (int) (-leftBytes & BLOCK_BYTES - 1);
        int length = 0;
        while (length < NAME_BYTES && header[length] != 0) {
            length++;
        }
        return new String(header, 0, length, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int at, int most) throws IOException {
        long value = 0;
        for (int i = at; i < at + most && header[i] != 0 && header[i] != ' '; i++) {
            if (header[i] < '0' || header[i] > '7') {
                throw new IOException("this is no backup of Tern's, or it is damaged");
            }
            value = value << 3 | header[i] - '0';
        }
        return value;
    }

    /// The content of the file.
    InputStream content() {
        return new InputStream() {

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] dst, int offset, int length) throws IOException {
                if (leftBytes == 0) {
                    return -1;
                }
                int read = in.read(dst, offset, (int) Math.min(length, leftBytes));
                if (read < 0) {
                    throw new EOFException("the backup is cut off");
                }
                leftBytes -= read;
                return read;
            }
        };
    }
}
