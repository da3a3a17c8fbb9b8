package io.tern.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// A large table of subscriptions, most of them with wildcards, and messages that each match one of them.
final class Filters {

    private final Target target;
    private final int filters;
    private final int clients;
    private final int qos;
    private final int payloadBytes;
    private final int window;
    private final int warmupSeconds;
    private final int seconds;

    Filters(Target target, Arguments args) {
        this.target = target;
        filters = args.integer("filters", 50_000, 4, 1_000_000);
        clients = args.integer("clients", 50, 1, 5000);
        qos = args.integer("qos", 0, 0, 2);
        payloadBytes = args.integer("payload", 64, Payload.LEAST_BYTES, 200_000);
        window = args.integer("window", 500, 1, 60_000);
        warmupSeconds = args.integer("warmup", 5, 0, 600);
        seconds = args.integer("seconds", 10, 1, 3600);
        args.end();
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
