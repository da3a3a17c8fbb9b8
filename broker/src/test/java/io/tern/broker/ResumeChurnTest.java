package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Durable clients that lose their connections at random and come back on random shards, while the store is slow now
/// and then: every message arrives, at QoS 2 once, and each publisher's messages in their order.
class ResumeChurnTest {

    private static final int SEEDS = Integer.getInteger("tern.churn.seeds", 150);
    private static final int STEPS = 200;

    /// A client that publishes, and keeps what is not answered as a client must.
    private static final class Publisher {
        final String id;
        PlainClient client;
        final LinkedHashMap<Integer, Publish> unanswered = new LinkedHashMap<>();
        final List<Integer> released = new ArrayList<>();
        final List<String> sent = new ArrayList<>();
        int lastId;

        Publisher(String id) {
            this.id = id;
        }

        void publish(int qos) {
            if (unanswered.size() + released.size() >= 20) {
                return;
            }
            lastId = 1 + lastId % 50;
            if (unanswered.containsKey(lastId) || released.contains(lastId)) {
                return;
            }
            String payload = id + " " + qos + " " + sent.size();
            sent.add(payload);
            Publish publish = PlainClient.message("a", payload, qos, lastId);
            unanswered.put(lastId, publish);
            client.send(publish);
        }

        void resume() {
            for (Publish each : unanswered.values()) {
                client.send(new Publish(
                        true, each.qos(), false, each.topic(), each.packetId(), Properties.NONE, each.payload()));
            }
            released.forEach(client::pubrel);
        }

        void receive() {
            for (Packet packet : client.arrivedWithoutRunning()) {
                switch (packet) {
                    case PubAck ack -> unanswered.remove(ack.packetId());
                    case PubRec ack -> {
                        if (unanswered.remove(ack.packetId()) != null) {
                            released.add(ack.packetId());
                        }
                        client.pubrel(ack.packetId());
                    }
                    case PubComp ack -> released.remove((Integer) ack.packetId());
                    default -> throw new AssertionError(packet);
                }
            }
        }
    }

    /// A client that subscribes, and remembers what it has received at QoS 2 as a client must.
    private static final class Subscriber {
        final String id;
        PlainClient client;
        final Map<Integer, Boolean> received = new HashMap<>();
        final List<String> first = new ArrayList<>();
        final List<Packet> unanswered = new ArrayList<>();

        Subscriber(String id) {
            this.id = id;
        }

        void receive(int answers) {
            unanswered.addAll(client.arrivedWithoutRunning());
            for (int i = 0; i < answers && !unanswered.isEmpty(); i++) {
                switch (unanswered.removeFirst()) {
                    case Publish p when p.qos() == 1 -> {
                        if (!first.contains(PlainClient.text(p))) {
                            first.add(PlainClient.text(p));
                        }
                        client.puback(p.packetId());
                    }
                    case Publish p -> {
                        if (received.putIfAbsent(p.packetId(), true) == null) {
                            first.add(PlainClient.text(p));
                        }
                        client.pubrec(p.packetId());
                    }
                    case PubRel release -> {
                        received.remove(release.packetId());
                        client.pubcomp(release.packetId());
                    }
                    default -> throw new AssertionError();
                }
            }
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    private final House house = new House(3);
    private final List<Publisher> publishers = List.of(new Publisher("p0"), new Publisher("p1"));
    private final List<Subscriber> subscribers =
            List.of(new Subscriber("s0"), new Subscriber("s1"), new Subscriber("s2"));

    @ParameterizedTest
    @MethodSource("seeds")
    @Spec({"MQTT-4.3.3-10", "MQTT-4.4.0-1", "MQTT-4.5.0-1", "MQTT-4.6.0-5"})
    void every_message_arrives_once_at_qos_2_and_in_order(long seed) {
        Random random = new Random(seed);
        publishers.forEach(each -> each.client = house.connect(random.nextInt(3), Hello.durable(each.id)));
        subscribers.forEach(each -> each.client = connect(each, random).subscribed("a", 2));
        for (int step = 0; step < STEPS; step++) {
            Publisher publisher = publishers.get(random.nextInt(publishers.size()));
            Subscriber subscriber = subscribers.get(random.nextInt(subscribers.size()));
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> publisher.publish(1 + random.nextInt(2));
                case 4, 5 -> publisher.receive();
                case 6, 7 -> subscriber.receive(random.nextInt(5));
                case 8 -> {
                    publisher.client.connection.lose();
                    release();
                    publisher.client = house.connect(random.nextInt(3), Hello.durable(publisher.id));
                    publisher.resume();
                }
                case 9 -> {
                    // The old connection is still there: a takeover, with answers on their way.
                    release();
                    subscriber.unanswered.clear();
                    subscriber.client = connect(subscriber, random);
                }
                case 10 -> house.store.hold();
                case 11 -> release();
                default -> {
                    SteppedLoop loop = house.loop(random.nextInt(3));
                    loop.tasks();
                    loop.turn();
                }
            }
        }
        release();
        for (int quiet = 0; quiet < 400; quiet++) {
            house.run();
            publishers.forEach(Publisher::receive);
            subscribers.forEach(each -> each.receive(Integer.MAX_VALUE));
        }

        for (Publisher publisher : publishers) {
            assertThat(publisher.unanswered).as("seed " + seed).isEmpty();
            assertThat(publisher.released).as("seed " + seed).isEmpty();
            for (Subscriber subscriber : subscribers) {
                for (String prefix : List.of(publisher.id + " 1", publisher.id + " 2")) {
                    assertThat(subscriber.first.stream().filter(text -> text.startsWith(prefix)))
                            .as("seed " + seed)
                            .containsExactlyElementsOf(publisher.sent.stream()
                                    .filter(text -> text.startsWith(prefix))
                                    .toList());
                }
            }
        }
        house.close();
    }

    private PlainClient connect(Subscriber subscriber, Random random) {
        return house.connect(
                random.nextInt(3),
                Hello.durable(subscriber.id).with(Property.RECEIVE_MAXIMUM, 1 + random.nextInt(5)));
    }

    private void release() {
        house.store.release();
        house.run();
    }
}
