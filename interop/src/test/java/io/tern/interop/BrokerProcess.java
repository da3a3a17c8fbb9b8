package io.tern.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `tern broker` in a process of its own, as an operator runs it, on free ports.
final class BrokerProcess implements AutoCloseable {

    private static final Pattern LISTENER = Pattern.compile(" *(MQTT(?: over \\w+)?) +(?:wss?://)?([\\d.]+):(\\d+).*");
    /// With `tern.broker.libraries`, a folder, another version of the broker is run.
    private static final String CLASS_PATH = System.getProperty("tern.broker.libraries") == null
            ? System.getProperty("java.class.path")
            : System.getProperty("tern.broker.libraries") + "/*" + java.io.File.pathSeparator
                    + Path.of(BrokerMain.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    private static final String LAST_OF_GREETING = "./tern pub";

    private final Path data;
    private final boolean keepsData;
    private final Child child;
    private final Map<String, CompletableFuture<Integer>> ports = new ConcurrentHashMap<>();
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private volatile CompletableFuture<String> configuration = new CompletableFuture<>();
    private boolean greeted;

    /// @param more flags
    BrokerProcess(int lifeSeconds, String... more) throws IOException {
        this(List.of(), lifeSeconds, more);
    }

    /// @param java flags of the JVM
    /// @param more flags
    BrokerProcess(List<String> java, int lifeSeconds, String... more) throws IOException {
        this(java, Map.of(), Files.createTempDirectory("tern-interop"), false, 0, lifeSeconds, more);
    }

    /// One that can be started again as it was.
    ///
    /// @param data its folder, which is left as it is
    /// @param port of MQTT over TCP
    BrokerProcess(Path data, int port, int lifeSeconds) throws IOException {
        this(List.of(), Map.of(), data, true, port, lifeSeconds);
    }

    /// @param java flags of the JVM
    /// @param environment added to ours
    /// @param data its folder, which is left as it is
    /// @param more flags
    BrokerProcess(List<String> java, Map<String, String> environment, Path data, int lifeSeconds, String... more)
            throws IOException {
        this(java, environment, data, true, 0, lifeSeconds, more);
    }

    /// One that another program starts.
    ///
    /// @param starter that program, to which the command is added
    /// @param environment added to ours
    /// @param more flags
    static BrokerProcess behind(
            List<String> starter, Map<String, String> environment, int lifeSeconds, String... more) throws IOException {
        return new BrokerProcess(starter, List.of(), environment, Files.createTempDirectory("tern-interop"), false, 0,
                lifeSeconds, more);
    }

    private BrokerProcess(List<String> java, Map<String, String> environment, Path data, boolean keepsData, int port,
            int lifeSeconds, String... more) throws IOException {
        this(List.of(), java, environment, data, keepsData, port, lifeSeconds, more);
    }

    private BrokerProcess(List<String> starter, List<String> java, Map<String, String> environment, Path data,
            boolean keepsData, int port, int lifeSeconds, String... more) throws IOException {
        this.data = data;
        this.keepsData = keepsData;
        List<String> command = new ArrayList<>(starter);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(java);
        command.addAll(List.of(
                "-cp",
                CLASS_PATH,
                BrokerMain.class.getName(),
                "broker",
                "--port",
                String.valueOf(port),
                "--ws-port",
                "0",
                "--data",
                data.toString()));
        command.addAll(List.of(more));
        this.child = new Child("tern broker", command, environment, lifeSeconds, this::said);
    }

    private void said(String line) {
        Matcher listener = LISTENER.matcher(line);
        if (!greeted && listener.matches()) {
            listening(listener.group(1), listener.group(2)).complete(Integer.valueOf(listener.group(3)));
        } else if (line.contains(" security: configuration: ")) {
            configuration.complete(line);
        } else if (greeted && !line.contains(" INFO ")) {
            complaints.add(line);
        } else if (line.contains(LAST_OF_GREETING)) {
            greeted = true;
        }
    }

    private CompletableFuture<Integer> listening(String what, String host) {
        return ports.computeIfAbsent(what + " at " + host, name -> new CompletableFuture<>());
    }

    int port(Transport transport) throws InterruptedException {
        return port(transport == Transport.TCP ? "MQTT" : "MQTT over WS", "127.0.0.1");
    }

    /// @param what as the broker's greeting calls it, such as `MQTT over TLS`
    /// @param host of the listener
    int port(String what, String host) throws InterruptedException {
        try {
            return Waiting.await(listening(what, host), "tern broker");
        } catch (AssertionError e) {
            throw new AssertionError(child.lastWords(), e);
        }
    }

    /// What it has said since it greeted, which should be nothing whatever clients do; at most once.
    List<String> complaints() {
        synchronized (complaints) {
            List<String> all = List.copyOf(complaints);
            complaints.clear();
            return all;
        }
    }

    /// Sends it SIGHUP, and waits until it has said what has become of that.
    ///
    /// @return the line
    String hangUp() throws IOException, InterruptedException {
        return Waiting.await(sendHangUp(), "tern broker");
    }

    /// Sends it SIGHUP.
    ///
    /// @return will have the line with which it says what has become of that
    CompletableFuture<String> sendHangUp() throws IOException, InterruptedException {
        CompletableFuture<String> answer = new CompletableFuture<>();
        configuration = answer;
        child.signal("HUP");
        return answer;
    }

    /// What it said last.
    String lastWords() {
        return child.lastWords();
    }

    long pid() {
        return child.pid();
    }

    boolean isAlive() {
        return child.isAlive();
    }

    /// Ends it without a warning, as a lack of power would.
    void kill() throws InterruptedException {
        child.close();
        child.awaitEnd();
    }

    @Override
    public void close() throws IOException {
        try {
            child.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            child.close();
        }
        if (!keepsData) {
            Folders.delete(data);
        }
    }
}
