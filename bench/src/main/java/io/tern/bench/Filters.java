package io.tern.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A large table of subscriptions, most of them with wildcards, and messages that each match one of them.
final class Filters {

    private static final Flag FILTERS = new Flag("filters", 50_000, 4, 1_000_000, "Most of them with wildcards.");
    private static final Flag CLIENTS = new Flag("clients", 50, 1, 5000, "Who subscribe to them.");
    private static final Flag WINDOW = Publisher.window(500);

    private final Target target;
    private final int filters;
    private final int clients;
    private final int qos;
    private final int payloadBytes;
    private final int window;
    private final int warmupSeconds;
    private final int seconds;

    private Filters(Target target, Given given) {
        this.target = target;
        filters = given.number(FILTERS);
        clients = given.number(CLIENTS);
        qos = given.number(Publisher.QOS);
        payloadBytes = given.number(Payload.BYTES);
        window = given.number(WINDOW);
        warmupSeconds = given.number(Stretch.WARMUP);
        seconds = given.number(Stretch.SECONDS);
    }

    static Scenario scenario() {
        return new Scenario("filters", "Many filters, most with wildcards, and a message to each in turn.",
                List.of(FILTERS, CLIENTS, Publisher.QOS, Payload.BYTES, WINDOW, Stretch.WARMUP, Stretch.SECONDS),
                (target, given) -> new Filters(target, given)::run);
    }

    /// Subscribes them all, then publishes to the topic of each, in turn.
    Report run() throws IOException {
        try (Loop loop = new Loop()) {
            Opening opening = new Opening(loop, target);
            AnyOrder arrivals = new AnyOrder();
            CountingSubscriber[] subscribers = new CountingSubscriber[clients];
            Stretch subscribing = new Stretch(target);
            opening.all(i -> subscribers[i] = subscriber(loop, opening, i, arrivals), clients, 8);
            subscribing.end();
            String[] topics = new String[filters];
            for (int i = 0; i < filters; i++) {
                topics[i] = topic(i);
            }
            Publisher publisher = new Publisher(
                    loop,
                    opening,
                    Packets.connect(target.version(), "bench-pub"),
                    0,
                    qos,
                    window,
                    new PreparedPublishes(target.version(), topics, qos, false, payloadBytes),
                    arrivals);
            opening.all(i -> publisher, 1, 1);
            long warmNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmupSeconds);
            publish(loop, publisher, arrivals, warmNanos);
            long before = arrivals.settled();
            Stretch publishing = new Stretch(target);
            publish(loop, publisher, arrivals, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
            publishing.end();
            double count = arrivals.settled() - before;
            Report report = new Report("filters")
                    .number("qos", qos)
                    .number("filters", filters)
                    .number("clients", clients)
                    .number("payloadBytes", payloadBytes)
                    .number("window", window)
                    .number("brokerRssBytes", target.process().rssBytes());
            subscribing.into(report, "Subscribes", "Subscribe", filters);
            publishing.into(report, "Deliveries", "Delivery", count)
                    .number("brokerMicrosPerMessage", publishing.brokerMicros() / (2 * count));
            for (CountingSubscriber subscriber : subscribers) {
                subscriber.leave();
            }
            publisher.leave();
            return report.number("lost", arrivals.lost(publisher.sent()))
                    .number("duplicated", arrivals.duplicated())
                    .number("refused", publisher.refused());
        }
    }

    private CountingSubscriber subscriber(Loop loop, Opening opening, int number, AnyOrder arrivals) {
        int own = (filters - number + clients - 1) / clients;
        String[] asked = new String[own];
        for (int i = 0; i < own; i++) {
            asked[i] = filter(number + i * clients);
        }
        return new CountingSubscriber(
                loop,
                opening,
                Packets.connect(target.version(), "bench-sub-" + number),
                Packets.subscribe(target.version(), qos, asked),
                target.version().isV5(),
                0,
                new Arrivals[] {arrivals},
                null);
    }

    /// Whole passes over all topics until it is late enough.
    private void publish(Loop loop, Publisher publisher, AnyOrder arrivals, long untilNanos) throws IOException {
        Rush rush = new Rush(loop, publisher);
        do {
            long upTo = publisher.sent() + filters;
            publisher.stopAt(upTo);
            if (!rush.until(arrivals::settled, upTo)) {
                throw new IOException(arrivals.lost(upTo) + " messages have not come");
            }
        } while (System.nanoTime() < untilNanos);
    }

    /// A quarter exact, a quarter with `+` in the middle, one with it at the end, one with `#`.
    private static String filter(int i) {
        return switch (i % 4) {
            case 0 -> topic(i);
            case 1 -> "bench/+/" + i + "/level";
            case 2 -> "bench/room/" + i + "/+";
            default -> "bench/house/" + i + "/#";
        };
    }

    /// What matches filter i, and no other.
    private static String topic(int i) {
        return switch (i % 4) {
            case 0 -> "bench/site/" + i + "/state";
            case 1 -> "bench/tank/" + i + "/level";
            case 2 -> "bench/room/" + i + "/light";
            default -> "bench/house/" + i + "/cellar/door";
        };
    }
}
