package io.tern.engine;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;

/// CONNECT packets, said briefly: of client `c`, with Clean Start, if nothing else is said.
final class Connects {

    private final MqttVersion version;
    private final Properties.Builder properties = Properties.builder();
    private String clientId = "c";
    private boolean cleanStart = true;
    private boolean bridge;
    private int keepAliveSeconds;
    private Will will;

    private Connects(MqttVersion version) {
        this.version = version;
    }

    static Connects of(MqttVersion version) {
        return new Connects(version);
    }

    static Connects v5() {
        return of(MqttVersion.V5);
    }

    Connects clientId(String id) {
        clientId = id;
        return this;
    }

    Connects resume() {
        cleanStart = false;
        return this;
    }

    Connects bridge() {
        bridge = true;
        return this;
    }

    Connects keepAliveSeconds(int seconds) {
        keepAliveSeconds = seconds;
        return this;
    }

    Connects will() {
        return will(new Will(TopicName.of("will"), new byte[] {'w'}, 0, false, Properties.NONE));
    }

    Connects will(Will newWill) {
        will = newWill;
        return this;
    }

    Connects with(Property property, long value) {
        properties.with(property, value);
        return this;
    }

    Connects with(Property property, String value) {
        properties.with(property, value);
        return this;
    }

    Connect packet() {
        return new Connect(
                version, bridge, cleanStart, keepAliveSeconds, clientId, properties.build(), will, null, null);
    }
}
