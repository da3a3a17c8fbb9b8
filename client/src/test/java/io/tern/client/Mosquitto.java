package io.tern.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A mosquitto broker on free ports of its own, where one is installed; where not, the test is skipped.
final class Mosquitto implements AutoCloseable {

    private static final int ATTEMPTS = 5;

    private final Process process;
    private final Path config;
    private final int port;
    private final int webSocketPort;

    private Mosquitto(Process process, Path config, int port, int webSocketPort) {
        this.process = process;
        this.config = config;
        this.port = port;
        this.webSocketPort = webSocketPort;
    }

    /// @param lines further lines of its configuration
    static Mosquitto start(String... lines) throws IOException {
        Path program = Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto")
                .map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
        Assumptions.assumeTrue(program != null, "skipped: mosquitto is not installed");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Mosquitto started = tryToStart(program, lines);
            if (started != null) {
                return started;
            }
        }
        throw new IOException("mosquitto does not start");
    }

    /// @return null if a port was taken by somebody else meanwhile
    private static Mosquitto tryToStart(Path program, String... lines) throws IOException {
        int port;
        int webSocketPort;
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = first.getLocalPort();
            webSocketPort = second.getLocalPort();
        }
        Path config = Files.createTempFile("mosquitto", ".conf");
        Files.writeString(config, "listener " + port + " 127.0.0.1\nlistener " + webSocketPort
                + " 127.0.0.1\nprotocol websockets\nallow_anonymous true\n" + String.join("\n", lines) + "\n");
        Process process = new ProcessBuilder(List.of(program.toString(), "-v", "-c", config.toString()))
                .redirectErrorStream(true).start();
        BufferedReader log = process.inputReader();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.endsWith(" running")) {
                Thread.ofVirtual().start(() -> swallow(log));
                return new Mosquitto(process, config, port, webSocketPort);
            }
        }
        Files.delete(config);
        return null;
    }

    // It would stop at a full pipe.
    private static void swallow(Reader log) {
        try {
            log.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // It was stopped.
        }
    }

    int port() {
        return port;
    }

    int webSocketPort() {
        return webSocketPort;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.delete(config);
    }
}
