package io.tern.interop;

/// What carries MQTT.
enum Transport {

    TCP("tcp"),

    TLS("tls"),

    WS("ws"),

    WSS("wss");

    private final String word;

    Transport(String word) {
        this.word = word;
    }

    boolean isWebSocket() {
        return this == WS || this == WSS;
    }

    boolean isSecure() {
        return this == TLS || this == WSS;
    }

    @Override
    public String toString() {
        return word;
    }
}
