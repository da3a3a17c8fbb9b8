package io.tern.testpki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Writes DER, as much of it as certificates need.
final class Asn1 {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Asn1() {}

    static byte[] of(int tag, byte[]... parts) {
        byte[] content = join(parts);
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.length < 0x80) {
            element.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int zero = length[0] == 0 ? 1 : 0;
            element.write(0x80 | length.length - zero);
            element.write(length, zero, length.length - zero);
        }
        element.writeBytes(content);
        return element.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] sequence(byte[]... parts) {
        return of(0x30, parts);
    }

    static byte[] set(byte[]... parts) {
        return of(0x31, parts);
    }

    /// An explicit tag around an element.
    static byte[] context(int number, byte[]... parts) {
        return of(0xA0 | number, parts);
    }

    static byte[] integer(BigInteger value) {
        return of(0x02, value.toByteArray());
    }

    static byte[] enumerated(int value) {
        return of(0x0A, new byte[] {(byte) value});
    }

    static byte[] bool(boolean value) {
        return of(0x01, new byte[] {(byte) (value ? 0xFF : 0)});
    }

    static byte[] octets(byte[] value) {
        return of(0x04, value);
    }

    static byte[] bits(byte[] value) {
        return of(0x03, new byte[1], value);
    }

    static byte[] text(String value) {
        return of(0x0C, value.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] time(Instant value) {
        return of(0x18, TIME.format(value).getBytes(StandardCharsets.US_ASCII));
    }

    /// An object identifier in dots.
    static byte[] id(String dotted) {
        String[] numbers = dotted.split("\\.");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
        for (int i = 2; i < numbers.length; i++) {
            long number = Long.parseLong(numbers[i]);
            int groups = 1;
            while (number >>> 7 * groups != 0) {
                groups++;
            }
            for (int group = groups - 1; group >= 0; group--) {
                content.write((int) (number >>> 7 * group & 0x7F) | (group > 0 ? 0x80 : 0));
            }
        }
        return of(0x06, content.toByteArray());
    }
}
