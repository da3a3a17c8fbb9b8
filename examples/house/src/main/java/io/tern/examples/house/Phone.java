package io.tern.examples.house;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;

/// The resident's phone: comes and goes. The broker keeps its session meanwhile, and queues what it misses.
final class Phone {

    private static final int HERE_SECONDS = 1;
    private static final int AWAY_SECONDS = 2;
    private static final int SESSION_SECONDS = 3_600;

    private final Broker broker;
    private final String run;
    private final String[] filters;
    private final MqttClient client;
    private volatile int returns;
    private volatile int forgotten;

    Phone(Broker broker, String run, Received received, String... filters) {
        this.broker = broker;
        this.run = run;
        this.filters = filters;
        this.client = broker.client(run, "phone")
                .cleanStart(false)
                .sessionExpirySeconds(SESSION_SECONDS)
                .onMessage(received::arrived)
                .build();
    }

    void join() throws MqttException, InterruptedException {
        client.connect();
        for (String filter : filters) {
            client.subscribe(filter, 2);
        }
    }

    /// Leaves and comes back, as often as there is time for it; is there in the end.
    void comeAndGo(Pace pace, int seconds) throws MqttException, InterruptedException {
        int tripSeconds = HERE_SECONDS + AWAY_SECONDS;
        for (int trip = 0; (trip + 1) * tripSeconds <= seconds; trip++) {
            pace.awaitSecond(trip * tripSeconds + HERE_SECONDS);
            if (trip % 2 == 0) {
                client.disconnect();
            } else {
                client.abort();
            }
            pace.awaitSecond((trip + 1) * tripSeconds);
            boolean known = client.connect().sessionPresent();
            returns = trip + 1;
            forgotten += known ? 0 : 1;
        }
    }

    Report.Sentence verdict() {
        return new Report.Sentence("the phone's session was there at " + (returns - forgotten) + " of its " + returns
                + " returns", forgotten == 0);
    }

    /// Leaves for good: a clean start ends the session in every version of MQTT.
    void leaveForGood() throws MqttException, InterruptedException {
        client.close();
        try (MqttClient last = broker.client(run, "phone").build()) {
            last.connect();
        }
    }
}
