package io.tern.store.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder for temporary use with links to the files of a table, so that RocksDB, which writes a log wherever it
/// reads, changes nothing in the table's own. Its `CURRENT` says what it is told to.
final class FolderView implements Closeable {

    static final String CURRENT = "CURRENT";
    static final String MANIFEST = "MANIFEST-";

    private final Path folder;

    private FolderView(Path folder) {
        this.folder = folder;
    }

    /// @param of the folder of a table
    /// @param manifest the name of the file that says which files are in use
    static FolderView of(Path of, String manifest) throws IOException {
        FolderView view = new FolderView(Files.createTempDirectory("tern-table"));
        try (Stream<Path> files = Files.list(of)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String name = each.getFileName().toString();
                if (!name.equals(CURRENT) && !name.startsWith("LOG") && !name.equals("LOCK")) {
                    Files.createSymbolicLink(view.folder.resolve(name), each.toAbsolutePath());
                }
            }
            Files.writeString(view.folder.resolve(CURRENT), manifest + "\n");
            return view;
        } catch (IOException | RuntimeException e) {
            view.close();
            throw e;
        }
    }

    /// Which manifest a table's folder names.
    ///
    /// @return null if it names none that is there
    static String named(Path of) throws IOException {
        Path current = of.resolve(CURRENT);
        if (!Files.isRegularFile(current) || Files.size(current) > 64) {
            return null;
        }
        String text = new String(Files.readAllBytes(current), java.nio.charset.StandardCharsets.ISO_8859_1);
        String name = text.strip();
        return text.endsWith("\n") && name.startsWith(MANIFEST) && Files.isRegularFile(of.resolve(name)) ? name : null;
    }

    /// Those that are there, newest first.
    static List<String> manifests(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.filter(Files::isRegularFile)
                    .map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith(MANIFEST))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
