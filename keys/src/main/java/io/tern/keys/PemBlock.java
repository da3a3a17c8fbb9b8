package io.tern.keys;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One block of a PEM file (RFC 7468).
///
/// What is wrong with a file is said with the line's number and with nothing of the line: it may be a private key.
///
/// @param label what stands after BEGIN, such as `CERTIFICATE`
/// @param isLegacyEncrypted whether its headers say that OpenSSL encrypted it the way it did before PKCS#8
/// @param bytes the DER inside
record PemBlock(String label, boolean isLegacyEncrypted, byte[] bytes) {

    /// What some editors put before UTF-8, byte by byte; inside a file where such files were joined.
    private static final String BOM = "\u00EF\u00BB\u00BF";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final Pattern ALONE = Pattern.compile("-----(?:BEGIN|END) ([A-Z0-9 ]{1,64})-----");
    /// In both orders of bytes.
    private static final String BEGIN_UTF_16 = "B\0E\0G\0I\0N";

    /// Says whether a file looks like PEM at all.
    static boolean isPem(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        return text.contains(BEGIN) || text.contains(BEGIN_UTF_16);
    }

    /// All blocks of a file; what stands between them is commentary.
    static List<PemBlock> read(byte[] file) throws KeyFileException {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        if (text.contains(BEGIN_UTF_16)) {
            throw new KeyFileException("is UTF-16, which PEM is not; saved as ASCII or UTF-8 it can be read");
        }
        List<PemBlock> blocks = new ArrayList<>();
        Open open = null;
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = (raw.startsWith(BOM) ? raw.substring(BOM.length()) : raw).strip();
            if (open == null && line.startsWith(BEGIN)) {
                open = new Open(label(line, number), number);
            } else if (open != null && line.contains(END)) {
                if (!label(line, number).equals(open.label)) {
                    throw new KeyFileException("line " + number + ": END has another label than the BEGIN of line "
                            + open.number);
                }
                blocks.add(open.block());
                open = null;
            } else if (open != null && line.contains(BEGIN)) {
                break;
            } else if (open != null) {
                open.take(line);
            }
        }
        if (open != null) {
            throw new KeyFileException("line " + open.number + ": the block that begins there has no end");
        }
        return blocks;
    }

    private static String label(String line, int number) throws KeyFileException {
        Matcher alone = ALONE.matcher(line);
        if (!alone.matches()) {
            throw new KeyFileException("line " + number + ": " + (line.contains(BEGIN) ? "BEGIN" : "END")
                    + " with its label is not alone on its line");
        }
        return alone.group(1);
    }

    /// A block that has begun.
    private static final class Open {

        private final String label;
        private final int number;
        private final StringBuilder body = new StringBuilder();
        private boolean legacyEncrypted;

        Open(String label, int number) {
            this.label = label;
            this.number = number;
        }

        void take(String line) {
            if (line.contains(":")) {
                legacyEncrypted |= line.startsWith("Proc-Type:") && line.contains("ENCRYPTED");
            } else {
                body.append(line);
            }
        }

        PemBlock block() throws KeyFileException {
            try {
                return new PemBlock(label, legacyEncrypted, Base64.getDecoder().decode(body.toString()));
            } catch (IllegalArgumentException e) {
                throw new KeyFileException("line " + number + ": the block that begins there is not Base64", e);
            }
        }
    }
}
