package io.tern.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// mosquitto as a broker in a process of its own, on a port of its own, that can be killed and started again.
final class MosquittoBroker implements AutoCloseable {

    private static final int LIFE_SECONDS = 120;

    private final ReservedPort port = new ReservedPort();
    private final Path config;
    private Child child;

    /// One that doesn't run yet.
    ///
    /// @param folder for its configuration and what it keeps
    /// @param more lines of its configuration
    MosquittoBroker(Path folder, List<String> more) throws IOException {
        this.config = folder.resolve("mosquitto-" + port() + ".conf");
        Files.writeString(config, "listener " + port() + " 127.0.0.1\nallow_anonymous true\npersistence true\n"
                + "persistence_location " + folder + "/\npersistence_file mosquitto-" + port() + ".db\n"
                + "autosave_interval 1\nautosave_on_changes true\n" + String.join("\n", more) + "\n");
    }

    /// Starts one that goes by a file of rules, and by the user names that its clients tell.
    ///
    /// @return null if it doesn't start for the sake of that file
    static MosquittoBroker withRules(Path folder, Path rules) throws IOException {
        // Else, started by root, it becomes somebody who can't read the file.
        MosquittoBroker broker = new MosquittoBroker(folder, List.of("acl_file " + rules, "user root"));
        if (broker.launched()) {
            return broker;
        }
        try (broker) {
            broker.child.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (!broker.lastWords().contains("acl_file") || broker.lastWords().contains("Unable to open")) {
            throw new AssertionError(broker.lastWords());
        }
        return null;
    }

    int port() {
        return port.number();
    }

    /// Starts it, for the first time or again.
    void start() throws IOException {
        if (!launched()) {
            throw new AssertionError("mosquitto has ended. " + child.lastWords());
        }
    }

    /// @return whether it listens; else it has ended
    private boolean launched() throws IOException {
        List<String> command = List.of(Tools.MOSQUITTO.toString(), "-v", "-c", config.toString());
        Child started = new Child("mosquitto", command, Map.of(), LIFE_SECONDS, line -> { });
        child = started;
        Waiting.until(() -> port.listens() || !started.isAlive(), "listening");
        return started.isAlive();
    }

    void kill() throws InterruptedException {
        child.close();
        child.awaitEnd();
    }

    String lastWords() {
        return child.lastWords();
    }

    @Override
    public void close() throws IOException {
        if (child != null) {
            child.close();
        }
        port.close();
    }
}
