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
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Has a durable session, acknowledges what comes, and tells the ledger.
final class Subscriber extends Client {

    /// What it does besides.
    enum Way {
        /// Stays as long as it is let.
        STAYS,
        /// Leaves again and again, now with and now without good-bye, and comes back a while later.
        COMES_AND_GOES,
        /// Subscribes, leaves and comes back when all has been published.
        SLEEPS,
        /// Subscribes to one thing more, gives it up again, now and then with its whole session.
        CHANGES
    }

    private static final int STAY_MESSAGES = 1500;
    private static final int AWAY_MESSAGES = 1500;
    private static final int CHANGE_MESSAGES = 60;
    private static final int RENEWED_PERCENT = 15;

    private final Map<TopicFilter, Integer> wanted;
    private final Way way;
    private final Random random;
    /// Messages of QoS 2 by packet identifier, from PUBLISH to PUBREL.
    private final Map<Integer, Message> unreleased = new HashMap<>();
    private final Map<TopicFilter, Span> spans = new HashMap<>();
    private Receipts receipts;
    private Packet pending;
    private List<Span> pendingSpans = List.of();
    private boolean renewing;
    private int lastId;
    private long changeAfter;
    private volatile boolean subscribed;
    private volatile boolean staying;

    /// @param wanted filters with their QoS
    /// @param group null, or where all members of the shared group count
    Subscriber(String id, MqttVersion version, int receiveMaximum, Map<TopicFilter, Integer> wanted, Way way,
            Receipts group, long seed, Site site, Ledger ledger) {
        super(id, version, true, receiveMaximum, site, ledger);
        this.wanted = wanted;
        this.way = way;
        this.receipts = group == null ? ledger.receipts(id, false) : group;
        this.random = new Random(seed);
    }

    /// @return whether SUBACK was seen for all that it wants from the beginning
    boolean isSubscribed() {
        return subscribed;
    }

    /// Comes back, if it is away, and stays.
    void stay() {
        staying = true;
    }

    @Override
    boolean live(Link open) throws IOException, InterruptedException {
        ConnAck connected = connect(open, renewing, null);
        if (connected == null) {
            return true;
        }
        if (!connected.sessionPresent()) {
            beginAnew();
        }
        ask(open);
        int left = way == Way.COMES_AND_GOES ? random.nextInt(STAY_MESSAGES) : Integer.MAX_VALUE;
        while (staying || left > 0 || !subscribed) {
            Packet packet = open.receive();
            if (packet == null) {
                return true;
            }
            on(open, packet);
            left--;
            if (way == Way.SLEEPS && subscribed && !staying) {
                disconnect(open);
                left = 0;
            } else if (way == Way.CHANGES && subscribed && --changeAfter <= 0 && !change(open)) {
                return true;
            }
        }
        if (random.nextBoolean() && way == Way.COMES_AND_GOES) {
            open.flush();
            disconnect(open);
        }
        open.close();
        beAway();
        return true;
    }

    /// There was no session, or an older one is over.
    private void beginAnew() {
        unreleased.clear();
        pending = null;
        if (renewing) {
            spans.values().forEach(ledger::ended);
            spans.clear();
            receipts = ledger.receipts(id + ", renewed", false);
            renewing = false;
        }
    }

    private void beAway() {
        long until = ledger.acknowledged() + random.nextInt(AWAY_MESSAGES);
        while (!staying && !isStopped() && (way == Way.SLEEPS || ledger.acknowledged() < until)) {
            Waiting.pause();
        }
    }

    /// Asks for what it wants and has not got, or once more for what was not answered.
    private void ask(Link open) {
        if (pending == null) {
            List<TopicFilter> missing =
                    wanted.keySet().stream().filter(each -> !spans.containsKey(each)).toList();
            if (missing.isEmpty()) {
                return;
            }
            subscribe(missing);
        }
        open.send(pending);
    }

    private void subscribe(List<TopicFilter> filters) {
        pendingSpans = filters.stream()
                .map(each -> ledger.asks(receipts, each, wanted.getOrDefault(each, 2)))
                .toList();
        pendingSpans.forEach(each -> spans.put(each.filter, each));
        pending = new Subscribe(nextId(), Properties.NONE, pendingSpans.stream()
                .map(each -> new Subscribe.Item(each.filter, each.qos))
                .toList());
    }

    private int nextId() {
        lastId = lastId % 0xFFFF + 1;
        return lastId;
    }

    /// @return false if it leaves to begin a new session
    private boolean change(Link open) {
        if (pending != null) {
            return true;
        }
        changeAfter = random.nextInt(CHANGE_MESSAGES);
        if (staying) {
            return true;
        }
        if (random.nextInt(100) < RENEWED_PERCENT) {
            ledger.discards(receipts);
            renewing = true;
            return false;
        }
        TopicFilter filter = TopicFilter.of("load/" + (1 + random.nextInt(Publisher.LOAD_TOPICS - 1)));
        Span span = spans.get(filter);
        if (span == null) {
            subscribe(List.of(filter));
        } else {
            ledger.givesUp(span);
            pendingSpans = List.of(span);
            pending = new Unsubscribe(nextId(), Properties.NONE, List.of(filter));
        }
        open.send(pending);
        return true;
    }

    private void on(Link open, Packet packet) {
        switch (packet) {
            case Publish publish -> on(open, publish);
            case PubRel release -> {
                unreleased.remove(release.packetId());
                open.send(new PubComp(release.packetId()));
            }
            case SubAck ack -> {
                for (int i = 0; i < pendingSpans.size(); i++) {
                    ledger.granted(pendingSpans.get(i));
                    if (ack.reasons().get(i).value() != pendingSpans.get(i).qos) {
                        ledger.fault(id + " was granted " + ack.reasons().get(i) + " for " + pendingSpans.get(i).filter);
                    }
                }
                pending = null;
                subscribed = true;
            }
            case UnsubAck ack -> {
                for (Span span : pendingSpans) {
                    ledger.ended(span);
                    spans.remove(span.filter);
                }
                pending = null;
            }
            default -> ledger.fault(id + " got " + packet);
        }
    }

    private void on(Link open, Publish publish) {
        Message message = ledger.identify(id, publish);
        int packetId = publish.packetId();
        if (publish.qos() < 2) {
            if (message != null) {
                ledger.arrived(receipts, message, publish);
            }
            if (publish.qos() == 1) {
                open.send(new PubAck(packetId));
            }
            return;
        }
        if (unreleased.containsKey(packetId)) {
            Message before = unreleased.get(packetId);
            if (before != message) {
                ledger.fault(id + " got with packet identifier " + packetId + " " + message + ", while that is in use for "
                        + before + " [MQTT-2.2.1-4]");
            } else if (!publish.dup()) {
                ledger.fault(id + " got again without DUP " + message + " [MQTT-3.3.1-1]");
            }
        } else {
            unreleased.put(packetId, message);
            if (message != null) {
                ledger.arrived(receipts, message, publish);
            }
        }
        open.send(new PubRec(packetId));
    }
}
