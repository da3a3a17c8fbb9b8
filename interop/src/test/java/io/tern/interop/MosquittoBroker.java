package io.tern.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// mosquitto as a broker in a process of its own, on a port of its own, that can be killed and started again.
final class MosquittoBroker implements AutoCloseable {

    private static final int LIFE_SECONDS = 120;

    private final Path config;
    private final int port;
    private Child child;

    /// @param folder for its configuration and what it keeps
    /// @param more lines of its configuration
    MosquittoBroker(Path folder, List<String> more) throws IOException {
        this.port = freePort();
        this.config = folder.resolve("mosquitto-" + port + ".conf");
        Files.writeString(config, "listener " + port + " 127.0.0.1\nallow_anonymous true\npersistence true\n"
                + "persistence_location " + folder + "/\npersistence_file mosquitto-" + port + ".db\n"
                + "autosave_interval 1\nautosave_on_changes true\n" + String.join("\n", more) + "\n");
        start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        List<String> command = List.of(Tools.MOSQUITTO.toString(), "-v", "-c", config.toString());
        Child started = new Child("mosquitto", command, Map.of(), LIFE_SECONDS, line -> { });
        child = started;
        Waiting.until(this::listens, "listening. " + started.lastWords());
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    void kill() throws InterruptedException {
        child.close();
        child.awaitEnd();
    }

    String lastWords() {
        return child.lastWords();
    }

    @Override
    public void close() {
        child.close();
    }
}
