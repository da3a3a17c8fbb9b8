package io.tern.bench;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Publishers and subscribers under load: as much as their windows allow, or at a fixed rate.
final class Flow {

    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long HIGHEST_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int OPENING_AT_ONCE = 32;

    private static final Flag DURABLE = new Flag("durable", 0, 0, 1, "1: subscribers have sessions that last.");
    private static final Flag RATE = new Flag("rate", 0, 0, 10_000_000,
            "Publishes a second of all publishers together, 0 for as many as the window lets; gives latencies, counted"
                    + " from when a message was due, whether or not it could be sent then.");
    private static final Flag ROUND_TRIP = new Flag("round-trip", 0, 0, 10_000, "Milliseconds to the subscribers.");
    private static final Flag DEAF = new Flag("deaf", 1, 0, 1000, "Subscribers who read nothing.");
    private static final Flag WINDOW = Publisher.window();

    private final Target target;
    private final Shape shape;
    private final int qos;
    private final int payloadBytes;
    private final int window;
    private final int rate;
    private final int warmupSeconds;
    private final int seconds;
    private final Publisher[] publishers;
    private final CountingSubscriber[] subscribers;
    private final Arrivals[][] arrivals;
    private final Histogram latency;
    private final Histogram answerLatency;
    private final boolean durable;
    private final CountingSubscriber[] deaf;
    private final int roundTripMillis;
    private long progress;
    private long progressNanos;
    private long stalls;
    private double connectMillis;

    private Flow(Target target, Shape shape, Given given) {
        this.target = target;
        this.shape = shape;
        qos = given.number(Publisher.QOS);
        payloadBytes = given.number(Payload.BYTES);
        rate = given.number(RATE);
        window = given.number(WINDOW, shape.window(qos, rate > 0));
        warmupSeconds = given.number(Stretch.WARMUP);
        seconds = given.number(shape.seconds());
        publishers = new Publisher[given.number(shape.publishers())];
        subscribers = new CountingSubscriber[given.number(shape.subscribers())];
        arrivals = new Arrivals[publishers.length][];
        latency = rate == 0 ? null : new Histogram(HIGHEST_LATENCY_NANOS, 3);
        answerLatency = rate == 0 || qos == 0 ? null : new Histogram(HIGHEST_LATENCY_NANOS, 3);
        durable = shape != Shape.OVERLOAD && given.number(DURABLE) == 1;
        deaf = new CountingSubscriber[shape == Shape.OVERLOAD ? given.number(DEAF) : 0];
        roundTripMillis = given.number(ROUND_TRIP);
    }

    /// The scenario of a shape.
    static Scenario scenario(Shape shape, String meaning) {
        Set<Flag> flags = new LinkedHashSet<>(List.of(shape.publishers(), shape.subscribers()));
        flags.add(shape == Shape.OVERLOAD ? DEAF : DURABLE);
        flags.addAll(List.of(Publisher.QOS, Payload.BYTES, WINDOW, RATE, ROUND_TRIP, Stretch.WARMUP, shape.seconds()));
        return new Scenario(
                shape.name().toLowerCase(Locale.ROOT),
                meaning,
                shape == Shape.SHARED ? MqttVersion.V5 : MqttVersion.V3_1_1,
                List.copyOf(flags),
                Optional.empty(),
                (target, given) -> new Flow(target, shape, given)::run);
    }

