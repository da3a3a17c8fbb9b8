package io.tern.examples.house;

import io.tern.client.ClientBuilder;
import io.tern.client.ConnectionListener;
import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.MqttVersion;
import io.tern.wire.Publish;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Where the broker is and how to speak to it; hears what happens to all connections.
final class Broker implements ConnectionListener {

    private static final int TROUBLES_MAX = 20;
    private static final String WEB_SOCKET_PATH = "/mqtt";

    private final String host;
    private final int port;
    private final MqttVersion version;
    private final boolean webSocket;
    private final BlockingQueue<String> troubles = new ArrayBlockingQueue<>(TROUBLES_MAX);

    Broker(String host, int port, MqttVersion version, boolean webSocket) {
        this.host = host;
        this.port = port;
        this.version = version;
        this.webSocket = webSocket;
    }

    /// Begins to describe a client of this broker. The id stays within 23 bytes, which every broker takes.
    ClientBuilder client(String run, String name) {
        return MqttClient.builder().host(host).port(port).version(version)
                .webSocket(webSocket ? WEB_SOCKET_PATH : null)
                .clientId(run + "-" + name)
                .listener(this);
    }

    /// What might explain a broken promise; of more than 20 the first.
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    @Override
    public void connectionLost(MqttException cause) {
        troubles.offer("a connection was lost and made again: " + cause.getMessage());
    }

    @Override
    public void ended(MqttException cause) {
        troubles.offer("a connection was lost for good: " + cause.getMessage());
    }

    @Override
    public void handlerFailed(Publish message, Exception failure) {
        troubles.offer("a message on " + message.topic() + " could not be handled: " + failure);
    }

    @Override
    public String toString() {
        return host + ":" + port + " with MQTT " + (version.isV5() ? "5.0" : "3.1.1")
                + (webSocket ? " over WebSocket" : "");
    }
}
