package io.tern.store.table;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/// Loads RocksDB's native part from a folder where it is kept between runs.
///
/// Left to itself RocksDB unpacks 15 MB into the system's folder for temporary files at each start, and leaves them
/// there if the process is killed.
final class NativeLibrary {

    private NativeLibrary() {}

    /// Loads it; does nothing if this process has it already. Safe on any thread.
    ///
    /// @param folder made if it isn't there
    /// @throws IOException if it can't be unpacked or loaded, with the reason
    static void load(Path folder) throws IOException {
        String name = Environment.getJniLibraryFileName("rocksdb");
        URL packed = NativeLibraryLoader.class.getClassLoader().getResource(name);
        if (packed == null) {
            throw new IOException("this build of Tern carries no RocksDB for this machine (" + name
                    + "); another one can be built with -Drocksdb.platform");
        }
        // RocksDB.loadLibrary(List) looks for a name that differs from the one it is packed under.
        Path library = folder.toAbsolutePath()
                .resolve(Environment.getJniLibraryFileName(Environment.getSharedLibraryName("rocksdb")));
        if (!isCopyOf(packed, library)) {
            unpack(packed, library);
        }
        try {
            RocksDB.loadLibrary(List.of(library.getParent().toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new IOException("RocksDB's native library can't be loaded: " + e.getMessage(), e);
        }
    }

    private static boolean isCopyOf(URL packed, Path library) throws IOException {
        URLConnection connection = packed.openConnection();
        if (!Files.isRegularFile(library) || !(connection instanceof JarURLConnection jar)) {
            return false;
        }
        ZipEntry entry = jar.getJarEntry();
        if (Files.size(library) != entry.getSize()) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update(Files.readAllBytes(library));
        return crc.getValue() == entry.getCrc();
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
