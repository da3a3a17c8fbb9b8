package io.tern.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A script in another language that plays any number of clients. It is told what to do line by line, `verb fields`,
/// and answers `ok fields` or `error fields` to each in its time; in between it tells `message fields` and `ended
/// fields`. Every line names its client, and every command and its answer a number.
final class Puppeteer implements AutoCloseable {

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
