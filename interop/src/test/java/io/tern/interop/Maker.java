package io.tern.interop;

import static io.tern.wire.MqttVersion.V3_1;
import static io.tern.wire.MqttVersion.V3_1_1;
import static io.tern.wire.MqttVersion.V5;

import io.tern.wire.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whose client it is.
enum Maker {

    HIVEMQ("HiveMQ", List.of(V3_1_1, V5), 2, Transport.values()),

    PAHO_JAVA("Paho Java", List.of(V3_1, V3_1_1, V5), 2, Transport.values()),

    PAHO_PYTHON("Paho Python", List.of(V3_1, V3_1_1, V5), 2, Transport.values()),

    MQTT_JS("MQTT.js", List.of(V3_1, V3_1_1, V5), 2, Transport.values()),

    /// `mosquitto_pub` and `mosquitto_sub`; those of 2.0 know TCP alone.
    MOSQUITTO("mosquitto", List.of(V3_1, V3_1_1, V5), 2, Transport.TCP, Transport.TLS),

    /// Compiled here, with its TLS.
    PAHO_C("Paho C", List.of(V3_1, V3_1_1, V5), 2, Transport.values()),

    PAHO_GO("Paho Go", List.of(V3_1, V3_1_1), 2, Transport.values()),

    VERTX("Vert.x", List.of(V3_1_1), 2, Transport.TCP, Transport.TLS),

    FUSESOURCE("FuseSource", List.of(V3_1, V3_1_1), 2, Transport.TCP, Transport.TLS),

    /// In C, for Java. It has a native part for Linux on x86-64 here.
    AWS("AWS Common Runtime", List.of(V5), 1, Transport.values());

    /// Those that are played with in all scenarios. The others would take long and tell little more.
    private static final Set<Maker> USUAL = Set.of(HIVEMQ, PAHO_JAVA, PAHO_PYTHON, MQTT_JS, MOSQUITTO);

    private final String title;
    private final List<MqttVersion> versions;
    private final int maximumQos;
    private final List<Transport> transports;

    Maker(String title, List<MqttVersion> versions, int maximumQos, Transport... transports) {
        this.title = title;
        this.versions = versions;
        this.maximumQos = maximumQos;
        this.transports = List.of(transports);
    }

    /// The highest QoS that it knows.
    int maximumQos() {
        return maximumQos;
    }

    List<MqttVersion> versions() {
        return versions;
    }

    List<Transport> transports() {
        return transports;
    }

    /// How to get this client if it isn't here.
    Optional<String> missing() {
        return switch (this) {
            case HIVEMQ, PAHO_JAVA, VERTX, FUSESOURCE -> Optional.empty();
            case PAHO_C -> Tools.HAS_PAHO_C ? Optional.empty() : Optional.of("apt install gcc libpaho-mqtt-dev");
            case PAHO_GO -> Tools.HAS_PAHO_GO ? Optional.empty()
                    : Optional.of("apt install golang-go golang-github-eclipse-paho.mqtt.golang-dev");
            case AWS -> Tools.IS_LINUX_X86_64 ? Optional.empty() : Optional.of("only on Linux, x86-64");
            case PAHO_PYTHON -> Tools.PYTHON == null ? Optional.of("apt install python3-paho-mqtt") : Optional.empty();
            case MQTT_JS -> Tools.NODE == null
                    ? Optional.of("install node")
                    : Tools.HAS_MQTT_JS ? Optional.empty() : Optional.of("npm ci in interop/node");
            case MOSQUITTO -> Tools.HAS_MOSQUITTO ? Optional.empty() : Optional.of("apt install mosquitto-clients");
        };
    }

    /// What is played in all scenarios: no TLS, which changes nothing in MQTT.
    List<Variant> variants() {
        return USUAL.contains(this)
                ? everywhere().stream().filter(each -> !each.transport().isSecure()).toList() : List.of();
    }

    /// Each of its versions over all that it knows.
    List<Variant> everywhere() {
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
