package io.tern.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A script in another language that plays any number of clients. It is told what to do line by line, `verb fields`,
/// and answers `ok fields` or `error fields` to each in its time; in between it tells `message fields` and `ended
/// fields`. Every line names its client, and every command and its answer a number.
final class Puppeteer implements AutoCloseable {

    private static final int COMPILER_SECONDS = 120;

    private final Child child;
    private final Map<String, PuppetClient> clients = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    private Puppeteer(String name, List<String> command, Map<String, String> environment, int lifeSeconds)
            throws IOException {
        this.child = new Child(name, command, environment, lifeSeconds, this::said);
    }

    static Puppeteer python(int lifeSeconds) throws IOException {
        List<String> command = List.of(Tools.PYTHON.toString(), "-u", Tools.script("puppets.py"));
        return new Puppeteer("Paho Python", command, Map.of(), lifeSeconds);
    }

    static Puppeteer node(int lifeSeconds) throws IOException {
        return new Puppeteer("MQTT.js", List.of(Tools.NODE.toString(), Tools.script("puppets.cjs")),
                Map.of("NODE_PATH", Tools.NODE_MODULES.toString()), lifeSeconds);
    }

    static Puppeteer c(int lifeSeconds) throws IOException, InterruptedException {
        return compiled("Paho C", lifeSeconds, Map.of(), program -> List.of("gcc", "-o", program.toString(),
                Tools.script("puppets.c"), "-lpaho-mqtt3cs", "-lpthread"));
    }

    static Puppeteer go(int lifeSeconds) throws IOException, InterruptedException {
        return compiled("Paho Go", lifeSeconds, Map.of("GO111MODULE", "off", "GOPATH", Tools.GO_LIBRARIES.toString()),
                program -> List.of("go", "build", "-o", program.toString(), Tools.script("puppets.go")));
    }

    private static Puppeteer compiled(String name, int lifeSeconds, Map<String, String> environment,
            Function<Path, List<String>> compiler) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tern-interop");
        Path program = folder.resolve("puppets");
        Map<String, String> all = new HashMap<>(environment);
        all.put("GOCACHE", folder.resolve("cache").toString());
        try (Child child = new Child(
                "the compiler for " + name, compiler.apply(program), all, COMPILER_SECONDS, line -> { })) {
            if (child.awaitEnd(TimeUnit.SECONDS.toMillis(COMPILER_SECONDS)) != 0) {
                throw new IOException(child.lastWords());
            }
            return new Puppeteer(name, List.of(program.toString()), Map.of(), lifeSeconds);
        } finally {
            // It runs already, and needs neither.
            Folders.delete(folder);
        }
    }

    PuppetClient client(Setup setup) {
        PuppetClient client = new PuppetClient(setup, this, "c" + count.incrementAndGet());
        clients.put(client.handle(), client);
        return client;
    }

    void forget(PuppetClient client) {
        clients.remove(client.handle());
    }

    int nextNumber() {
        return count.incrementAndGet();
    }

    void tell(String verb, Fields fields) throws IOException {
        byte[] line = (verb + " " + fields + "\n").getBytes(StandardCharsets.US_ASCII);
        synchronized (child) {
            child.input().write(line);
            child.input().flush();
        }
    }

    private void said(String line) {
        int space = line.indexOf(' ');
        Fields fields = Fields.parse(line.substring(space + 1));
        PuppetClient client = clients.get(String.valueOf(fields.text("client")));
        if (client != null && space > 0) {
            client.told(line.substring(0, space), fields);
        }
    }

    String lastWords() {
        return child.lastWords();
    }

    @Override
    public void close() {
        child.close();
    }
}
