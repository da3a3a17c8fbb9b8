package io.tern.crash;

import io.tern.wire.ConnAck;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/// Publishes at QoS 1 and 2 with a window that is always full, and sends again what was not answered.
final class Publisher extends Client {

    /// What all of them publish to, and each to those of its own with retained messages.
    static final int LOAD_TOPICS = 6;

    private static final int KEPT_PERCENT = 10;
    private static final int CLEARED_PERCENT = 5;
    private static final int LATER_PERCENT = 10;
    /// About as long as it takes until a broker that has died is there again.
    private static final int LATER_MILLIS = 3_000;
    private static final int LARGE_PER_MILLE = 10;
    private static final int LARGE_BYTES = 20_000;
    private static final int MIDDLE_PERCENT = 10;
    private static final int MIDDLE_BYTES = 2_000;
    private static final int SMALL_BYTES = 200;
    private static final int LEAST_BYTES = 16;
    /// Few, so that they are used again soon.
    private static final int PACKET_IDS = 300;
    private static final int LEAVES_PER_MILLION = 200;

    private static final class Owed {
        final Message message;
        boolean received;

        Owed(Message message) {
            this.message = message;
        }
    }

    private final boolean durable;
    private final int window;
    private final Random random;
    private final Map<Integer, Owed> owed = new LinkedHashMap<>();
    private int lastId;
    private volatile boolean finishing;

    Publisher(String id, MqttVersion version, boolean durable, int window, long seed, Site site, Ledger ledger) {
        super(id, version, durable, 0, site, ledger);
        this.durable = durable;
        this.window = window;
        this.random = new Random(seed);
    }

    /// Publishes nothing new from now on, and is done when all is answered.
    void finish() {
        finishing = true;
    }

    @Override
    boolean live(Link open) throws IOException {
        ConnAck connected = connect(open, false, null);
        if (connected == null) {
            return true;
        }
        if (connected.sessionPresent()) {
            resend(open);
        } else {
            // A session that is none any more: whether these have arrived, nobody will ever know.
            owed.clear();
        }
        while (true) {
            while (!finishing && owed.size() < window) {
                publish(open);
            }
            if (owed.isEmpty()) {
                disconnect(open);
                return false;
            }
            if (durable && random.nextInt(1_000_000) < LEAVES_PER_MILLION) {
                return true;
            }
            Packet packet = open.receive();
            if (packet == null) {
                return true;
            }
            on(open, packet);
        }
    }

    private void publish(Link open) {
        boolean keep = random.nextInt(100) < KEPT_PERCENT;
        int qos = 1 + random.nextInt(2);
        // One topic for each QoS: a message of QoS 1 that is sent again may rightly replace a later one of QoS 2.
        boolean later = !keep && random.nextInt(100) < LATER_PERCENT;
        TopicName topic = TopicName.of(keep
                ? "kept/" + id + '/' + qos
                : (later ? "later/" : "load/") + random.nextInt(LOAD_TOPICS));
        boolean clears = keep && random.nextInt(100) < CLEARED_PERCENT;
        int bytes = clears ? 0 : LEAST_BYTES + random.nextInt(size());
        long delayMillis = later ? 1 + random.nextInt(LATER_MILLIS) : 0;
        Message message = ledger.create(id, topic, qos, keep, bytes, delayMillis);
        do {
            lastId = lastId % PACKET_IDS + 1;
        } while (owed.containsKey(lastId));
        owed.put(lastId, new Owed(message));
        send(open, lastId, message, false);
    }

    private int size() {
        if (random.nextInt(1000) < LARGE_PER_MILLE) {
            return LARGE_BYTES;
        }
        return random.nextInt(100) < MIDDLE_PERCENT ? MIDDLE_BYTES : SMALL_BYTES;
    }

    private static void send(Link open, int packetId, Message message, boolean dup) {
        open.send(new Publish(
                dup, message.qos, message.retain, message.sentTo(), packetId, Properties.NONE, message.payload()));
    }

    /// Everything unanswered again, in the order it was sent [MQTT-4.4.0-1].
    private void resend(Link open) {
        owed.forEach((packetId, each) -> {
            if (each.received) {
                open.send(new PubRel(packetId));
            } else {
                send(open, packetId, each.message, true);
            }
        });
    }

    private void on(Link open, Packet packet) {
        switch (packet) {
            case PubAck ack -> {
                answered(ack.packetId(), 1, ack.reason());
                owed.remove(ack.packetId());
            }
            case PubRec received -> {
                answered(received.packetId(), 2, received.reason());
                if (received.reason().isError()) {
                    owed.remove(received.packetId());
                } else {
                    open.send(new PubRel(received.packetId()));
                }
            }
            case PubComp complete -> {
                Owed each = owed.remove(complete.packetId());
                if (each == null || !each.received) {
                    ledger.fault(id + " got " + complete + ", which nothing owes");
                }
            }
            default -> ledger.fault(id + " got " + packet);
        }
    }

    private void answered(int packetId, int qos, ReasonCode reason) {
        Owed each = owed.get(packetId);
        if (each == null || each.message.qos != qos || each.received) {
            ledger.fault(id + " got an answer at QoS " + qos + " for packet identifier " + packetId
                    + ", which owes none" + (each == null ? "" : ": " + each.message));
        } else if (reason.isError()) {
            ledger.fault(id + " was refused with " + reason + ": " + each.message);
        } else {
            each.received = qos == 2;
            ledger.acknowledged(each.message);
        }
    }
}
