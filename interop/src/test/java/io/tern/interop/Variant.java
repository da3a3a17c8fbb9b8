package io.tern.interop;

import io.tern.wire.MqttVersion;
import java.util.ArrayList;
import java.util.List;

/// One way to use one maker's client.
///
/// @param maker whose client
/// @param transport what it goes over
/// @param version what it speaks
record Variant(Maker maker, Transport transport, MqttVersion version) {

    /// All whose maker's client is on this machine; of those `-Dtern.interop.only=text` takes the ones whose name
    /// contains the text.
    static List<Variant> present() {
        List<Variant> present = new ArrayList<>();
        for (Maker maker : Maker.values()) {
            if (maker.missing().isEmpty()) {
                present.addAll(maker.variants());
            }
        }
        present.removeIf(variant -> !variant.toString().contains(System.getProperty("tern.interop.only", "")));
        return present;
    }

    /// Whether CONNACK has a Session Present flag, and this client shows it.
    boolean tellsSessionPresent() {
        return version != MqttVersion.V3_1 && maker != Maker.MOSQUITTO;
    }

    /// Whether this client forgets which messages of QoS 2 it has shown, so that one whose handshake was interrupted is
    /// shown twice, with any broker.
    boolean repeatsQos2() {
        return maker == Maker.PAHO_JAVA && version == MqttVersion.V5;
    }

    @Override
    public String toString() {
        String number = switch (version) {
            case V3_1 -> "3.1";
            case V3_1_1 -> "3.1.1";
            case V5 -> "5.0";
        };
        return maker + " " + transport + " " + number;
    }
}
