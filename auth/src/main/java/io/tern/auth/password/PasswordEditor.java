package io.tern.auth.password;

import io.tern.api.TextFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Changes a password file, line by line, so that comments and the other users stay as they are. A new version takes
/// the place of the old one in one step; who can read the file stays the same. Blocks on the disk.
public final class PasswordEditor {

    private final Path file;
    private final PasswordHash.Form form;
    private final int iterations;

    /// Prepares for one file.
    ///
    /// @param file which may not exist yet
    /// @param form how passwords are stored from now on
    /// @param iterations for PBKDF2
    public PasswordEditor(Path file, PasswordHash.Form form, int iterations) {
        this.file = file;
        this.form = form;
        this.iterations = iterations;
    }

    /// Makes a new file with one user, whatever was there before.
    ///
    /// @param user name
    /// @param password bytes
    /// @throws IOException if it can't be written
    public void create(String user, byte[] password) throws IOException {
        write(List.of(line(user, password)));
    }

    /// Adds a user, or gives one another password.
    ///
    /// @param user name
    /// @param password bytes
    /// @return true if the user is new
    /// @throws IOException if the file can't be read or written
    public boolean set(String user, byte[] password) throws IOException {
        List<String> lines = new ArrayList<>(TextFile.text(file).lines().toList());
        int at = find(lines, user);
        String line = line(user, password);
        if (at < 0) {
            lines.add(line);
        } else {
            lines.set(at, line);
        }
        write(lines);
        return at < 0;
    }

    /// Takes a user away.
    ///
    /// @param user name
    /// @return false if there is no such user
    /// @throws IOException if the file can't be read or written
    public boolean delete(String user) throws IOException {
        List<String> lines = new ArrayList<>(TextFile.text(file).lines().toList());
        int at = find(lines, user);
        if (at >= 0) {
            lines.remove(at);
            write(lines);
        }
        return at >= 0;
    }

    /// Encodes the passwords of a file that has them in plain text; those that are encoded already stay.
    ///
    /// @return how many were encoded
    /// @throws IOException if the file can't be read or written
    public int encodeAll() throws IOException {
        List<String> lines = new ArrayList<>(TextFile.text(file).lines().toList());
        int encoded = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#") && !isEncoded(line.substring(colon + 1))) {
                byte[] password = line.substring(colon + 1).getBytes(StandardCharsets.UTF_8);
                lines.set(i, line(line.substring(0, colon), password));
                encoded++;
            }
        }
        write(lines);
        return encoded;
    }

    /// The line for a user.
    ///
    /// @param user name
    /// @param password bytes
    /// @return as it stands in a file
    public String line(String user, byte[] password) {
        return user + ":" + PasswordHash.of(password, form, iterations).encoded();
    }

    private static boolean isEncoded(String stored) {
        try {
            PasswordHash.parse(stored);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int find(List<String> lines, String user) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(user + ":")) {
                return i;
            }
        }
        return -1;
    }

    private void write(List<String> lines) throws IOException {
        // Behind its symbolic links: what takes a link's place would not be where the others look.
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        // A temporary file is readable by its owner alone.
        Path next = Files.createTempFile(target.getParent(), ".passwd", ".new");
        try {
            Files.write(next, lines);
            if (Files.exists(target)) {
                keepRights(target, next);
            }
            force(next, StandardOpenOption.WRITE);
            try {
                Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(next, target, StandardCopyOption.REPLACE_EXISTING);
            }
            force(target.getParent(), StandardOpenOption.READ);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    private static void keepRights(Path from, Path next) throws IOException {
        try {
            PosixFileAttributes rights = Files.readAttributes(from, PosixFileAttributes.class);
            PosixFileAttributeView ours = Files.getFileAttributeView(next, PosixFileAttributeView.class);
            // First whose it is: until then what its group may would be what the writer's may.
            ours.setOwner(rights.owner());
            ours.setGroup(rights.group());
            ours.setPermissions(rights.permissions());
        } catch (UnsupportedOperationException e) {
            return; // A file system without such rights.
        } catch (IOException e) {
            // Only root may give a file to somebody else: then it is the writer's, and private.
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        }
    }
}
