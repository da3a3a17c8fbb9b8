package io.tern.broker;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.nio.charset.StandardCharsets;

/// A CONNECT, said briefly. Of MQTT 5.0 and with Clean Start, if nothing else is said.
final class Hello {

    private final String clientId;
    private final MqttVersion version;
    private final Properties.Builder properties = Properties.builder();
    private boolean cleanStart = true;
    private int keepAliveSeconds;
    private Will will;
    private String userName;

    private Hello(String clientId, MqttVersion version) {
        this.clientId = clientId;
        this.version = version;
    }

    static Hello v5(String clientId) {
        return new Hello(clientId, MqttVersion.V5);
    }

    static Hello v311(String clientId) {
        return new Hello(clientId, MqttVersion.V3_1_1);
    }

    /// A 5.0 session that outlives its connection, resumed if it is there.
    static Hello durable(String clientId) {
        return v5(clientId).resume().expirySeconds(3600);
    }

    Hello resume() {
        cleanStart = false;
        return this;
    }

    Hello keepAliveSeconds(int seconds) {
        keepAliveSeconds = seconds;
        return this;
    }

    Hello expirySeconds(long seconds) {
        return with(Property.SESSION_EXPIRY_INTERVAL, seconds);
    }

    Hello with(Property property, long value) {
        properties.with(property, value);
        return this;
    }

    Hello with(Property property, String value) {
        properties.with(property, value);
        return this;
    }

    Hello will(String topic, String payload) {
        return will(topic, payload, 1, false, Properties.NONE);
    }

    Hello will(String topic, String payload, long delaySeconds) {
        return will(
                topic,
                payload,
                1,
                false,
                Properties.builder().with(Property.WILL_DELAY_INTERVAL, delaySeconds).build());
    }

    Hello will(String topic, String payload, int qos, boolean retain, Properties willProperties) {
        will = new Will(TopicName.of(topic), payload.getBytes(StandardCharsets.UTF_8), qos, retain, willProperties);
        return this;
    }

    Hello user(String name) {
        userName = name;
        return this;
    }

    Connect packet() {
        return new Connect(
                version, false, cleanStart, keepAliveSeconds, clientId, properties.build(), will, userName, null);
    }
}
