package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.engine.outbound.Outbox;
import io.tern.wire.Packet;
import io.tern.wire.Property;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The outbox against a plain list that says the same in the simplest way.
class OutboxModelTest {

    private static final int SEEDS = Integer.getInteger("tern.outbox.seeds", 300);
    private static final int STEPS = 400;

    private enum State {
        NEW,
        SENT,
        RELEASED,
        DONE
    }

    private static final class Entry {
        final long sequence;
        final String text;
        final int qos;
        final int cost;
        final long expiresAtMillis;
        State state = State.NEW;
        boolean onThisConnection;

        Entry(long sequence, String text, int qos, int cost, long expiresAtMillis) {
            this.sequence = sequence;
            this.text = text;
            this.qos = qos;
            this.cost = cost;
            this.expiresAtMillis = expiresAtMillis;
        }

        int packetId() {
            return 1 + (int) (sequence % 65_535);
        }
    }

    /// What should happen.
    private static final class Model {
        final List<Entry> entries = new ArrayList<>();
        final List<String> sent = new ArrayList<>();
        int dropped;
        int window;
        long next;

        /// @return whether it was taken in
        boolean add(String text, int qos, int cost, long expiresAtMillis, long queueBytes) {
            while (bytes() + cost > queueBytes) {
                Entry oldest = entries.stream()
                        .filter(entry -> entry.state == State.NEW)
                        .findFirst()
                        .orElse(null);
                dropped++;
                if (oldest == null) {
                    return false;
                }
                oldest.state = State.DONE;
            }
            entries.add(new Entry(next++, text, qos, cost, expiresAtMillis));
            return true;
        }

        long bytes() {
            return entries.stream()
                    .filter(entry -> entry.state == State.NEW || entry.state == State.SENT)
                    .mapToLong(entry -> entry.cost)
                    .sum();
        }

        long inFlight() {
            return entries.stream()
                    .filter(entry -> entry.onThisConnection && entry.state != State.DONE)
                    .count();
        }

        void drain(boolean writable, long nowMillis) {
            entries.removeIf(entry -> entry.state == State.DONE);
            for (Entry entry : List.copyOf(entries)) {
                if (inFlight() >= window) {
                    return;
                }
                if (entry.state == State.RELEASED && !entry.onThisConnection) {
                    sent.add("release " + entry.packetId());
                    entry.onThisConnection = true;
                } else if (entry.state == State.SENT && !entry.onThisConnection) {
                    if (!writable) {
                        return;
                    }
                    sent.add(entry.text + " dup " + entry.packetId());
                    entry.onThisConnection = true;
                } else if (entry.state == State.NEW) {
                    long oldest = entries.stream()
                            .filter(each -> each.state == State.SENT || each.state == State.RELEASED)
                            .mapToLong(each -> each.sequence)
                            .findFirst()
                            .orElse(entry.sequence);
                    if (!writable || entry.sequence - oldest >= 65_535) {
                        return;
                    }
                    if (nowMillis >= entry.expiresAtMillis) {
                        entry.state = State.DONE;
                        dropped++;
                    } else {
                        sent.add(entry.text + " " + entry.packetId());
                        entry.state = State.SENT;
                        entry.onThisConnection = true;
                    }
                }
            }
        }

