package io.tern.store.table;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/// Loads RocksDB's native part from where it lies unpacked: beside its jar, or else in a folder of the user's.
///
/// Left to itself RocksDB unpacks 15 MB into the system's folder for temporary files at each start, and leaves them
/// there if the process is killed.
final class NativeLibrary {

    private NativeLibrary() {}

    /// Loads it; does nothing if this process has it already. Safe on any thread.
    ///
    /// @param folder for it if it doesn't lie beside its jar; made if it isn't there
    /// @throws IOException if it can't be unpacked or loaded, with the reason
    static void load(Path folder) throws IOException {
        URL packed = packed();
        if (packed == null) {
            throw new IOException("this build of Tern carries no RocksDB for this machine (" + packedName()
                    + "); another one can be built with -Drocksdb.platform");
        }
        Path library = besideJar(packed).orElse(null);
        if (library == null || !isThere(packed, library)) {
            library = folder.toAbsolutePath().resolve(fileName());
            if (!isThere(packed, library) || !hasChecksum(packed, library)) {
                unpack(packed, library);
            }
        }
        try {
            RocksDB.loadLibrary(List.of(library.getParent().toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new IOException("RocksDB's native library can't be loaded: " + e.getMessage(), e);
        }
    }

    /// Loads it if it lies beside its jar.
    static void preload() {
        URL packed = packed();
        if (packed == null) {
            return;
        }
        try {
            Optional<Path> library = besideJar(packed);
            if (library.isPresent() && isThere(packed, library.get())) {
                RocksDB.loadLibrary(List.of(library.get().getParent().toString()));
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            // Whoever needs it will meet this too, and tell.
        }
    }

    /// @return where it is now
    static Optional<Path> unpackBesideJar() throws IOException {
        URL packed = packed();
        Optional<Path> library = packed == null ? Optional.empty() : besideJar(packed);
        if (library.isPresent()) {
            unpack(packed, library.get());
        }
        return library;
    }

    private static URL packed() {
        return NativeLibraryLoader.class.getClassLoader().getResource(packedName());
    }

    private static String packedName() {
        return Environment.getJniLibraryFileName("rocksdb");
    }

    /// RocksDB.loadLibrary(List) looks for a name that differs from the one it is packed under.
    private static String fileName() {
        return Environment.getJniLibraryFileName(Environment.getSharedLibraryName("rocksdb"));
    }

    private static Optional<Path> besideJar(URL packed) throws IOException {
        if (!(packed.openConnection() instanceof JarURLConnection jar)) {
            return Optional.empty();
        }
        Path file = Path.of(URI.create(jar.getJarFileURL().toString()));
        return Optional.of(file.resolveSibling("native").resolve(fileName()));
    }

    private static boolean isThere(URL packed, Path library) throws IOException {
        ZipEntry entry = entry(packed);
        return Files.isRegularFile(library) && entry != null && Files.size(library) == entry.getSize();
    }

    /// A user's folder may hold anything; what lies beside the jar is trusted as the jar is, which saves 20 ms.
    private static boolean hasChecksum(URL packed, Path library) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(Files.readAllBytes(library));
        return crc.getValue() == entry(packed).getCrc();
    }

    private static ZipEntry entry(URL packed) throws IOException {
        URLConnection connection = packed.openConnection();
        return connection instanceof JarURLConnection jar ? jar.getJarEntry() : null;
    }

    private static void unpack(URL packed, Path library) throws IOException {
        Files.createDirectories(library.getParent());
        Path part = Files.createTempFile(library.getParent(), "unpacking", ".part");
        try {
            try (InputStream in = packed.openStream()) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(part, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
