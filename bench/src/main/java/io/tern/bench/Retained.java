package io.tern.bench;

import java.io.IOException;
import java.util.List;

/// Retained messages: what it costs to set one, and to hand all of them to those who subscribe.
final class Retained {

    private static final Flag TOPICS = new Flag("topics", 10_000, 1, AnyOrder.REMEMBERED, "Retained messages.");
    private static final Flag SUBSCRIBERS = new Flag("subscribers", 10, 1, 1000, "Who get all of them, each round.");
    private static final Flag ROUNDS = new Flag("rounds", 10, 2, 10_000, "How often; the second half is measured.");
    private static final Flag WINDOW = Publisher.window(100);

    private static final String FILTER = "bench/retained/#";

    private final Target target;
    private final int topics;
    private final int subscribers;
    private final int rounds;
    private final int qos;
    private final int payloadBytes;
    private final int window;
    private long lost;
    private long duplicated;

    private Retained(Target target, Given given) {
        this.target = target;
        topics = given.number(TOPICS);
        subscribers = given.number(SUBSCRIBERS);
        rounds = given.number(ROUNDS);
        qos = given.number(Publisher.QOS);
        payloadBytes = given.number(Payload.BYTES);
        window = given.number(WINDOW);
    }

    static Scenario scenario() {
        return new Scenario("retained", "Retained messages: what one costs to set, and to hand to who subscribes.",
                List.of(TOPICS, SUBSCRIBERS, ROUNDS, Publisher.QOS, Payload.BYTES, WINDOW),
                (target, given) -> new Retained(target, given)::run);
    }

    /// Sets all of them a few times, then lets subscribers come and go; the second half of each is measured. Clears
    /// them in the end.
    Report run() throws IOException {
        try (Loop loop = new Loop()) {
            Opening opening = new Opening(loop, target);
            Publisher publisher = publisher(loop, opening, payloadBytes);
            set(loop, publisher, (long) topics * (rounds / 2));
            Stretch setting = new Stretch(target);
            set(loop, publisher, (long) topics * rounds);
            setting.end();
            receive(loop, opening, rounds / 2);
            long rssBytes = target.process().rssBytes();
            Stretch receiving = new Stretch(target);
            receive(loop, opening, rounds - rounds / 2);
            receiving.end();
            Publisher clearer = publisher(loop, opening, 0);
            set(loop, clearer, topics);
            publisher.leave();
            clearer.leave();
            Report report = new Report("retained")
                    .number("qos", qos)
                    .number("topics", topics)
                    .number("subscribers", subscribers)
                    .number("payloadBytes", payloadBytes)
                    .number("brokerRssBytes", rssBytes);
            setting.into(report, "Sets", "Set", (double) topics * (rounds - rounds / 2));
            receiving.into(
                    report, "Deliveries", "Delivery", (double) topics * subscribers * (rounds - rounds / 2));
            return report.number("lost", lost).number("duplicated", duplicated);
        }
    }

    private Publisher publisher(Loop loop, Opening opening, int bytes) throws IOException {
        String[] names = new String[topics];
        for (int i = 0; i < topics; i++) {
            names[i] = "bench/retained/" + i % 100 + "/" + i;
        }
        PreparedPublishes frames = new PreparedPublishes(target.version(), names, 1, true, bytes);
        byte[] connect = Packets.connect(target.version(), bytes == 0 ? "bench-clearer" : "bench-setter");
        Publisher publisher = new Publisher(loop, opening, connect, 0, 1, window, frames);
        opening.all(i -> publisher, 1, 1);
        return publisher;
    }

    private void set(Loop loop, Publisher publisher, long messages) throws IOException {
        publisher.stopAt(messages);
        Rush rush = new Rush(loop, publisher);
        if (!rush.until(() -> publisher.isSettled() ? publisher.sent() : publisher.sent() - 1, messages)) {
            throw new IOException("a retained message was not acknowledged");
        }
    }

    private void receive(Loop loop, Opening opening, int times) throws IOException {
        for (int round = 0; round < times; round++) {
            CountingSubscriber[] all = new CountingSubscriber[subscribers];
            AnyOrder[] arrivals = new AnyOrder[subscribers];
            opening.all(
                    i -> {
                        // The last message of each topic: the same number of them, whatever their sequence.
                        arrivals[i] = new AnyOrder();
                        all[i] = new CountingSubscriber(
                                loop,
                                opening,
                                Packets.connect(target.version(), "bench-sub-" + i),
                                Packets.subscribe(target.version(), qos, FILTER),
                                target.version().isV5(),
                                0,
                                new Arrivals[] {arrivals[i]},
                                null);
                        return all[i];
                    },
                    subscribers,
                    subscribers);
            new Rush(loop).until(() -> received(all), (long) subscribers * topics);
            for (int i = 0; i < subscribers; i++) {
                lost += arrivals[i].lost(topics);
                duplicated += arrivals[i].duplicated();
                all[i].leave();
            }
        }
    }

    private static long received(CountingSubscriber[] subscribers) {
        long sum = 0;
        for (CountingSubscriber subscriber : subscribers) {
            sum += subscriber.received();
        }
        return sum;
    }
}
