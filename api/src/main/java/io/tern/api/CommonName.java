package io.tern.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import javax.security.auth.x500.X500Principal;

/// Finds the common name (CN) in a distinguished name, in its bytes: of the ways to write those as text, each has names
/// that it can't show, and readers of text that stumble over what certificates hold.
final class CommonName {

    private static final int NUMERIC_STRING = 0x12;
    private static final int VISIBLE_STRING = 0x1A;
    private static final int UTF8_STRING = 0x0C;
    private static final int PRINTABLE_STRING = 0x13;
    private static final int IA5_STRING = 0x16;
    private static final int TELETEX_STRING = 0x14;
    private static final int BMP_STRING = 0x1E;
    private static final int UNIVERSAL_STRING = 0x1C;
    private static final byte[] ID = {0x55, 4, 3};

    private CommonName() {}

    /// The most specific one, which stands last; of several side by side, the first.
    ///
    /// @return null if there is none that is text
    static String of(X500Principal name) {
        Deque<ByteBuffer> parts = new ArrayDeque<>();
        ByteBuffer all = content(ByteBuffer.wrap(name.getEncoded()));
        while (all.hasRemaining()) {
            parts.push(content(all));
        }
        for (ByteBuffer sideBySide : parts) {
            while (sideBySide.hasRemaining()) {
                ByteBuffer pair = content(sideBySide);
                if (Arrays.equals(bytes(content(pair)), ID)) {
                    int tag = pair.get(pair.position());
                    return text(tag, content(pair));
                }
            }
        }
        return null;
    }

    /// What is in the next element, which it goes beyond. The JDK has seen that all of them are whole.
    private static ByteBuffer content(ByteBuffer from) {
        from.get();
        int length = from.get() & 0xFF;
        if (length >= 0x80) {
            int lengthBytes = length & 0x7F;
            length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | from.get() & 0xFF;
            }
        }
        ByteBuffer content = from.slice(from.position(), length);
        from.position(from.position() + length);
        return content;
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    private static String text(int tag, ByteBuffer content) {
        Charset charset = switch (tag) {
            case UTF8_STRING -> StandardCharsets.UTF_8;
            // Latin 1 is what most that call it ASCII or Teletex have written.
            case NUMERIC_STRING, PRINTABLE_STRING, IA5_STRING, VISIBLE_STRING, TELETEX_STRING ->
                    StandardCharsets.ISO_8859_1;
            case BMP_STRING -> StandardCharsets.UTF_16BE;
            case UNIVERSAL_STRING -> StandardCharsets.UTF_32BE;
            default -> null;
        };
        try {
            return charset == null ? null : charset.newDecoder().decode(content).toString();
        } catch (CharacterCodingException damaged) {
            return null;
        }
    }
}
