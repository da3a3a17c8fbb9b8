package io.tern.crash;

import io.tern.crash.Subscriber.Way;
import io.tern.wire.Connect;
import io.tern.wire.ConnAck;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Clients of every kind, around a broker that dies again and again; and the reckoning in the end.
final class Storm implements AutoCloseable {

    private static final int WILLS_A_ROUND = 3;

    private final long seed;
    private final Random random;
    private final Site site = new Site();
    private final Ledger ledger = new Ledger();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Long> killedAt = new ArrayList<>();
    private final List<Client> mourned = new ArrayList<>();

    Storm(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        subscriber("stays-1", MqttVersion.V3_1_1, 0, Way.STAYS, null,
                Map.of("load/#", 1, "later/#", 1, "kept/#", 1, "will/#", 1));
        subscriber("stays-2", MqttVersion.V5, 20, Way.STAYS, null,
                Map.of("load/+", 2, "later/+", 2, "kept/+/+", 2, "will/+", 2));
        subscriber("goes-1", MqttVersion.V5, 5, Way.COMES_AND_GOES, null, Map.of("load/#", 1, "will/#", 2));
        subscriber("goes-2", MqttVersion.V3_1_1, 0, Way.COMES_AND_GOES, null,
                Map.of("load/#", 2, "later/#", 2, "kept/#", 2));
        subscriber("sleeps-1", MqttVersion.V5, 0, Way.SLEEPS, null, Map.of("load/1", 1, "load/2", 1));
        subscriber("sleeps-2", MqttVersion.V3_1_1, 0, Way.SLEEPS, null, Map.of("load/2", 2, "later/2", 2, "will/#", 2));
        subscriber("changes", MqttVersion.V5, 0, Way.CHANGES, null, Map.of("load/0", 2));
        Receipts two = ledger.receipts("the group at QoS 2", true);
        Receipts one = ledger.receipts("the group at QoS 1", true);
        subscriber("member-1", MqttVersion.V5, 10, Way.STAYS, two, Map.of("$share/two/load/#", 2));
        subscriber("member-2", MqttVersion.V5, 0, Way.COMES_AND_GOES, two, Map.of("$share/two/load/#", 2));
        subscriber("member-3", MqttVersion.V3_1_1, 0, Way.COMES_AND_GOES, two, Map.of("$share/two/load/#", 2));
        subscriber("member-4", MqttVersion.V5, 0, Way.COMES_AND_GOES, one, Map.of("$share/one/+/3", 1));
        subscriber("member-5", MqttVersion.V5, 0, Way.COMES_AND_GOES, one, Map.of("$share/one/+/3", 1));
        publisher("publishes-1", MqttVersion.V3_1_1, true, 30);
        publisher("publishes-2", MqttVersion.V5, true, 50);
        publisher("publishes-3", MqttVersion.V5, true, 3);
        publisher("forgets", MqttVersion.V5, false, 10);
    }

    private void subscriber(String id, MqttVersion version, int receiveMaximum, Way way, Receipts group,
            Map<String, Integer> filters) {
        Map<TopicFilter, Integer> wanted = new LinkedHashMap<>();
        filters.keySet().stream().sorted().forEach(each -> wanted.put(TopicFilter.of(each), filters.get(each)));
        subscribers.add(new Subscriber(
                id, version, receiveMaximum, wanted, way, group, random.nextLong(), site, ledger));
    }

    private void publisher(String id, MqttVersion version, boolean durable, int window) {
        publishers.add(new Publisher(id, version, durable, window, random.nextLong(), site, ledger));
    }

    Ledger ledger() {
        return ledger;
    }

    /// Everybody subscribes, then everybody publishes.
    void begin(BrokerProcess broker) {
        site.up(broker.port());
        subscribers.forEach(Client::start);
        Waiting.until(() -> subscribers.stream().allMatch(Subscriber::isSubscribed), "subscribed" + tale());
        publishers.forEach(Client::start);
    }

    /// A broker is there again.
    void goOn(BrokerProcess broker) {
        site.up(broker.port());
        for (int i = 0; i < WILLS_A_ROUND; i++) {
            mourned.add(WillOwner.of(mourned.size(), random, site, ledger).start());
        }
    }

    /// The broker is about to die: nobody needs to try again before there is another.
    void brokerIsDying() {
        killedAt.add(ledger.now());
        site.down();
    }

