package io.tern.admin.watch;

import io.tern.api.SecurityEvent;
import io.tern.json.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file with a line of JSON for each event, readable by its owner alone. When it has become large it is renamed to
/// `FILE.1`, that before to `FILE.2` and so on. For one thread.
final class AuditLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private final Path file;
    private final long bytesMax;
    private final int filesMax;
    private Writer writer;
    private long bytes;
    private boolean failing;

    AuditLog(Path file, long bytesMax, int filesMax) throws IOException {
        this.file = file;
        this.bytesMax = bytesMax;
        this.filesMax = filesMax;
        open();
    }

    private void open() throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file);
            try {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            } catch (UnsupportedOperationException e) {
                LOG.debug("a file system without rights", e);
            }
        }
        bytes = Files.size(file);
        writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
    }

    void write(SecurityEvent event, long atMillis) {
        String line = Json.text(EventFacts.of(event, atMillis)) + "\n";
        try {
            if (bytes > 0 && bytes + line.length() > bytesMax) {
                rotate();
            }
            writer.write(line);
            bytes += line.length();
            failing = false;
        } catch (IOException e) {
            complain(e);
        }
    }

    /// Lets others see what was written.
    void flush() {
        try {
            writer.flush();
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(IOException e) {
        if (!failing) {
            failing = true;
            LOG.error("the audit log {} can't be written: {}", file, e.toString());
        }
    }

    private void rotate() throws IOException {
        writer.close();
        for (int i = filesMax - 1; i > 0; i--) {
            Path older = i == 1 ? file : numbered(i - 1);
            if (Files.exists(older)) {
                Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(file);
        open();
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            complain(e);
        }
    }
}
