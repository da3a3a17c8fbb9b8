package io.tern.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A mosquitto broker on a free port of its own, and its tools, where they are installed; where not, the test is
/// skipped.
final class Mosquitto implements AutoCloseable {

    private final Process process;
    private final Path config;
    private final Socket reserved;
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    private Mosquitto(Process process, Path config, Socket reserved) {
        this.process = process;
        this.config = config;
        this.reserved = reserved;
    }

    /// @param lines of its configuration, besides the listener
    static Mosquitto start(String... lines) throws IOException, InterruptedException {
        Path program = Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto")
                .map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
        boolean tools = Stream.of("/usr/bin/mosquitto_sub", "/usr/local/bin/mosquitto_sub")
                .map(Path::of).anyMatch(Files::isExecutable);
        Assumptions.assumeTrue(program != null && tools, "skipped: mosquitto and its tools are not installed");
        // Bound so by us, the port is given to nobody else, but can be listened on by who names it.
        Socket reserved = new Socket();
        reserved.setReuseAddress(true);
        reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = reserved.getLocalPort();
        Path config = Files.createTempFile("mosquitto", ".conf");
        Files.writeString(config, "listener " + port + " 127.0.0.1\n" + String.join("\n", lines) + "\n");
        Process process = new ProcessBuilder(List.of(program.toString(), "-v", "-c", config.toString()))
                .redirectErrorStream(true).start();
        Mosquitto mosquitto = new Mosquitto(process, config, reserved);
        Thread.ofVirtual().start(() -> mosquitto.readLog(process.inputReader()));
        mosquitto.await(" running");
        return mosquitto;
    }

    private void readLog(BufferedReader reader) {
        try {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                log.add(line);
            }
        } catch (IOException e) {
            // It was stopped.
        }
    }

    /// Waits for a line of its log; those before it are forgotten.
    void await(String text) throws IOException, InterruptedException {
        String line;
        do {
            line = log.poll(30, TimeUnit.SECONDS);
            if (line == null) {
                throw new IOException("mosquitto never said " + text);
            }
        } while (!line.contains(text));
    }

    String port() {
        return Integer.toString(reserved.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        reserved.close();
        Files.delete(config);
    }
}
