package io.tern.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Durable subscribers who are away: what it costs to keep a message for them, and to hand it over when they are back.
final class Offline {

    private static final Flag SUBSCRIBERS = new Flag("subscribers", 100, 1, 5000, "With sessions that last.");
    private static final Flag PUBLISHERS = new Flag("publishers", 1, 5000,
            "Each serves as many subscribers, in turn. Default: one for each of them");
    private static final Flag MESSAGES = new Flag("messages", 1000, 1, 10_000_000, "For each of them, each round.");
    private static final Flag ROUNDS = new Flag("rounds", 4, 1, 1000, "How often; the last is measured.");
    private static final Flag QOS = new Flag("qos", 1, 1, 2, "Of publishers and subscriptions.");
    private static final Flag WINDOW = Publisher.window(100);

    private final Target target;
    private final int subscribers;
    private final int publisherCount;
    private final int messages;
    private final int rounds;
    private final int qos;
    private final int payloadBytes;
    private final int window;
    private long lost;
    private long duplicated;
    private long outOfOrder;
    private long rssBytes;

    private Offline(Target target, Given given) {
        this.target = target;
        subscribers = given.number(SUBSCRIBERS);
        publisherCount = given.number(PUBLISHERS, subscribers);
        if (subscribers % publisherCount != 0) {
            throw given.wrong("--publishers must divide --subscribers");
        }
        messages = given.number(MESSAGES);
        rounds = given.number(ROUNDS);
        qos = given.number(QOS);
        payloadBytes = given.number(Payload.BYTES);
        window = given.number(WINDOW);
    }

    static Scenario scenario() {
        return new Scenario("offline",
                "Subscribers who are away: what a message costs to keep, and to hand over later.",
                List.of(SUBSCRIBERS, PUBLISHERS, MESSAGES, ROUNDS, QOS, Payload.BYTES, WINDOW),
                (target, given) -> new Offline(target, given)::run);
    }

    /// Runs it; the last round is measured. Afterwards the sessions are gone.
    Report run() throws IOException {
        try (Loop loop = new Loop()) {
            Opening opening = new Opening(loop, target);
            Publisher[] publishers = new Publisher[publisherCount];
            int topicsEach = subscribers / publisherCount;
            opening.all(
                    i -> publishers[i] = new Publisher(
                            loop,
                            opening,
                            Packets.connect(target.version(), "bench-pub-" + i),
                            0,
                            qos,
                            window,
                            new PreparedPublishes(target.version(), topics(i, topicsEach), qos, false, payloadBytes)),
                    publisherCount,
                    64);
            come(loop, opening, true, true, null);
            Stretch away = null;
            Stretch back = null;
            InOrder[] arrivals = new InOrder[subscribers];
            for (int i = 0; i < subscribers; i++) {
                arrivals[i] = new InOrder();
            }
            for (int round = 1; round <= rounds; round++) {
                away = new Stretch(target);
                publish(loop, publishers, (long) messages * topicsEach * round);
                away.end();
                rssBytes = target.process().rssBytes();
                back = new Stretch(target);
                come(loop, opening, false, true, arrivals);
                back.end();
            }
            come(loop, opening, true, false, null);
            for (InOrder each : arrivals) {
                lost += each.lost((long) messages * rounds);
                duplicated += each.duplicated();
                outOfOrder += each.outOfOrder();
            }
            double count = (double) messages * subscribers;
            Report report = new Report("offline")
                    .number("qos", qos)
                    .number("subscribers", subscribers)
                    .number("publishers", publisherCount)
                    .number("window", window)
                    .number("messagesEach", messages)
                    .number("payloadBytes", payloadBytes)
                    .number("brokerRssBytes", rssBytes);
            away.into(report, "Kept", "Kept", count);
            back.into(report, "Deliveries", "Delivery", count);
            return report.number("lost", lost).number("duplicated", duplicated).number("outOfOrder", outOfOrder);
        }
    }

    /// Each publisher serves neighbours, in turn.
    private static String[] topics(int publisher, int each) {
        String[] topics = new String[each];
        for (int i = 0; i < each; i++) {
            topics[i] = topic(publisher * each + i);
        }
        return topics;
    }

    private static String topic(int subscriber) {
        return "bench/offline/" + subscriber;
    }

    private void publish(Loop loop, Publisher[] publishers, long upTo) throws IOException {
        for (Publisher publisher : publishers) {
            publisher.stopAt(upTo);
        }
        Rush rush = new Rush(loop, publishers);
        long all = upTo * publishers.length;
        boolean answered = rush.until(
                () -> {
                    long settled = 0;
                    for (Publisher publisher : publishers) {
                        settled += publisher.isSettled() ? publisher.sent() : Math.max(0, publisher.sent() - 1);
                    }
                    return settled;
                },
                all);
        if (!answered) {
            throw new IOException("a message was not acknowledged");
        }
    }

    /// All subscribers connect, take what there is for them, and leave.
    ///
    /// @param arrivals notes what has come; null if nothing is to come
    private void come(Loop loop, Opening opening, boolean clean, boolean durable, InOrder[] arrivals)
            throws IOException {
        CountingSubscriber[] all = new CountingSubscriber[subscribers];
        opening.all(
                i -> {
                    boolean subscribes = clean && durable;
                    all[i] = new CountingSubscriber(
                            loop,
                            opening,
                            Packets.connect(target.version(), "bench-offline-" + i, clean, durable),
                            subscribes
                                    ? Packets.subscribe(target.version(), qos, topic(i))
                                    : Packets.NO_SUBSCRIPTIONS,
                            target.version().isV5(),
                            0,
                            arrivals == null
                                    ? new Arrivals[0]
                                    : new Arrivals[] {new EveryNth(arrivals[i], subscribers / publisherCount)},
                            null);
                    return all[i];
                },
                subscribers,
                64);
        if (arrivals != null) {
            new Rush(loop).until(
                    () -> {
                        long sum = 0;
                        for (CountingSubscriber each : all) {
                            sum += each.received();
                        }
                        return sum;
                    },
                    (long) subscribers * messages);
        }
        for (CountingSubscriber each : all) {
            each.bid();
        }
        new Rush(loop).until(() -> Arrays.stream(all).filter(each -> !each.isOpen()).count(), subscribers);
        for (CountingSubscriber each : all) {
            each.leave();
        }
    }
}
