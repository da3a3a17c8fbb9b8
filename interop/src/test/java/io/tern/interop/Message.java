package io.tern.interop;

import java.nio.charset.StandardCharsets;

/// An application message as a client sends or receives it.
///
/// @param topic the topic name
/// @param payload its bytes, not copied
/// @param qos 0 to 2, or [#UNKNOWN_QOS]
/// @param retain the RETAIN flag of the PUBLISH
/// @param extras what MQTT 5.0 adds; [Extras#NONE] in 3.x
record Message(String topic, byte[] payload, int qos, boolean retain, Extras extras) {

    /// Of a message that came to a client which doesn't tell.
    static final int UNKNOWN_QOS = -1;

    static Message of(String topic, String text, int qos) {
        return of(topic, text.getBytes(StandardCharsets.UTF_8), qos);
    }

    static Message of(String topic, byte[] payload, int qos) {
        return new Message(topic, payload, qos, false, Extras.NONE);
    }

    Message retained() {
        return new Message(topic, payload, qos, true, extras);
    }

    Message with(Extras newExtras) {
        return new Message(topic, payload, qos, retain, newExtras);
    }

    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        String body = payload.length <= 40 ? "\"" + text() + '"' : payload.length + " bytes";
        String more = extras.equals(Extras.NONE) ? "" : " " + extras;
        return topic + " " + body + " QoS " + qos + (retain ? " retain" : "") + more;
    }
}
