package io.tern.admin.watch;

import io.tern.api.SecurityEvent;
import io.tern.json.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file with a line of JSON for each event, readable by its owner alone. When it has become large it is renamed to
/// `FILE.1`, that before to `FILE.2` and so on. For one thread.
final class AuditLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    /// Between two attempts to put aside what can't be.
    private static final long AGAIN_MILLIS = 10_000;

    private final Path file;
    private final long bytesMax;
    private final int filesMax;
    private Writer writer;
    private long bytes;
    private Object key;
    private boolean failing;
    private long rotatedMillis = Long.MIN_VALUE / 2;

    AuditLog(Path file, long bytesMax, int filesMax) throws IOException {
        this.file = file;
        this.bytesMax = bytesMax;
        this.filesMax = filesMax;
        open();
    }

    private void open() throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        Writer opened = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
        bytes = Files.size(file);
        key = keyOf(file);
        writer = opened;
    }

    private static void create(Path file) throws IOException {
        Files.createFile(file);
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (UnsupportedOperationException e) {
            LOG.debug("a file system without rights", e);
        }
    }

    void write(SecurityEvent event, long atMillis) {
        String line = Json.text(EventFacts.of(event, atMillis)) + "\n";
        try {
            if (bytes > 0 && bytes + line.length() > bytesMax) {
                writer.flush();
                reopenIfMoved();
            }
            if (bytes > 0 && bytes + line.length() > bytesMax) {
                rotateOrGrow(atMillis);
            }
            writer.write(line);
            bytes += line.length();
            failing = false;
        } catch (IOException e) {
            complain(e);
        }
    }

    /// Whoever moves the file away, as logrotate does, finds all of it there, and another one is begun.
    private void reopenIfMoved() throws IOException {
        if (!Files.exists(file) || !Objects.equals(key, keyOf(file))) {
            Writer moved = writer;
            open();
            moved.close();
        }
    }

    /// @return what tells a file from others of its name; null where nothing does
    private static Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private void rotateOrGrow(long nowMillis) {
        if (nowMillis < rotatedMillis + AGAIN_MILLIS) {
            return;
        }
        try {
            rotate();
            rotatedMillis = Long.MIN_VALUE / 2;
        } catch (IOException e) {
            rotatedMillis = nowMillis;
            LOG.error("the audit log {} can't be put aside, so it grows: {}", file, e.toString());
        }
    }

    /// Lets others see what was written.
    void flush() {
        try {
            writer.flush();
            reopenIfMoved();
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

    /// A new file is there before any is moved: where none can be made, the present one grows on, and nothing of what
    /// was written before is lost for it.
    private void rotate() throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        create(next);
        Writer fresh = Files.newBufferedWriter(next, StandardOpenOption.APPEND);
        try {
            for (int i = filesMax - 1; i > 1; i--) {
                if (Files.exists(numbered(i - 1))) {
                    Files.move(numbered(i - 1), numbered(i), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            if (filesMax > 1) {
                Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        Writer full = writer;
        writer = fresh;
        bytes = 0;
        key = keyOf(file);
        full.close();
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
