package io.tern.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A disk below one folder that keeps for certain only what was made safe, as when the power goes; see `forgetful.c`,
/// which is compiled here and preloaded into the broker. It sees all calls by which Java and RocksDB write.
final class ForgetfulDisk implements Machine {

    /// What is left besides what is safe, since nobody knows what a disk has done by itself.
    enum Rest {
        NOTHING,
        NAMES,
        BLOCKS_HERE_AND_THERE
    }

    private static final int BLOCK_BYTES = 4096;
    private static final long COMPILE_SECONDS = 60;

    private final Path folder;
    private final Path shadow;
    private final Path library;

    /// @param home where this may put things
    /// @param folder the one below which is forgotten; made if it isn't there
    private ForgetfulDisk(Path home, Path folder, Path library) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        this.shadow = home.toRealPath().resolve("shadow");
        this.library = library;
    }

    /// Skips the test where there is no C compiler.
    static ForgetfulDisk of(Path home, Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "LD_PRELOAD is of Linux");
        Path compiler = Stream.of(System.getenv("PATH").split(":"))
                .map(each -> Path.of(each, "cc"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(compiler != null, "there is no C compiler");
        Path source = home.resolve("forgetful.c");
        try (InputStream in = ForgetfulDisk.class.getResourceAsStream("/forgetful.c")) {
            Files.copy(in, source);
        }
        Path library = home.resolve("forgetful.so");
        Process process = new ProcessBuilder(compiler.toString(), "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o",
                        library.toString(), source.toString(), "-ldl", "-lpthread")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("forgetful.c can't be compiled: " + said);
        }
        return new ForgetfulDisk(home, folder, library);
    }

    @Override
    public Map<String, String> on() throws IOException {
        clear(shadow);
        Files.createDirectories(shadow.resolve("files"));
        Files.createDirectories(shadow.resolve("names"));
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FORGETFUL_DIR", folder.toString(),
                "FORGETFUL_SHADOW", shadow.toString());
    }

    /// The next force of a file fails, and what it was for is lost.
    void failNextForce() throws IOException {
        Files.createFile(shadow.resolve("fail-sync"));
    }

    /// The next write to a file fails.
    void failNextWrite() throws IOException {
        Files.createFile(shadow.resolve("fail-write"));
    }

    /// @return whether a fault that was asked for hasn't happened yet
    boolean failurePending() {
        return Files.exists(shadow.resolve("fail-sync")) || Files.exists(shadow.resolve("fail-write"));
    }

    @Override
    public void off(Random random) throws IOException {
        off(Rest.values()[random.nextInt(Rest.values().length)], random);
    }

    /// The power went: makes of the folder what might be left of it.
    void off(Rest rest, Random random) throws IOException {
        if (!Files.exists(shadow.resolve("ready"))) {
            return; // It was killed before it could do anything.
        }
        Path before = folder.resolveSibling("before-power-went");
        Files.move(folder, before);
        Map<String, Path> live = live(before);
        restore(folder, before, "", rest, live, random);
        clear(before);
    }

    /// Files of the folder as they were, by inode and the count that it had.
    private Map<String, Path> live(Path before) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (String name : list(shadow.resolve("files"))) {
            int dot = name.indexOf('.');
            counts.merge(name.substring(0, dot), Integer.valueOf(name.substring(dot + 1)), Math::max);
        }
        Map<String, Path> live = new HashMap<>();
        try (Stream<Path> all = Files.walk(before)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String inode = Files.getAttribute(file, "unix:ino").toString();
                live.put(inode + '.' + counts.get(inode), file);
            }
        }
        return live;
    }

    private void restore(Path to, Path before, String place, Rest rest, Map<String, Path> live, Random random)
            throws IOException {
        Files.createDirectories(to);
        boolean liveNames = switch (rest) {
            case NOTHING -> false;
            case NAMES -> true;
            case BLOCKS_HERE_AND_THERE -> random.nextBoolean();
        };
        Path safeNames = shadow.resolve("names").resolve("=" + place);
        List<String> names = liveNames && Files.isDirectory(before) || !Files.exists(safeNames)
                ? liveNames(before, liveNames, live)
                : Files.readAllLines(safeNames);
        for (String line : names) {
            int blank = line.indexOf(' ');
            String id = line.substring(0, blank);
            String name = line.substring(blank + 1);
            if (id.equals("-")) {
                restore(to.resolve(name), before.resolve(name), place + '%' + name, rest, live, random);
            } else {
                Path liveFile = rest == Rest.BLOCKS_HERE_AND_THERE ? live.get(id) : null;
                Files.write(to.resolve(name), content(shadow.resolve("files").resolve(id), liveFile, random));
            }
        }
    }

    private static List<String> liveNames(Path before, boolean wanted, Map<String, Path> live) throws IOException {
        List<String> names = new ArrayList<>();
        if (wanted && Files.isDirectory(before)) {
            live.forEach((id, file) -> {
                if (file.getParent().equals(before)) {
                    names.add(id + ' ' + file.getFileName());
                }
            });
            for (String name : list(before)) {
                if (Files.isDirectory(before.resolve(name))) {
                    names.add("- " + name);
                }
            }
            names.sort(Comparator.naturalOrder());
        }
        return names;
    }

    /// What is safe, and of what isn't each block or not.
    private static byte[] content(Path safe, Path liveFile, Random random) throws IOException {
        byte[] content = Files.exists(safe) ? Files.readAllBytes(safe) : new byte[0];
        if (liveFile == null) {
            return content;
        }
        byte[] newer = Files.readAllBytes(liveFile);
        if (random.nextBoolean()) {
            content = Arrays.copyOf(content, newer.length);
        }
        int end = Math.min(content.length, newer.length);
        for (int at = 0; at < end; at += BLOCK_BYTES) {
            if (random.nextBoolean()) {
                System.arraycopy(newer, at, content, at, Math.min(BLOCK_BYTES, end - at));
            }
        }
        return content;
    }

    private static List<String> list(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private static void clear(Path what) throws IOException {
        if (!Files.exists(what)) {
            return;
        }
        try (Stream<Path> all = Files.walk(what)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> {
                try {
                    Files.delete(each);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
