package io.tern.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A client in another language, led by a [Puppeteer].
final class PuppetClient extends InboxClient {

    private final Puppeteer puppeteer;
    private final String handle;
    private final Map<Integer, CompletableFuture<Fields>> asked = new ConcurrentHashMap<>();

    PuppetClient(Setup setup, Puppeteer puppeteer, String handle) {
        super(setup);
        this.puppeteer = puppeteer;
        this.handle = handle;
    }

    String handle() {
        return handle;
    }

    /// Takes what the script says of this client; on the script's thread.
    void told(String verb, Fields fields) {
        switch (verb) {
            case "message" -> inbox.received(received(fields));
            case "ended" -> inbox.ended(fields.number("reason", NO_REASON));
            case "ok" -> answered(fields).complete(fields);
            case "error" -> answered(fields).completeExceptionally(new AssertionError(fields.text("text")));
            default -> throw new AssertionError(verb + " " + fields);
        }
    }

    /// A library may call back twice for one command; the second finds nobody who waits.
    private CompletableFuture<Fields> answered(Fields fields) {
        CompletableFuture<Fields> answer = asked.remove(fields.number("number", 0));
        return answer == null ? new CompletableFuture<>() : answer;
    }

    @Override
    public boolean connect() throws IOException, InterruptedException {
        inbox.connecting();
        Fields fields = new Fields()
                .with("transport", setup.variant().transport())
                .with("port", setup.port())
                .with("ca", setup.ca())
                .with("version", setup.variant().version().level())
                .with("id", setup.clientId())
                .withFlag("clean", setup.clean())
                .with("expiry", setup.clean() ? 0 : Setup.SESSION_EXPIRY_SECONDS)
                .with("receive_maximum", Setup.RECEIVE_MAXIMUM)
                .with("keep_alive", setup.keepAliveSeconds());
        if (setup.will() != null) {
            fields.with("will_topic", setup.will().topic())
                    .withBytes("will_payload", setup.will().payload())
                    .with("will_qos", setup.will().qos())
                    .withFlag("will_retain", setup.will().retain())
                    .with("will_content_type", setup.will().extras().contentType());
        }
        return await("connect", fields).flag("present");
    }

    @Override
    public int subscribe(String filter, int qos) throws IOException, InterruptedException {
        return await("subscribe", new Fields().with("filter", filter).with("qos", qos)).number("granted", 0x80);
    }

    @Override
    public void unsubscribe(String filter) throws IOException, InterruptedException {
        await("unsubscribe", new Fields().with("filter", filter));
    }

    @Override
    public Answer publishLater(Message message) throws IOException {
        Extras extras = message.extras();
        Fields fields = new Fields()
                .with("topic", message.topic())
                .withBytes("payload", message.payload())
                .with("qos", message.qos())
                .withFlag("retain", message.retain())
                .with("content_type", extras.contentType())
                .with("response_topic", extras.responseTopic())
                .withBytes("correlation", latin1(extras.correlation()))
                .with("expiry", extras.expirySeconds() < 0 ? null : extras.expirySeconds())
                .with("alias", extras.topicAlias() == 0 ? null : extras.topicAlias());
        extras.userProperties().forEach(property -> fields.with("user", property));
        CompletableFuture<Fields> answer = ask("publish", fields);
        return () -> Waiting.await(answer, "publish");
    }

    @Override
    public void disconnect() throws IOException, InterruptedException {
        await("disconnect", new Fields());
    }

    @Override
    public void close() {
        try {
            await("close", new Fields());
            puppeteer.forget(this);
        } catch (IOException e) {
            throw new AssertionError(puppeteer.lastWords(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Fields await(String verb, Fields fields) throws IOException, InterruptedException {
        try {
            return Waiting.await(ask(verb, fields), verb);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + puppeteer.lastWords(), e);
        }
    }

    private CompletableFuture<Fields> ask(String verb, Fields fields) throws IOException {
        int number = puppeteer.nextNumber();
        CompletableFuture<Fields> answer = new CompletableFuture<>();
        asked.put(number, answer);
        puppeteer.tell(verb, fields.with("client", handle).with("number", number));
        return answer;
    }

    private static Message received(Fields fields) {
        byte[] correlation = fields.bytes("correlation");
        Extras extras = new Extras(
                fields.text("content_type"),
                fields.text("response_topic"),
                correlation == null ? null : new String(correlation, StandardCharsets.ISO_8859_1),
                fields.texts("user"),
                fields.number("expiry", -1),
                0);
        return new Message(fields.text("topic"), fields.bytes("payload"), fields.number("qos", 0),
                fields.flag("retain"), extras);
    }

    private static byte[] latin1(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
