package io.tern.interop;

/// What carries MQTT.
enum Transport {

    TCP("tcp"),

    WS("ws");

    private final String word;

    Transport(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
