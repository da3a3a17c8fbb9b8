package io.tern.testkit.sim;

import io.tern.testkit.sim.SimClient.Terms;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.List;

/// What clients do of their own accord, and what befalls them.
final class Walk {

    private static final int RULES_CHANGE_PER_MILLE = 2;
    private static final int PAUSE_STEPS = 300;
    private static final int AWAY_STEPS = 400;
    private static final int STALL_STEPS = 200;
    private static final int JUMP_MILLIS = 20_000;
    private static final int QUIET_PER_MILLE = 300;
    /// Longer than a shard waits that found a lane full, and than an answer is held for a receiver that lags.
    private static final int QUIET_MILLIS = 300;
    /// Longer than a closing connection lingers.
    private static final int STOP_MILLIS = 12_000;
    private static final int IMPATIENT_PER_MILLE = 200;
    private static final int IMPATIENT_STEPS = 100;
    /// How soon a process ends whose store has broken.
    private static final int ENDS_PER_MILLE = 100;
    /// Shorter than everything rests in the end.
    private static final int[] DELAYS_MILLIS = {1, 20, 300, 1_000, 2_500, 8_000};

    private final Simulation sim;
    private final SimRandom random;
    private final Profile profile;
    private final TopicName[] favourites;
    private final Scheduler scheduler;
    private int awayGroup = -1;
    private int awayUntilStep;

    Walk(Simulation sim, Scheduler scheduler) {
        this.sim = sim;
        this.scheduler = scheduler;
        this.random = sim.random();
        this.profile = sim.profile();
        this.favourites = new TopicName[profile.clients()];
        for (int i = 0; i < favourites.length; i++) {
            favourites[i] = sim.topics().plain(random);
        }
    }

    /// Some client does something.
    void act() {
        SimClient client = sim.clients().get(random.below(sim.clients().size()));
        if (client.link() == null) {
            if (isAway(client)) {
                return;
            }
            if (random.chance(profile.returnsPerMille())) {
                client.connect(terms(client));
            }
        } else if (client.isOpen()) {
            whileOpen(client);
        } else {
            whileConnecting(client);
        }
    }

    private boolean isAway(SimClient client) {
        return sim.step() < awayUntilStep && SimTopics.groupOf(client.number()) == awayGroup;
    }

    private void leaveGroup() {
        int group = sim.oddities().leavingGroup();
        if (group >= 0 && sim.step() >= awayUntilStep) {
            awayGroup = group;
            awayUntilStep = sim.step() + AWAY_STEPS;
            sim.trace().event("group", "leaves", group, awayUntilStep);
            sim.clients().stream().filter(client -> client.link() != null && isAway(client)).forEach(SimClient::reset);
        }
    }

    private Terms terms(SimClient client) {
        boolean durable = random.chance(800);
        long expirySeconds = !durable ? 0 : random.chance(150) ? random.between(1, 60) : Terms.FOR_EVER;
        return new Terms(
                random.chance(durable ? 100 : 500),
                expirySeconds,
                profile.keepAlives() && random.chance(500) ? random.pick(1, 5, 20) : 0,
                random.pick(0, 0, 1, 3, 20),
                profile.packetLimits() && random.chance(100) ? random.between(60, 300) : 0,
                random.pick(0, 0, 1, 3),
                random.chance(400));
    }

    private void whileConnecting(SimClient client) {
        switch (random.below(20)) {
            case 0 -> client.vanish();
            case 1 -> client.reset();
            case 2 -> client.connect(terms(client));
            case 3 -> subscribe(client);
            case 4, 5 -> {
                if (client.outbound().isEmpty()) {
                    publish(client, client.version() == MqttVersion.V5 ? 0 : random.below(3));
                }
            }
            default -> { } // Waits.
        }
    }

    private void whileOpen(SimClient client) {
        if (profile.floodMessages() > 0 && random.chance(100)) {
            flood(client);
            return;
        }
        if (sim.oddities().doesForbidden()) {
            client.publishForbidden(favourites[client.number()]);
            return;
        }
        if (client.version() == MqttVersion.V5 && sim.oddities().asks()) {
            client.ask(favourites[client.number()]);
            return;
        }
        SimRandom delaying = sim.oddities().delaying();
        if (delaying != null) {
            publishLater(client, delaying);
            return;
        }
        int what = random.below(100);
        if (what < 58) {
            for (int i = random.pick(1, 1, 2, 6); i > 0; i--) {
                publish(client, random.below(3));
            }
        } else if (what < 78) {
            subscribe(client);
        } else if (what < 84) {
            unsubscribe(client);
        } else if (what < 86) {
            client.ping();
        } else if (what < 90) {
            client.disconnect(goodbye(client));
        } else if (what < 93) {
            client.reset();
        } else if (what < 94) {
            client.vanish();
        } else if (what < 96) {
            client.connect(terms(client)); // The connection it had stays open, and nobody listens there any more.
        } else if (what < 98) {
            client.pause(random.below(PAUSE_STEPS));
        }
    }

    private Disconnect goodbye(SimClient client) {
        if (client.version() != MqttVersion.V5) {
            return new Disconnect(ReasonCode.SUCCESS, Properties.NONE);
        }
        Properties.Builder properties = Properties.builder();
        if (client.link().attempt().expirySeconds() > 0 && random.chance(300)) {
            properties.with(Property.SESSION_EXPIRY_INTERVAL, random.chance(500) ? 0 : random.between(1, 60));
        }
        ReasonCode reason = random.chance(200) ? ReasonCode.DISCONNECT_WITH_WILL : ReasonCode.SUCCESS;
        return new Disconnect(reason, properties.build());
    }