    /// Runs it.
    ///
    /// @return what it has shown
    Report run() throws IOException {
        try (Loop loop = new Loop();
                Detour way = roundTripMillis == 0 ? null : new Detour(target.address(), roundTripMillis)) {
            Opening opening = new Opening(loop, target);
            open(loop, opening, way);
            for (CountingSubscriber each : deaf) {
                each.turnDeaf();
            }
            startPacing();
            progressNanos = System.nanoTime();
            load(loop, TimeUnit.SECONDS.toNanos(warmupSeconds));
            if (latency != null) {
                latency.reset();
            }
            if (answerLatency != null) {
                answerLatency.reset();
            }
            long sentBefore = sent();
            long receivedBefore = received();
            Stretch stretch = new Stretch(target);
            load(loop, TimeUnit.SECONDS.toNanos(seconds));
            stretch.end();
            long sent = sent() - sentBefore;
            long received = received() - receivedBefore;
            long rssBytes = target.process().rssBytes();
            drain(loop);
            for (Peer peer : publishers) {
                peer.leave();
            }
            for (Peer peer : subscribers) {
                peer.leave();
            }
            int connectionsLost = opening.lost();
            if (durable) {
                forget(loop, opening);
            }
            if (deaf.length > 0) {
                // Whoever comes now is let in as ever.
                long beganNanos = System.nanoTime();
                opening.all(i -> publisher(loop, opening, publishers.length), 1, 1);
                connectMillis = (System.nanoTime() - beganNanos) / 1e6;
            }
            for (Peer peer : deaf) {
                peer.leave();
            }
            return report(stretch, sent, received, rssBytes, connectionsLost);
        }
    }

    private void open(Loop loop, Opening opening, Detour way) throws IOException {
        int streams = shape.toAll() ? subscribers.length : 1;
        for (int p = 0; p < publishers.length; p++) {
            arrivals[p] = new Arrivals[streams];
            for (int s = 0; s < streams; s++) {
                arrivals[p][s] = shape == Shape.SHARED ? new AnyOrder() : new InOrder();
            }
        }
        if (way != null) {
            opening.by(target.by(way.address()));
        }
        opening.all(s -> subscribers[s] = subscriber(loop, opening, s), subscribers.length, OPENING_AT_ONCE);
        opening.by(target);
        opening.all(
                i -> deaf[i] = subscriber(loop, opening, "bench-deaf-" + i, 0, new Arrivals[0]),
                deaf.length,
                OPENING_AT_ONCE);
        opening.all(p -> publishers[p] = publisher(loop, opening, p), publishers.length, OPENING_AT_ONCE);
    }

    /// Connects each subscriber once more, to end the session that it has left.
    private void forget(Loop loop, Opening opening) throws IOException {
        CountingSubscriber[] last = new CountingSubscriber[subscribers.length];
        opening.all(
                s -> last[s] = new CountingSubscriber(
                        loop,
                        opening,
                        Packets.connect(target.version(), "bench-sub-" + s),
                        Packets.NO_SUBSCRIPTIONS,
                        target.version().isV5(),
                        0,
                        new Arrivals[0],
                        null),
                last.length,
                OPENING_AT_ONCE);
        for (CountingSubscriber each : last) {
            each.leave();
        }
    }

    private CountingSubscriber subscriber(Loop loop, Opening opening, int number) {
        Arrivals[] heard = switch (shape) {
            case FANOUT, OVERLOAD -> new Arrivals[] {arrivals[0][number]};
            case PAIRS -> arrivals[number];
            case FANIN, SHARED -> {
                Arrivals[] all = new Arrivals[publishers.length];
                for (int p = 0; p < all.length; p++) {
                    all[p] = arrivals[p][0];
                }
                yield all;
            }
        };
        return subscriber(loop, opening, "bench-sub-" + number, number, heard);
    }

    private CountingSubscriber subscriber(Loop loop, Opening opening, String clientId, int number, Arrivals[] heard) {
        return new CountingSubscriber(
                loop,
                opening,
                Packets.connect(target.version(), clientId, true, durable),
                Packets.subscribe(target.version(), qos, shape.filter(number)),
                target.version().isV5(),
                shape == Shape.PAIRS ? number : 0,
                heard,
                latency);
    }

    private Publisher publisher(Loop loop, Opening opening, int number) {
        return new Publisher(
                loop,
                opening,
                Packets.connect(target.version(), "bench-pub-" + number),
                number,
                qos,
                window,
                new PreparedPublishes(target.version(), new String[] {Shape.topic(number)}, qos, false, payloadBytes),
                number < arrivals.length ? arrivals[number] : new Arrivals[0]);
    }

