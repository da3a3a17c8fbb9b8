package io.tern.examples.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A sensor with a connection of its own. Once a second it publishes its reading, and keeps its state topic up to date.
final class Sensor implements AutoCloseable {

    private final Place place;
    private final String name;
    private final int qos;
    private final Published published;
    private final RandomGenerator random;
    private final MqttClient client;
    private volatile boolean powerCut;

    /// @param qos of its readings
    Sensor(Broker broker, Place place, int qos, Published published) {
        this.place = place;
        this.name = "s" + place.number();
        this.qos = qos;
        this.published = published;
        this.random = new SplittableRandom(place.number());
        this.client = broker.client(published.run(), name)
                .will(place.onlineTopic(), "false".getBytes(UTF_8), 1, true)
                .build();
    }

    void connect() throws MqttException, InterruptedException {
        client.connect();
        client.publish(place.onlineTopic(), "true".getBytes(UTF_8), 1, true);
    }

    /// Publishes once a second, until all is said or the power is cut.
    ///
    /// @param offset when in each second: 0 to 1, so that not all speak at once
    void publishReadings(Pace pace, int seconds, double offset) throws MqttException, InterruptedException {
        try {
            for (int seq = 1; seq <= seconds; seq++) {
                pace.awaitSecond(seq - 1 + offset);
                Message reading = new Message(published.run(), name, seq, place.kind().measure(random));
                published.publish(client, place.topic(), reading, qos, false);
                published.publish(client, place.stateTopic(), reading, 1, true);
            }
        } catch (MqttException e) {
            if (!powerCut) {
                throw e;
            }
        }
    }

    /// Vanishes without a word. The broker publishes the Will in its place.
    void cutPower() {
        powerCut = true;
        client.abort();
    }

    Place place() {
        return place;
    }

    @Override
    public void close() {
        client.close();
    }
}