    /// Waits until so many more messages have been acknowledged, or the broker has died by itself.
    void awaitAcknowledged(long more, BrokerProcess broker) {
        long wanted = ledger.acknowledged() + more;
        if (!Waiting.within(Waiting.DEADLINE_MILLIS, () -> ledger.acknowledged() >= wanted || !broker.isAlive())) {
            throw new AssertionError(
                    "in a minute not acknowledged: " + more + " messages" + tale() + broker.lastWords());
        }
    }

    /// Lets everything come to rest, and compares.
    ///
    /// @throws AssertionError telling what was lost
    void reckon(BrokerProcess broker) throws InterruptedException {
        mourned.forEach(Client::stop);
        publishers.forEach(Publisher::finish);
        subscribers.forEach(Subscriber::stay);
        if (!Waiting.within(Waiting.DEADLINE_MILLIS, () -> publishers.stream().allMatch(Client::isDone))) {
            ledger.fault("not everything was answered: "
                    + publishers.stream().filter(each -> !each.isDone()).toList());
        }
        Waiting.within(Waiting.DEADLINE_MILLIS, ledger::isComplete);
        checkKept(broker.port());
        List<String> missing = ledger.missing();
        List<String> faults = ledger.faults();
        if (!missing.isEmpty() || !faults.isEmpty() || broker.hasComplained()) {
            throw new AssertionError(tale() + "\nlost " + missing.size() + ":\n  "
                    + String.join("\n  ", missing.subList(0, Math.min(20, missing.size())))
                    + "\nfaults:\n  " + String.join("\n  ", faults) + "\n" + broker.lastWords());
        }
    }

    /// Asks a new client's way for all retained messages: each must be the last acknowledged one of its topic.
    private void checkKept(int port) {
        Map<TopicName, Message> got = new HashMap<>();
        List<TopicName> topics = ledger.keptTopics();
        try (Link open = Link.open(port, MqttVersion.V5)) {
            open.send(new Connect(MqttVersion.V5, false, true, 0, "asks", Properties.NONE, null, null, null));
            open.expect(ConnAck.class);
            int id = 0;
            for (TopicName topic : topics) {
                open.send(new Subscribe(
                        ++id, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(topic.value()), 0))));
            }
            open.send(PingReq.INSTANCE);
            int unanswered = id + 1;
            while (unanswered > 0) {
                Packet packet = open.receive();
                switch (packet) {
                    case SubAck ack -> unanswered--;
                    case PingResp pong -> {
                        unanswered--;
                        if (unanswered == 0 && !fits(topics, got, new ArrayList<>()) && id < 0xFFFF) {
                            // Those that lie on disk come later.
                            id++;
                            unanswered++;
                            open.send(PingReq.INSTANCE);
                        }
                    }
                    case Publish publish -> got.put(publish.topic(), ledger.identify("asks", publish));
                    case null -> throw new IOException("the end");
                    default -> ledger.fault("who asks for retained messages got " + packet);
                }
            }
        } catch (IOException e) {
            ledger.fault("who asks for retained messages got " + e);
        }
        List<String> wrong = new ArrayList<>();
        fits(topics, got, wrong);
        wrong.forEach(ledger::fault);
    }

    private boolean fits(List<TopicName> topics, Map<TopicName, Message> got, List<String> wrong) {
        for (TopicName topic : topics) {
            Message kept = got.get(topic);
            List<Message> may = ledger.mayBeKept(topic);
            boolean fits = kept == null
                    ? may.stream().anyMatch(each -> each == null || each.bytes == 0)
                    : may.contains(kept);
            if (!fits) {
                wrong.add("retained for " + topic + " is " + kept + ", not " + may);
            }
        }
        return wrong.isEmpty();
    }

    /// What there is to tell, with the seed.
    String tale() {
        return " [seed " + seed + ", published " + ledger.published() + ", acknowledged " + ledger.acknowledged()
                + ", at QoS 2 duplicated " + ledger.duplicates() + ", at QoS 1 repeated " + ledger.repeats()
                + ", wills " + mourned.size() + ", killed at " + killedAt + "]";
    }

    /// Ends all clients.
    @Override
    public void close() {
        site.close();
        List<Client> all = new ArrayList<>(subscribers);
        all.addAll(publishers);
        all.addAll(mourned);
        all.forEach(Client::stop);
    }
}