    private void startPacing() {
        if (rate == 0) {
            return;
        }
        if (answerLatency != null) {
            for (Publisher publisher : publishers) {
                publisher.timeAnswers(answerLatency);
            }
        }
        double everyNanos = 1e9 / rate;
        long now = System.nanoTime();
        for (int p = 0; p < publishers.length; p++) {
            publishers[p].pace(now + (long) (p * everyNanos), (long) (publishers.length * everyNanos));
        }
    }

    private void load(Loop loop, long nanos) throws IOException {
        long endNanos = System.nanoTime() + nanos;
        while (loop.nowNanos() < endNanos) {
            if (rate == 0) {
                loop.read(100);
            } else {
                loop.readUntil(Math.min(endNanos, nextDueNanos(loop.nowNanos())));
            }
            for (Publisher publisher : publishers) {
                publisher.pump(loop.nowNanos());
            }
            loop.flush();
            watch(loop.nowNanos());
        }
    }

    /// When the next message is due; a publisher that is late waits for its window, not for the clock.
    private long nextDueNanos(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (Publisher publisher : publishers) {
            long due = publisher.dueNanos();
            if (due > nowNanos && due < next) {
                next = due;
            }
        }
        return next;
    }

    private void watch(long nowNanos) throws IOException {
        if (nowNanos - progressNanos < STALLED_NANOS) {
            return;
        }
        long received = received();
        if (received == progress) {
            stalls++;
            for (Publisher publisher : publishers) {
                if (!publisher.isOpen()) {
                    throw new IOException("a publisher has lost its connection");
                }
                publisher.forgive();
            }
        }
        progress = received;
        progressNanos = nowNanos;
    }

    private void drain(Loop loop) {
        long endNanos = System.nanoTime() + DRAIN_NANOS;
        while (!isSettled() && System.nanoTime() < endNanos) {
            loop.read(10);
            loop.flush();
        }
    }

    private boolean isSettled() {
        for (Publisher publisher : publishers) {
            if (!publisher.isSettled()) {
                return false;
            }
        }
        return true;
    }

    private long received() {
        long sum = 0;
        for (CountingSubscriber subscriber : subscribers) {
            sum += subscriber.received();
        }
        return sum;
    }

    private long sent() {
        long sum = 0;
        for (Publisher publisher : publishers) {
            sum += publisher.sent();
        }
        return sum;
    }

    private Report report(Stretch stretch, double sent, double received, long rssBytes, int connectionsLost) {
        long lost = 0;
        long duplicated = 0;
        long outOfOrder = 0;
        long refused = 0;
        for (int p = 0; p < publishers.length; p++) {
            refused += publishers[p].refused();
            for (Arrivals at : arrivals[p]) {
                lost += at.lost(publishers[p].sent());
                duplicated += at.duplicated();
                outOfOrder += at.outOfOrder();
            }
        }
        Report report = new Report(shape.name().toLowerCase(Locale.ROOT))
                .number("qos", qos)
                .number("publishers", publishers.length)
                .number("subscribers", subscribers.length)
                .number("payloadBytes", payloadBytes)
                .number("window", window)
                .number("roundTripMillis", roundTripMillis)
                .number("seconds", stretch.seconds())
                .number("publishesPerSecond", sent / stretch.seconds())
                .number("brokerMicrosPerMessage", stretch.brokerMicros() / (sent + received))
                .number("brokerCores", stretch.brokerMicros() / stretch.seconds() / 1e6)
                .number("generatorCores", stretch.ownMicros() / stretch.seconds() / 1e6)
                .number("brokerRssBytes", rssBytes);
        stretch.into(report, "Deliveries", "Delivery", received)
                .number("lost", lost)
                .number("duplicated", duplicated)
                .number("outOfOrder", outOfOrder)
                .number("refused", refused)
                .number("stalls", stalls)
                .number("connectionsLost", connectionsLost);
        if (deaf.length > 0) {
            report.number("deaf", deaf.length).number("connectMillisAfterwards", connectMillis);
        }
        if (latency != null) {
            report.number("rate", rate).latency("latency", latency);
        }
        return answerLatency == null ? report : report.latency("answer", answerLatency);
    }
}
