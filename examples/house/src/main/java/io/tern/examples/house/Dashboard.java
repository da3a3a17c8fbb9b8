package io.tern.examples.house;

import io.tern.client.MessageHandler;
import io.tern.client.MqttClient;
import io.tern.client.MqttException;

/// A client that only listens: a wall panel, a recorder, an actuator.
final class Dashboard implements AutoCloseable {

    private final MqttClient client;
    private final String[] filters;

    /// @param handler gets what arrives, one message after the other
    Dashboard(Broker broker, String run, String name, MessageHandler handler, String... filters) {
        this.client = broker.client(run, name).onMessage(handler).build();
        this.filters = filters;
    }

    /// Connects and subscribes at QoS 2, so that each message comes with the QoS it was published with.
    void join() throws MqttException, InterruptedException {
        client.connect();
        for (String filter : filters) {
            client.subscribe(filter, 2);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
