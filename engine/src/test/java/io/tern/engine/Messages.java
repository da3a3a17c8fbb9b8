package io.tern.engine;

import io.tern.api.Message;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import java.nio.charset.StandardCharsets;

/// Messages to be delivered, said briefly.
public final class Messages {

    public static final TopicName TOPIC = TopicName.of("a/topic");

    private Messages() {}

    public static Message of(String payload, int qos) {
        return expiring(payload, qos, Message.NEVER);
    }

    public static Message expiring(String payload, int qos, long expiresAtMillis) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return new Message(TOPIC, bytes, qos, false, Properties.NONE, "p", expiresAtMillis);
    }

    public static String text(Publish publish) {
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }
}
