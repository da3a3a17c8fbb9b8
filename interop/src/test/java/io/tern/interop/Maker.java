package io.tern.interop;

import static io.tern.wire.MqttVersion.V3_1;
import static io.tern.wire.MqttVersion.V3_1_1;
import static io.tern.wire.MqttVersion.V5;

import io.tern.wire.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whose client it is.
enum Maker {

    HIVEMQ("HiveMQ", List.of(V3_1_1, V5), List.of(Transport.TCP, Transport.WS)),

    PAHO_JAVA("Paho Java", List.of(V3_1, V3_1_1, V5), List.of(Transport.TCP, Transport.WS)),

    PAHO_PYTHON("Paho Python", List.of(V3_1, V3_1_1, V5), List.of(Transport.TCP, Transport.WS)),

    MQTT_JS("MQTT.js", List.of(V3_1, V3_1_1, V5), List.of(Transport.TCP, Transport.WS)),

    /// `mosquitto_pub` and `mosquitto_sub`; those of 2.0 know TCP alone.
    MOSQUITTO("mosquitto", List.of(V3_1, V3_1_1, V5), List.of(Transport.TCP));

    private final String title;
    private final List<MqttVersion> versions;
    private final List<Transport> transports;

    Maker(String title, List<MqttVersion> versions, List<Transport> transports) {
        this.title = title;
        this.versions = versions;
        this.transports = transports;
    }

    /// How to get this client if it isn't here.
    Optional<String> missing() {
        return switch (this) {
            case HIVEMQ, PAHO_JAVA -> Optional.empty();
            case PAHO_PYTHON -> Tools.PYTHON == null ? Optional.of("apt install python3-paho-mqtt") : Optional.empty();
            case MQTT_JS -> Tools.NODE == null
                    ? Optional.of("install node")
                    : Tools.HAS_MQTT_JS ? Optional.empty() : Optional.of("npm ci in interop/node");
            case MOSQUITTO -> Tools.HAS_MOSQUITTO ? Optional.empty() : Optional.of("apt install mosquitto-clients");
        };
    }

    List<Variant> variants() {
        List<Variant> variants = new ArrayList<>();
        for (Transport transport : transports) {
            for (MqttVersion version : versions) {
                variants.add(new Variant(this, transport, version));
            }
        }
        return variants;
    }

    @Override
    public String toString() {
        return title;
    }
}
