package io.tern.cli;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.json.Json;
import io.tern.json.JsonException;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A connection on which one command after the other is asked, and each answered.
final class ControlSession {

    static final String TOPIC = "$CONTROL/tern/v1";
    private static final String REPLIES = TOPIC + "/response";

    private final MqttClient client;
    private final Duration patience;

    /// @param client connected
    ControlSession(MqttClient client, Duration patience) throws MqttException, InterruptedException {
        this.client = client;
        this.patience = patience;
        client.subscribe(REPLIES, 1);
    }

    /// Asks one.
    ///
    /// @return the payload that was answered; null if nothing came in time
    byte[] ask(Map<String, Object> command) throws MqttException, InterruptedException {
        byte[] correlation = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        Properties properties = Properties.builder()
                .with(Property.RESPONSE_TOPIC, REPLIES)
                .with(Property.CORRELATION_DATA, correlation)
                .build();
        client.publish(TOPIC, Json.bytes(Map.of("commands", List.of(command))), 1, false, properties);
        long until = System.nanoTime() + patience.toNanos();
        for (;;) {
            Publish reply = client.receive(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
            if (reply == null
                    || Arrays.equals(correlation, reply.properties().binary(Property.CORRELATION_DATA))) {
                return reply == null ? null : reply.payload();
            }
        }
    }

    /// The one response in an answer, which was bounded when it was received.
    ///
    /// @return null if that is not understood
    static Map<String, Object> response(byte[] payload) {
        try {
            Map<String, Object> reply = Json.object(Json.read(new String(payload, StandardCharsets.UTF_8)));
            List<Object> responses = reply == null ? null : Json.array(reply.get("responses"));
            return responses == null || responses.isEmpty() ? null : Json.object(responses.getFirst());
        } catch (JsonException e) {
            return null;
        }
    }
}
