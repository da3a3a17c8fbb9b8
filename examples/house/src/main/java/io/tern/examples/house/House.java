package io.tern.examples.house;

import io.tern.client.MqttClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The house and a short day in it: who lives there, what they do, and what each of them got in the end.
final class House {

    private static final int PATIENCE_SECONDS = 30;
    private static final int QUIET_SECONDS = 5;
    private static final int LOOKS_A_SECOND = 20;

    /// How large a house, and how long a day.
    ///
    /// @param root first level of all topics
    /// @param sensors 5 and up
    /// @param seconds 3 and up
    /// @param qos of all readings; null for what suits each kind
    record Size(String root, int sensors, int seconds, Integer qos) { }

    private final Broker broker;
    private final Size size;
    private final Consumer<String> story;
    private final String run = String.format("h%04x", ThreadLocalRandom.current().nextInt(0x10000));
    private final Published published = new Published(run);
    private final Presence presence = new Presence();
    private final List<Received> receivers = new ArrayList<>();
    private final List<Place> places;

    private final List<Sensor> sensors = new ArrayList<>();
    private final List<Dashboard> dashboards = new ArrayList<>();
    private final List<Controller> controllers = new ArrayList<>();
    private final Received group;
    private final Phone phone;
    private final Received lateReceived;
    private final Dashboard lateDashboard;

    /// @param story is told what happens; by any thread
    House(Broker broker, Size size, Consumer<String> story) {
        this.broker = broker;
        this.size = size;
        this.story = story;
        this.places = Place.plan(size.root, size.sensors);

        String temperatures = size.root + "/+/+/temperature";
        dashboard("recorder", size.root + "/#");
        dashboard("dashboard", temperatures);
        String[] floors = places.stream().map(place -> place.floor() + "/+/heating/set").distinct()
                .toArray(String[]::new);
        dashboard("heating", floors);

        String shared = "$share/heating/" + temperatures;
        group = new Received("controllers", Received.Promise.EACH_ONCE, published, shared);
        for (String name : List.of("controller-1", "controller-2")) {
            Received own = receiver(name, Received.Promise.PART, shared);
            controllers.add(new Controller(broker, name, shared, published, group, own));
        }

        String[] alarms = {size.root + "/+/+/window", size.root + "/+/+/motion"};
        phone = new Phone(broker, run, receiver("phone", Received.Promise.ALL, alarms), alarms);

        String[] states = {size.root + "/+/+/+/state", size.root + "/+/+/+/online"};
        lateReceived = receiver("late dashboard", Received.Promise.ALL, states[0]);
        lateDashboard = new Dashboard(broker, run, "late", message -> {
            presence.arrived(message);
            lateReceived.arrived(message);
        }, states);

        for (Place place : places) {
            int qos = size.qos == null ? place.kind().qos() : size.qos;
            sensors.add(new Sensor(broker, place, qos, published));
        }
    }

    private void dashboard(String name, String... filters) {
        Received received = receiver(name, Received.Promise.ALL, filters);
        dashboards.add(new Dashboard(broker, run, name, received::arrived, filters));
    }

    private Received receiver(String name, Received.Promise promise, String... filters) {
        Received received = new Received(name, promise, published, filters);
        receivers.add(received);
        return received;
    }

    /// Runs it, and leaves nothing behind with the broker.
    ///
    /// @throws Exception if it could not be run to its end
    Report run() throws Exception {
        Report report;
        try {
            moveIn();
            live();
            report = settle();
        } catch (Exception e) {
            moveOutAfter(e);
            throw e;
        }
        moveOut();
        tidy();
        return report;
    }

    /// Who listens comes first, so that it is owed everything.
    private void moveIn() throws Exception {
        for (Dashboard dashboard : dashboards) {
            dashboard.join();
        }
        for (Controller controller : controllers) {
            controller.join();
        }
        phone.join();
        Together arrivals = new Together();
        sensors.forEach(sensor -> arrivals.add(sensor::connect));
        arrivals.run(PATIENCE_SECONDS);
        story.accept("all have moved in");
    }

    private void live() throws Exception {
        Pace pace = new Pace();
        Together lives = new Together();
        for (int i = 0; i < sensors.size(); i++) {
            Sensor sensor = sensors.get(i);
            double offset = (double) i / sensors.size();
            lives.add(() -> sensor.publishReadings(pace, size.seconds, offset));
        }
        lives.add(() -> phone.comeAndGo(pace, size.seconds));
        lives.add(() -> {
            pace.awaitSecond(size.seconds / 3.0);
            sensors.getLast().cutPower();
            story.accept(sensors.getLast().place().topic() + " has lost its power");
        });
        lives.add(() -> {
            pace.awaitSecond(size.seconds * 2 / 3.0);
            lateReceived.startsNow();
            lateDashboard.join();
            story.accept("the late dashboard has come");
        });
        lives.run(size.seconds + PATIENCE_SECONDS);
        story.accept("the day is over");
    }

    /// Waits until everything has arrived, or for so long that it won't any more.
    private Report settle() throws InterruptedException {
        Report report = report();
        Pace pace = new Pace();
        int quiet = 0;
        for (int look = 1; look <= PATIENCE_SECONDS * LOOKS_A_SECOND; look++) {
            if (report.isComplete() || quiet == QUIET_SECONDS * LOOKS_A_SECOND) {
                break;
            }
            pace.awaitSecond((double) look / LOOKS_A_SECOND);
            Report later = report();
            quiet = later.received() == report.received() ? quiet + 1 : 0;
            report = later;
        }
        return report;
    }

    private Report report() {
        // The controllers first: once they have all they are owed, no command is under way any more.
        List<Report.Row> rows = new ArrayList<>(group.rows());
        receivers.forEach(receiver -> rows.addAll(receiver.rows()));
        long received = receivers.stream().mapToLong(Received::count).sum();
        Place gone = sensors.getLast().place();
        return new Report(rows, List.of(phone.verdict(), presence.verdict(places, gone)), broker.troubles(),
                published.total(), received);
    }

    /// Clears what was retained: an empty message does that.
    private void tidy() throws Exception {
        try (MqttClient caretaker = broker.client(run, "caretaker").build()) {
            caretaker.connect();
            List<CompletableFuture<?>> cleared = new ArrayList<>();
            for (Place place : places) {
                for (String topic : List.of(place.stateTopic(), place.onlineTopic())) {
                    cleared.add(caretaker.publishAsync(topic, new byte[0], 1, true));
                }
            }
            CompletableFuture.allOf(cleared.toArray(CompletableFuture[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void moveOut() throws Exception {
        Together departures = new Together();
        sensors.forEach(sensor -> departures.add(sensor::close));
        dashboards.forEach(dashboard -> departures.add(dashboard::close));
        controllers.forEach(controller -> departures.add(controller::close));
        departures.add(lateDashboard::close);
        departures.add(phone::leaveForGood);
        departures.run(PATIENCE_SECONDS);
    }

    private void moveOutAfter(Exception failure) {
        try {
            moveOut();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }
}
