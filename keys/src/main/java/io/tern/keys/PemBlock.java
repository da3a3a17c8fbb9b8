package io.tern.keys;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// One block of a PEM file (RFC 7468).
///
/// @param label what stands after BEGIN, such as `CERTIFICATE`
/// @param isLegacyEncrypted whether its headers say that OpenSSL encrypted it the way it did before PKCS#8
/// @param bytes the DER inside
record PemBlock(String label, boolean isLegacyEncrypted, byte[] bytes) {

    /// What some editors put before UTF-8, byte by byte.
    private static final String BOM = "\u00EF\u00BB\u00BF";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /// Says whether a file looks like PEM at all.
    static boolean isPem(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1).contains(BEGIN);
    }

    /// All blocks of a file; what stands between them is commentary.
    static List<PemBlock> read(byte[] file) throws KeyFileException {
        List<PemBlock> blocks = new ArrayList<>();
        String label = null;
        boolean legacyEncrypted = false;
        StringBuilder body = new StringBuilder();
        String text = new String(file, StandardCharsets.ISO_8859_1);
        for (String raw : (text.startsWith(BOM) ? text.substring(BOM.length()) : text).lines().toList()) {
            String line = raw.strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                legacyEncrypted = false;
                body.setLength(0);
            } else if (label != null && line.equals(END + label + DASHES)) {
                blocks.add(new PemBlock(label, legacyEncrypted, decoded(label, body)));
                label = null;
            } else if (label != null && line.contains(":")) {
                legacyEncrypted |= line.startsWith("Proc-Type:") && line.contains("ENCRYPTED");
            } else if (label != null) {
                body.append(line);
            }
        }
        if (label != null) {
            throw new KeyFileException("a block begins as " + label + " and has no end");
        }
        return blocks;
    }

    private static byte[] decoded(String label, StringBuilder body) throws KeyFileException {
        try {
            return Base64.getDecoder().decode(body.toString());
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("a block of " + label + " is not Base64", e);
        }
    }
}
