package io.tern.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `tern broker` in a process of its own, as an operator runs it, on a free port, with assertions.
final class BrokerProcess implements AutoCloseable {

    /// What a full disk makes it say.
    private static final Pattern ALARM = Pattern.compile("security: (alarm |over: )(scarce|queue_high)/| INFO ");
    private static final Pattern TCP = Pattern.compile(" *MQTT +127\\.0\\.0\\.1:(\\d+)");
    private static final String LAST_OF_GREETING = "./tern pub";
    private static final int KEPT_LINES = 60;
    private static final int KEPT_CHARS = 600;

    private final Process process;
    private final Thread reader;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private int port;
    private boolean greeted;
    private boolean complained;

    /// Starts it.
    ///
    /// @param data its data folder
    /// @param options lines of `tern.yaml`, keys with dots
    /// @param environment added to ours
    BrokerProcess(Path data, Map<String, ?> options, Map<String, String> environment) throws IOException {
        this(data, options, environment, List.of());
    }

    /// Starts it.
    ///
    /// @param flags more of the JVM
    BrokerProcess(Path data, Map<String, ?> options, Map<String, String> environment, List<String> flags)
            throws IOException {
        Path config = Files.createTempFile("tern", ".yaml");
        config.toFile().deleteOnExit();
        List<String> lines = new ArrayList<>();
        options.forEach((key, value) -> lines.add(key + ": " + value));
        Files.write(config, lines);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(flags);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                "broker",
                "--port=0",
                "--ws-port=0",
                "--data=" + data));
        if (!lines.isEmpty()) {
            command.add("--config=" + config);
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        this.process = builder.start();
        this.reader = Thread.ofVirtual().name("tern-broker-lines").start(this::read);
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said(line);
            }
        } catch (IOException e) {
            said("(its output can't be read: " + e + ")");
        }
    }

    private synchronized void said(String line) {
        if (lastLines.size() == KEPT_LINES) {
            lastLines.removeFirst();
        }
        lastLines.addLast(line.length() <= KEPT_CHARS ? line : line.substring(0, KEPT_CHARS) + "...");
        Matcher tcp = TCP.matcher(line);
        if (tcp.matches()) {
            port = Integer.parseInt(tcp.group(1));
        } else if (line.contains(LAST_OF_GREETING)) {
            greeted = true;
        } else if (greeted && !line.equals("Stopping.") && !ALARM.matcher(line).find()) {
            complained = true;
        }
    }

    /// @return where it listens, 0 if it doesn't yet
    synchronized int portIfUp() {
        return port;
    }

    /// Waits until it listens.
    int port() {
        if (!Waiting.within(Waiting.DEADLINE_MILLIS, () -> portIfUp() != 0 || !process.isAlive()) || portIfUp() == 0) {
            throw new AssertionError("the broker doesn't come up. " + lastWords());
        }
        return portIfUp();
    }

    /// @return whether it has said anything since it greeted, which it should not whatever clients do
    synchronized boolean hasComplained() {
        return complained;
    }

    /// @return what it said last
    synchronized String lastWords() {
        return "It said last:\n  " + String.join("\n  ", lastLines);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// SIGKILL, and waits until nothing is left of it.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    /// SIGTERM, and waits until it has ended.
    ///
    /// @return its exit code
    int stop() throws InterruptedException {
        process.toHandle().destroy(); // That of the process itself ends its input as well.
        return awaitExit();
    }

    /// Waits until it has ended by itself, and all it said has been read.
    ///
    /// @return its exit code
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(Waiting.DEADLINE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the broker doesn't end. " + lastWords());
        }
        reader.join();
        return process.exitValue();
    }

    /// Kills it if it still runs.
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
