package io.tern.cli;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// Publishes on one topic and sees to it that everything was acknowledged. A message that the server rejects is worth
/// a warning and no more, as it is to mosquitto_pub.
final class Publisher {

    private record Sent(int number, CompletableFuture<ReasonCode> reply) { }

    private final MqttClient client;
    private final String topic;
    private final int qos;
    private final boolean retain;
    private final Properties properties;
    private final Consumer<String> warnings;
    /// Bounded by the client: it lets no more than 1,000 messages be unfinished.
    private final ArrayDeque<Sent> unfinished = new ArrayDeque<>();
    private int count;

    Publisher(MqttClient client, String topic, int qos, boolean retain, Properties properties,
            Consumer<String> warnings) {
        this.client = client;
        this.topic = topic;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.warnings = warnings;
    }

    /// Publishes the same message several times, each when the one before was delivered and the delay has passed.
    void publish(byte[] payload, int times, long delayMillis) throws MqttException, InterruptedException {
        for (int i = 0; i < times; i++) {
            if (i > 0) {
                Thread.sleep(delayMillis);
            }
            send(payload);
            finishAll();
        }
    }

    /// Publishes each line as it comes; the last one needs no line end.
    void publishLines(InputStream in) throws IOException, InterruptedException {
        BufferedInputStream bytes = new BufferedInputStream(in, 64 * 1024);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = bytes.read(); b >= 0; b = bytes.read()) {
            if (b == '\n') {
                send(line.toByteArray());
                line.reset();
            } else {
                line.write(b);
            }
        }
        if (line.size() > 0) {
            send(line.toByteArray());
        }
        finishAll();
    }

    private void send(byte[] payload) throws MqttException, InterruptedException {
        unfinished.add(new Sent(++count, client.publishAsync(topic, payload, qos, retain, properties)));
        while (!unfinished.isEmpty() && unfinished.peek().reply.isDone()) {
            finish(unfinished.remove());
        }
    }

    private void finishAll() throws MqttException, InterruptedException {
        while (!unfinished.isEmpty()) {
            finish(unfinished.remove());
        }
    }

    private void finish(Sent sent) throws MqttException, InterruptedException {
        try {
            sent.reply.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof MqttException cause)) {
                throw new IllegalStateException(e.getCause());
            }
            if (cause.kind() != MqttException.Kind.REJECTED) {
                throw cause;
            }
            warnings.accept("Warning: Publish " + sent.number + " failed: " + ReasonText.of(cause.reason()) + ".");
        }
    }
}
