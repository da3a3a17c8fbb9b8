package io.tern.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// The file `BACKUP`, the last of a backup: its files with length and CRC32C, so that it says of itself whether it is
/// whole. Lines of text: `tern backup 1 frame N`, then `CRC BYTES NAME` for each file, then `end COUNT`.
///
/// @param frame the first frame of the journal that is not in it
/// @param files by their name
record BackupList(long frame, Map<String, Entry> files) {

    static final String NAME = "BACKUP";

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int LINES_MAX = 10_000_000;

    record Entry(long bytes, int crc) {}

    static BackupList read(InputStream in) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        String first = lines.readLine();
        if (first == null || !first.matches("tern backup 1 frame \\d{1,18}")) {
            throw new IOException(first != null && first.startsWith("tern backup ")
                    ? "the backup is of a form that this Tern doesn't know: " + first
                    : "this is no backup of Tern's");
        }
        Map<String, Entry> files = new LinkedHashMap<>();
        for (int i = 0; i < LINES_MAX; i++) {
            String line = lines.readLine();
            if (line == null) {
                break;
            }
            if (line.equals("end " + files.size())) {
                return new BackupList(Long.parseLong(first.substring("tern backup 1 frame ".length())), files);
            }
            if (!line.matches("[0-9a-f]{8} \\d{1,18} (archive/)?[A-Za-z0-9._-]+")) {
                break;
            }
            String[] words = line.split(" ");
            files.put(words[2], new Entry(Long.parseLong(words[1]), Integer.parseUnsignedInt(words[0], 16)));
        }
        throw new IOException("the backup's list of files is cut off: it was not finished");
    }

    /// Compares a file with what was backed up.
    void check(String name, Path file) throws IOException {
        Entry entry = files.get(name);
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        if (!Files.isRegularFile(file)) {
            throw new IOException("the backup is damaged: " + name + " is missing");
        }
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
                bytes += read;
            }
        }
        if (bytes != entry.bytes() || (int) crc.getValue() != entry.crc()) {
            throw new IOException("the backup is damaged: " + name + " is not as it was");
        }
    }
}
