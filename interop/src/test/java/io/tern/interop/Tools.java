package io.tern.interop;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The programs of other makers on this machine.
final class Tools {

    /// A Python that knows `paho.mqtt`; null if there is none.
    static final Path PYTHON = python("paho.mqtt.client");

    /// A Python that knows `asyncio_mqtt`; null if there is none.
    static final Path PYTHON_ASYNCIO = python("asyncio_mqtt");

    /// node; null if there is none.
    static final Path NODE = first("node");

    /// This module's folder.
    static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    /// Where npm puts MQTT.js.
    static final Path NODE_MODULES = MODULE.resolve("node/node_modules");

    static final boolean HAS_MQTT_JS = Files.isDirectory(NODE_MODULES.resolve("mqtt"));

    /// mosquitto's clients, and the `stdbuf` without which mosquitto_sub keeps what it has to say to itself.
    static final boolean HAS_MOSQUITTO =
            first("mosquitto_pub") != null && first("mosquitto_sub") != null && first("stdbuf") != null;

    /// mosquitto's broker, which Debian puts where only root looks; null if there is none.
    static final Path MOSQUITTO = program("mosquitto");

    static final boolean HAS_PAHO_C = first("gcc") != null && Files.exists(Path.of("/usr/include/MQTTClient.h"));

    /// Where Debian puts what is written in Go.
    static final Path GO_LIBRARIES = Path.of("/usr/share/gocode");

    static final boolean HAS_PAHO_GO = first("go") != null
            && Files.isDirectory(GO_LIBRARIES.resolve("src/github.com/eclipse/paho.mqtt.golang"));

    static final boolean IS_LINUX_X86_64 =
            System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64");

    /// The numbers that Linux gives the calls in which a program waits until there is something to read: `pselect6`,
    /// `ppoll`, and where there are such `poll` and `select`. Empty where they aren't known.
    static final Set<String> WAITING_CALLS = !System.getProperty("os.name").equals("Linux") ? Set.of()
            : switch (System.getProperty("os.arch")) {
                case "amd64" -> Set.of("270", "271", "7", "23");
                case "aarch64" -> Set.of("72", "73");
                default -> Set.of();
            };

    private static final int SECONDS = 20;

    private Tools() {}

    /// The path of a script among this module's test resources.
    static String script(String name) {
        return MODULE.resolve("src/test/resources").resolve(name).toString();
    }

    /// Debian's package serves Debian's Python, which need not be the first on the path.
    private static Path python(String module) {
        List<Path> candidates = new ArrayList<>(all("python3"));
        candidates.add(Path.of("/usr/bin/python3"));
        for (Path candidate : candidates) {
            if (Files.isExecutable(candidate) && succeeds(candidate.toString(), "-c", "import " + module)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// A program that may be one for administrators.
    ///
    /// @return null if there is none
    static Path program(String name) {
        Path first = first(name);
        Path administrators = Path.of("/usr/sbin", name);
        return first == null && Files.isExecutable(administrators) ? administrators : first;
    }

    private static Path first(String program) {
        List<Path> all = all(program);
        return all.isEmpty() ? null : all.get(0);
    }

    private static List<Path> all(String program) {
        List<Path> found = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                found.add(file);
            }
        }
        return found;
    }
}
