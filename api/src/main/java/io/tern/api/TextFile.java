package io.tern.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Files that an operator writes: UTF-8, with or without the mark that some editors put before it, lines ended in any
/// way.
public final class TextFile {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TextFile() {}

    /// Reads a file.
    ///
    /// @param file which
    /// @return its text
    /// @throws IOException if it can't be read or is not UTF-8; the message, unless it is the system's, names the file
    ///     and the line
    public static String text(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        CharBuffer text = CharBuffer.allocate(bytes.remaining() + 1);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
        String decoded = text.flip().toString();
        if (result.isError()) {
            long line = decoded.chars().filter(c -> c == '\n').count() + 1;
            String found = String.format(Locale.ROOT, "0x%02X", bytes.get(bytes.position()) & 0xFF);
            throw new IOException(
                    file + ":" + line + ": the byte " + found + " is not UTF-8, in which it has to be");
        }
        return decoded.startsWith(BYTE_ORDER_MARK) ? decoded.substring(1) : decoded;
    }

    /// Reads the lines of a file.
    ///
    /// @param file which
    /// @return in order, without their ends
    /// @throws ConfigException if it can't be read or is not UTF-8, with file and line
    public static List<String> lines(Path file) throws ConfigException {
        try {
            return text(file).lines().toList();
        } catch (IOException e) {
            throw new ConfigException(List.of(FileFault.words(e)));
        }
    }
}
