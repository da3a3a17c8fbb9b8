package io.tern.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32C;

/// Where a backup goes: a new folder, or a stream in the form of tar (POSIX ustar). Its last file, `BACKUP`, lists the
/// others with their length and CRC32C; without it a backup is not whole.
final class BackupTarget implements Closeable {

    private static final int BLOCK_BYTES = 512;
    private static final int END_BLOCKS = 2;
    private static final int SUM_AT = 148;

    private final Path folder;
    private final PrintStream stream;
    private final StringBuilder list;
    private final CRC32C crc = new CRC32C();
    /// What to delete should it not be finished, in the order in which it was made.
    private final Deque<Path> made = new ArrayDeque<>();
    private boolean finished;
    private int files;
    private FileChannel file;
    private String name;
    private long writtenBytes;

    private BackupTarget(Path folder, PrintStream stream, long frame) {
        this.folder = folder;
        this.stream = stream;
        this.list = new StringBuilder("tern backup 1 frame " + frame + "\n");
    }

    /// @param folder not there yet, or empty
    static BackupTarget folder(Path folder, long frame) throws IOException {
        BackupTarget target = new BackupTarget(folder, null, frame);
        target.make(folder);
        try (var there = Files.list(folder)) {
            if (there.findAny().isPresent()) {
                throw new IOException(folder + " is not empty");
            }
        }
        return target;
    }

    private void make(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            Files.createDirectories(directory, onlyForOwner(directory, "rwx------"));
            made.push(directory);
        }
    }

    /// What a backup holds is nobody else's.
    private static FileAttribute<?>[] onlyForOwner(Path path, String mode) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    static BackupTarget stream(PrintStream stream, long frame) {
        return new BackupTarget(null, stream, frame);
    }

    /// Begins a file.
    void begin(String path, long bytes) throws IOException {
        if (!path.matches("(archive/)?[A-Za-z0-9._-]+")) {
            throw new IOException("the broker names a file '" + Escaped.of(path) + "'");
        }
        name = path;
        writtenBytes = 0;
        crc.reset();
        if (folder == null) {
            send(header(path, bytes));
        } else {
            Path target = folder.resolve(path);
            make(target.getParent());
            file = FileChannel.open(target, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    onlyForOwner(target, "rw-------"));
            made.push(target);
        }
    }

    /// Writes a piece of it.
    void write(byte[] piece) throws IOException {
        crc.update(piece, 0, piece.length);
        writtenBytes += piece.length;
        if (folder == null) {
            send(piece);
        } else {
            ByteBuffer rest = ByteBuffer.wrap(piece);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
        }
    }

    /// Ends it.
    void end() throws IOException {
        files++;
        list.append(String.format(Locale.ROOT, "%08x %d %s\n", (int) crc.getValue(), writtenBytes, name));
        close(writtenBytes);
    }

    private void close(long bytes) throws IOException {
        if (folder == null) {
            send(new byte[(int) (-bytes & BLOCK_BYTES - 1)]);
        } else {
            file.force(true);
            file.close();
            file = null;
        }
    }

    /// All files are there: it is whole from now on.
    void finish() throws IOException {
        byte[] content = list.append("end ").append(files).append('\n').toString().getBytes(StandardCharsets.UTF_8);
        begin("BACKUP", content.length);
        write(content);
        close(content.length);
        if (folder == null) {
            send(new byte[END_BLOCKS * BLOCK_BYTES]);
        } else {
            force(folder.resolve("archive"));
            force(folder);
        }
        finished = true;
    }

    /// A PrintStream keeps to itself what went wrong, until it is asked; then it also flushes.
    private void send(byte[] bytes) throws IOException {
        stream.write(bytes, 0, bytes.length);
        if (stream.checkError()) {
            throw new IOException("the output takes no more: its disk is full, or who reads it has gone");
        }
    }

    private static void force(Path directory) throws IOException {
        if (!System.getProperty("os.name").startsWith("Windows")) { // It opens no folder.
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static byte[] header(String path, long bytes) {
        byte[] header = new byte[BLOCK_BYTES];
        put(header, 0, path);
        put(header, 100, "0000600\0" + "0000000\0" + "0000000\0");
        put(header, 124, String.format(Locale.ROOT, "%011o\0" + "%011o\0", bytes, 0));
        put(header, SUM_AT, "        0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xFF;
        }
        put(header, SUM_AT, String.format(Locale.ROOT, "%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /// Should it not be finished, then nothing of it stays in the folder.
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
        while (!finished && !made.isEmpty()) {
            try {
                Files.deleteIfExists(made.pop());
            } catch (DirectoryNotEmptyException e) {
                continue; // Somebody else has put something there.
            }
        }
    }
}
