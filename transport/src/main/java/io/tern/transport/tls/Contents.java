package io.tern.transport.tls;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// What was in all of a listener's files at one time.
final class Contents {

    /// A revocation list of a large authority has megabytes; anything larger is the wrong file.
    private static final int FILE_BYTES_MAX = 64 * 1024 * 1024;

    private final Map<Path, byte[]> bytes;

    private Contents(Map<Path, byte[]> bytes) {
        this.bytes = bytes;
    }

    /// All files that are named.
    static List<Path> paths(TlsOptions options) {
        List<Path> all = new ArrayList<>();
        Stream.concat(Stream.of(options.identity()), options.others().stream()).forEach(identity -> {
            all.add(identity.certificate());
            all.add(identity.key());
            all.add(identity.ocsp());
        });
        all.add(options.clientCa());
        all.add(options.crl());
        return all.stream().filter(Objects::nonNull).distinct().toList();
    }

    /// What tells a changed file without reading it. A file that isn't there has a mark as well.
    static List<Object> marks(List<Path> paths) {
        List<Object> marks = new ArrayList<>();
        for (Path path : paths) {
            try {
                BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
                marks.add(Arrays.asList(now.lastModifiedTime(), now.size(), now.fileKey()));
            } catch (IOException e) {
                marks.add(e.getClass());
            }
        }
        return marks;
    }

    static Contents read(List<Path> paths) throws TlsException {
        Map<Path, byte[]> bytes = new LinkedHashMap<>();
        for (Path path : paths) {
            try {
                if (Files.size(path) > FILE_BYTES_MAX) {
                    throw new TlsException(path + ": is larger than 64 MiB", null);
                }
                bytes.put(path, Files.readAllBytes(path));
            } catch (NoSuchFileException e) {
                throw new TlsException(path + ": no such file", e);
            } catch (AccessDeniedException e) {
                throw new TlsException(path + ": not allowed to read it", e);
            } catch (IOException e) {
                throw new TlsException(path + ": can't be read: " + e.getMessage(), e);
            }
        }
        return new Contents(bytes);
    }

    /// The bytes of one file; null for null.
    byte[] of(Path path) {
        return path == null ? null : bytes.get(path);
    }

    /// Tells contents apart without keeping them, by file.
    Map<Path, String> digests() {
        Map<Path, String> digests = new LinkedHashMap<>();
        bytes.forEach((path, content) -> digests.put(path, digest(content)));
        return digests;
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
