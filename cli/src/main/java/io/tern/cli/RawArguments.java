package io.tern.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bytes that the shell gave us. Java decodes arguments by the locale, and what the locale can't say (everything
/// beyond ASCII under `LANG=C`, and any payload that is no text) becomes U+FFFD; Linux still has the bytes.
final class RawArguments {

    private static final char LOST = '\uFFFD';
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() { }

    /// Decodes the arguments as UTF-8, whatever the locale.
    ///
    /// @param args as `main` got them
    /// @return the same if nothing was lost or nothing can be mended
    static String[] utf8(String[] args) {
        boolean lost = false;
        for (String arg : args) {
            lost |= arg.indexOf(LOST) >= 0;
        }
        if (!lost) {
            return args;
        }
        List<byte[]> raw = last(args.length);
        return raw.size() < args.length ? args
                : raw.stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toArray(String[]::new);
    }

    /// The bytes of an argument that is a payload.
    ///
    /// @param decoded as UTF-8
    /// @return exactly what was typed where that can be found out, else its UTF-8
    static byte[] bytes(String decoded) {
        if (decoded.indexOf(LOST) >= 0) {
            for (byte[] raw : last(Integer.MAX_VALUE)) {
                if (new String(raw, StandardCharsets.UTF_8).equals(decoded)) {
                    return raw;
                }
            }
        }
        return decoded.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> last(int count) {
        List<byte[]> all = new ArrayList<>();
        try {
            byte[] line = Files.readAllBytes(COMMAND_LINE);
            int from = 0;
            for (int i = 0; i < line.length; i++) {
                if (line[i] == 0) {
                    all.add(Arrays.copyOfRange(line, from, i));
                    from = i + 1;
                }
            }
        } catch (IOException e) {
            // Not Linux: then what Java made of them has to do.
            return List.of();
        }
        return all.subList(Math.max(0, all.size() - count), all.size());
    }
}
