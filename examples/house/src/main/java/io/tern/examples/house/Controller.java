package io.tern.examples.house;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.Publish;
import java.util.HashMap;
import java.util.Map;

/// Switches the heating by the temperature. Several controllers share one subscription, and so the work: the broker
/// gives each reading to one of them.
final class Controller implements AutoCloseable {

    private static final double COMFORT_DEGREES = 20.5;

    private final String name;
    private final String filter;
    private final Published published;
    private final Received group;
    private final Received own;
    private final MqttClient client;
    /// Commands so far, by topic; used by the handler's thread only.
    private final Map<String, Integer> commands = new HashMap<>();

    /// @param group counts what all controllers get together
    /// @param own counts what this one gets
    Controller(Broker broker, String name, String filter, Published published, Received group, Received own) {
        this.name = name;
        this.filter = filter;
        this.published = published;
        this.group = group;
        this.own = own;
        this.client = broker.client(published.run(), name).onMessage(this::onTemperature).build();
    }

    void join() throws MqttException, InterruptedException {
        client.connect();
        client.subscribe(filter, 2);
    }

    /// A handler may block and may use its client: the reading is acknowledged when this returns.
    private void onTemperature(Publish publish) throws MqttException, InterruptedException {
        Message reading = Message.parse(publish.payload());
        if (reading != null) {
            boolean cold = Double.parseDouble(reading.value()) < COMFORT_DEGREES;
            String topic = publish.topic().value().replaceFirst("temperature$", "heating/set");
            int seq = commands.merge(topic, 1, Integer::sum);
            Message command = new Message(published.run(), name, seq, cold ? "\"on\"" : "\"off\"");
            published.publish(client, topic, command, 2, false);
        }
        own.arrived(publish);
        group.arrived(publish);
    }

    @Override
    public void close() {
        client.close();
    }
}