    private void flood(SimClient client) {
        TopicName topic = sim.topics().plain(random);
        for (int i = random.below(profile.floodMessages()); i > 0; i--) {
            client.publish(topic, 0, false, 4);
        }
    }

    private void publish(SimClient client, int qos) {
        int bytes = random.between(4, Math.max(4, profile.payloadBytes()));
        switch (random.below(10)) {
            case 0, 1, 2 -> {
                TopicName topic = random.chance(200)
                        ? sim.topics().common(random)
                        : sim.topics().retained(random, client.number());
                boolean retain = random.chance(800);
                client.publish(topic, qos, retain, retain && random.chance(150) ? 0 : bytes);
            }
            case 3, 4, 5 -> client.publish(sim.topics().shared(random), qos, false, bytes);
            case 6 -> {
                TopicName topic = random.chance(300) ? sim.topics().point(random) : favourites[client.number()];
                client.publish(topic, qos, false, bytes);
            }
            default -> {
                // Publishers often stay with a topic: the broker remembers what it matched.
                if (random.chance(400)) {
                    favourites[client.number()] = sim.topics().plain(random);
                }
                client.publish(favourites[client.number()], qos, false, bytes);
            }
        }
    }

    private void publishLater(SimClient client, SimRandom by) {
        TopicName topic = by.chance(250) ? sim.topics().point(by) : sim.topics().later(by);
        for (int i = by.pick(1, 1, 2, 6); i > 0; i--) {
            client.publishLater(topic, by.below(3), by.pick(4, 40), by.pick(DELAYS_MILLIS));
        }
    }

    private void subscribe(SimClient client) {
        List<Subscribe.Item> items = new ArrayList<>();
        List<TopicFilter> filters = new ArrayList<>();
        boolean v5 = client.version() == MqttVersion.V5;
        for (int i = random.pick(1, 1, 1, 2, 3); i > 0; i--) {
            boolean shared = random.chance(300);
            TopicFilter filter = shared ? sim.topics().group(client.number()) : sim.topics().filter(random);
            if (filters.contains(filter)) {
                continue;
            }
            filters.add(filter);
            int least = profile.sharedQos0() ? 0 : 1;
            int groupQos = SimTopics.groupQos(SimTopics.groupOf(client.number()));
            int qos = !shared ? random.below(3) : groupQos >= 0 ? groupQos : random.between(least, 2);
            items.add(v5
                    ? new Subscribe.Item(
                            filter, qos, !shared && random.chance(150), random.chance(150), random.pick(0, 0, 1, 2))
                    : new Subscribe.Item(filter, qos));
        }
        TopicFilter server = sim.oddities().listening();
        if (server != null) {
            client.subscribe(List.of(new Subscribe.Item(server, random.below(3))), false);
        }
        SimRandom later = sim.oddities().listeningLater();
        if (later != null) {
            TopicFilter filter = sim.topics().laterFilter(later);
            client.subscribe(List.of(new Subscribe.Item(filter, later.below(3))), false);
        }
        client.subscribe(items, v5 && items.size() == 1 && random.chance(300));
    }

    private void unsubscribe(SimClient client) {
        List<TopicFilter> filters = new ArrayList<>();
        for (Span span : client.link().attempt().incarnation().spans()) {
            TopicFilter filter = span.item().filter();
            if (random.chance(300) && !filters.contains(filter)) {
                filters.add(filter);
            }
        }
        if (filters.isEmpty()) {
            filters.add(sim.topics().filter(random));
        }
        client.unsubscribe(filters);
    }

    /// Something happens that nobody has asked for.
    void befall() {
        sim.clock().advance(random.below(3));
        sim.store().befall();
        if (sim.store().hasFailed() && random.chance(ENDS_PER_MILLE)) {
            sim.crash(false);
        }
        if (random.chance(profile.cutPerMille())) {
            sim.net().cutOne();
        }
        if (random.chance(profile.stallPerMille())) {
            sim.loops().get(random.below(sim.loops().size())).stall(random.below(STALL_STEPS));
        }
        if (random.chance(profile.stallPerMille())) {
            sim.clients().get(random.below(sim.clients().size())).pause(random.below(PAUSE_STEPS));
        }
        if (random.chance(profile.crashPerMille())) {
            boolean quiet = random.chance(QUIET_PER_MILLE);
            if (quiet) {
                sim.unstall();
                scheduler.rest(QUIET_MILLIS);
            }
            sim.crash(quiet && !sim.store().hasFailed());
        }
        if (random.chance(profile.stopPerMille())) {
            stop();
        }
        if (random.chance(RULES_CHANGE_PER_MILLE)) {
            sim.authorizer().renew();
        }
        SimRandom speaking = sim.oddities().speaking();
        if (speaking != null) {
            sim.server().speak(speaking);
        }
        leaveGroup();
        if (sim.oddities().setsClock()) {
            sim.clock().set();
        }
        if (random.chance(profile.jumpPerMille())) {
            long millis = random.below(JUMP_MILLIS);
            sim.trace().event("time", "jumps", millis, 0);
            sim.clock().advance(millis);
        }
    }

    /// The broker is told to stop, and another one started when it has, or when patience was lost.
    private void stop() {
        sim.unstall();
        sim.stop();
        if (random.chance(IMPATIENT_PER_MILLE)) {
            scheduler.steps(random.below(IMPATIENT_STEPS));
            sim.startAgain(false);
            return;
        }
        scheduler.rest(STOP_MILLIS);
        sim.checkStopped();
        sim.startAgain(!sim.store().hasFailed());
    }
}