        Entry find(int packetId) {
            return entries.stream()
                    .filter(entry -> entry.onThisConnection
                            && entry.state != State.DONE
                            && entry.packetId() == packetId)
                    .findFirst()
                    .orElse(null);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void behaves_as_the_model_says(long seed) {
        Random random = new Random(seed);
        FakeHost host = new FakeHost();
        RecordingOutlet outlet = new RecordingOutlet();
        Session session = new Session(host, 0, "c", 1);
        Outbox outbox = session.outbox();
        Model model = new Model();
        Channel channel = null;
        host.queueBytes = 300 + random.nextInt(4000);
        if (seed % 10 == 0) {
            startBehind(outbox, model, host, session, outlet, 65_500 + random.nextInt(40));
        }
        for (int step = 0; step < STEPS; step++) {
            host.nowMillis += random.nextInt(10);
            String at = "seed " + seed + " step " + step;
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> {
                    int qos = 1 + random.nextInt(2);
                    long expires = random.nextInt(4) == 0 ? host.nowMillis + random.nextInt(100) : Long.MAX_VALUE;
                    var message = Messages.expiring("m" + step, qos, expires);
                    boolean offered = random.nextBoolean();
                    if (offered) {
                        session.offer(message, qos, false, null);
                    } else {
                        outbox.add(message, qos, false, null, false, false);
                    }
                    boolean taken = model.add("m" + step, qos, message.costBytes(), expires, host.queueBytes);
                    if (offered && taken && channel != null) {
                        model.drain(outlet.writable, host.nowMillis);
                    }
                }
                case 4 -> {
                    if (channel != null) {
                        channel.lost();
                        outlet.closed = false;
                        channel = null;
                    }
                }
                case 5 -> {
                    if (channel == null) {
                        model.window = 1 + random.nextInt(6);
                        channel = host.open(
                                outlet,
                                Connects.v5().with(Property.RECEIVE_MAXIMUM, model.window).packet(),
                                session,
                                false);
                        model.entries.forEach(entry -> entry.onThisConnection = false);
                        model.drain(false, host.nowMillis);
                    }
                }
                case 6 -> outlet.writable = random.nextInt(4) > 0;
                case 7, 8 -> answer(random, channel, outbox, model, at);
                default -> {
                    if (channel != null) {
                        outbox.drain(channel, host.nowMillis);
                        model.drain(outlet.writable, host.nowMillis);
                    }
                }
            }
            assertThat(texts(outlet)).as(at).isEqualTo(model.sent);
            model.sent.clear();
            assertThat(host.dropped).as(at).hasSize(model.dropped);
            assertThat(outbox.queuedBytes()).as(at).isEqualTo(model.bytes());
            if (channel != null) {
                assertThat(outbox.inFlight()).as(at).isEqualTo((int) model.inFlight());
            }
        }
        if (channel != null) {
            channel.lost();
        }
        session.end();
        assertThat(host.heldBytes).as("seed " + seed + ", at the end").isZero();
    }

    /// Lets thousands of messages pass, so that the identifiers wrap around in the midst of the test.
    private static void startBehind(
            Outbox outbox, Model model, FakeHost host, Session session, RecordingOutlet outlet, int count) {
        Channel channel = host.open(outlet, Connects.v5().packet(), session);
        for (int i = 0; i < count; i++) {
            outbox.add(Messages.of("x", 1), 1, false, null, false, false);
            outbox.drain(channel, host.nowMillis);
            outbox.acknowledged(1 + i % 65_535);
        }
        outlet.take();
        model.next = count;
        channel.lost();
        outlet.closed = false;
    }

    private static void answer(Random random, Channel channel, Outbox outbox, Model model, String at) {
        if (channel == null) {
            return;
        }
        List<Entry> open = model.entries.stream()
                .filter(entry -> entry.onThisConnection && entry.state != State.DONE)
                .toList();
        int packetId = open.isEmpty() || random.nextInt(5) == 0
                ? 1 + random.nextInt(20)
                : open.get(random.nextInt(open.size())).packetId();
        Entry entry = model.find(packetId);
        switch (random.nextInt(4)) {
            case 0 -> {
                boolean known = entry != null && entry.qos == 1;
                assertThat(outbox.acknowledged(packetId)).as(at).isEqualTo(known);
                if (known) {
                    entry.state = State.DONE;
                }
            }
            case 1 -> {
                boolean known = entry != null && entry.qos == 2;
                assertThat(outbox.received(packetId, false)).as(at).isEqualTo(known);
                if (known) {
                    entry.state = State.RELEASED;
                }
            }
            case 2 -> {
                boolean known = entry != null && entry.qos == 2;
                assertThat(outbox.received(packetId, true)).as(at).isEqualTo(known);
                if (known && entry.state == State.SENT) {
                    entry.state = State.DONE;
                }
            }
            default -> {
                boolean known = entry != null && entry.qos == 2 && entry.state == State.RELEASED;
                assertThat(outbox.completed(packetId)).as(at).isEqualTo(known);
                if (known) {
                    entry.state = State.DONE;
                }
            }
        }
    }

    private static List<String> texts(RecordingOutlet outlet) {
        List<String> texts = new ArrayList<>();
        for (Packet packet : outlet.take()) {
            texts.add(
                    switch (packet) {
                        case Publish p -> Messages.text(p) + (p.dup() ? " dup " : " ") + p.packetId();
                        case PubRel rel -> "release " + rel.packetId();
                        default -> packet.toString();
                    });
        }
        return texts;
    }
}
