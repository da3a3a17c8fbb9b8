package io.tern.app;

import io.tern.transport.Listener;
import io.tern.transport.ListenerOptions;

/// How a listener is told of at the start.
final class Greeting {

    private Greeting() {}

    /// One line, such as `MQTT            127.0.0.1:1883`.
    static String line(Listener listener) {
        ListenerOptions options = listener.options();
        String place = options.host() + ":" + listener.port();
        return switch (options.transport()) {
            case "tls" -> "MQTT over TLS   " + place;
            case "ws" -> "MQTT over WS    ws://" + place + options.web().paths().getFirst();
            case "wss" -> "MQTT over WSS   wss://" + place + options.web().paths().getFirst();
            case "unix" -> "MQTT            " + options.place();
            default -> "MQTT            " + place;
        };
    }
}
