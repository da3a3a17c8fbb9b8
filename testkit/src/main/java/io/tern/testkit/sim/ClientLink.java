package io.tern.testkit.sim;

import io.tern.api.Access;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ConnAck;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.SubAck;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One connection as its client sees it: packets in and out, and what each is owed an answer for.
final class ClientLink {

    private static final int PACKET_MAX_BYTES = 268_435_460;
    /// What a PUBLISH may have besides its topic and payload: identifiers, expiry, an alias.
    private static final int PACKET_OVERHEAD_BYTES = 64;

    private final Simulation sim;
    private final SimClient client;
    private final Attempt attempt;
    private final SimSocket socket;
    private final Decoder decoder;
    private final ArrayDeque<Packet> replies = new ArrayDeque<>();
    /// PUBLISH sent, in order, PUBACK or PUBREC not received.
    private final ArrayDeque<Integer> unanswered = new ArrayDeque<>();
    /// PUBREL sent, in order, PUBCOMP not received.
    private final ArrayDeque<Integer> uncompleted = new ArrayDeque<>();
    /// PUBREC sent, in order, PUBREL not received.
    private final ArrayDeque<Integer> unreleased = new ArrayDeque<>();
    /// PUBLISH received here, PUBACK or PUBCOMP not sent.
    private final Set<Integer> outstanding = new HashSet<>();
    private final Map<Integer, List<Span>> subscribing = new HashMap<>();
    /// Of those the ones with a subscription identifier.
    private final Set<Integer> identified = new HashSet<>();
    private final Map<Integer, List<Span>> unsubscribing = new HashMap<>();
    /// Aliases that this client has used.
    private final BitSet aliases = new BitSet();
    /// What the broker's aliases mean.
    private final TopicName[] topicNames;
    /// Largest packet that it takes, as it has said.
    private final int packetBytes;
    private boolean open;
    /// PUBLISH of QoS 1 and 2 sent here, PUBACK or PUBCOMP not received.
    private final Set<Integer> inFlight = new HashSet<>();
    private int inFlightMaximum = 30;
    private int aliasMaximum;
    private int pingsOwed;

    /// @param packetBytes largest packet it has said that it takes, 0 if it has said nothing
    /// @param topicAliases most topic aliases it has said that it takes
    ClientLink(
            Simulation sim, SimClient client, Attempt attempt, SimSocket socket, int packetBytes, int topicAliases) {
        this.topicNames = new TopicName[topicAliases + 1];
        this.packetBytes = packetBytes == 0 ? PACKET_MAX_BYTES : packetBytes;
        this.decoder = new Decoder(Decoder.Receiver.CLIENT, this.packetBytes);
        this.sim = sim;
        this.client = client;
        this.attempt = attempt;
        this.socket = socket;
        decoder.version(client.version());
    }

    /// Whether a message may be too large to be sent here: then it counts as delivered [MQTT-3.1.2-25].
    boolean mayBeTooLargeFor(SimMessage message) {
        return message.payloadBytes() + message.topic().utf8().length + PACKET_OVERHEAD_BYTES > packetBytes;
    }

    // Out.

    void send(Packet packet) {
        byte[] bytes = encode(packet, client.version());
        sim.trace().event(client, "sends", packet.type().value(), bytes.length, packet);
        attempt.sent(bytes.length);
        socket.send(bytes);
        if (packet instanceof Disconnect disconnect) {
            attempt.saysGoodbye(disconnect);
        }
    }

    static byte[] encode(Packet packet, MqttVersion version) {
        ByteWriter out = new ByteWriter(64);
        Encoder.encode(packet, version, out);
        return Arrays.copyOf(out.array(), out.size());
    }

    void expectAnswer(int packetId) {
        unanswered.add(packetId);
        inFlight.add(packetId);
    }

    void expectComp(int packetId) {
        uncompleted.add(packetId);
    }

    void expectSubAck(int packetId, List<Span> spans, boolean withIdentifier) {
        subscribing.put(packetId, spans);
        if (withIdentifier) {
            identified.add(packetId);
        }
    }

    void expectUnsubAck(int packetId, List<Span> spans) {
        unsubscribing.put(packetId, spans);
    }

    void expectPing() {
        pingsOwed++;
    }

    /// @return whether the broker allows one more message of QoS 1 or 2 [MQTT-3.3.4-7]
    boolean mayPublish() {
        return inFlight.size() < inFlightMaximum;
    }

    /// @return a packet identifier that waits for no SUBACK or UNSUBACK
    boolean isFree(int packetId) {
        return !subscribing.containsKey(packetId) && !unsubscribing.containsKey(packetId);
    }

    /// Answers, later, in the order of the questions.
    void reply(Packet packet) {
        replies.add(packet);
    }

    boolean hasReplies() {
        return open && !replies.isEmpty();
    }

    void sendReplies(int count) {
        for (int i = 0; i < count; i++) {
            Packet reply = replies.poll();
            Packet wrong = sim.calm() || client.inbound().isShared(reply) ? null : sim.oddities().wrong(reply);
            if (wrong != null) {
                attempt.breaksRules();
                if (!sim.faults().losesWrongAnswers()) {
                    send(wrong);
                }
                continue;
            }
            send(reply);
            switch (reply) {
                case PubAck ack -> {
                    client.inbound().acknowledged(ack.packetId());
                    outstanding.remove(ack.packetId());
                }
                case PubRec ack when ack.reason().isError() -> {
                    client.inbound().refused(ack.packetId());
                    outstanding.remove(ack.packetId());
                }
                case PubRec ack -> unreleased.add(ack.packetId());
                case PubComp ack -> outstanding.remove(ack.packetId());
                default -> throw new AssertionError(reply);
            }
        }
    }

    int replies() {
        return replies.size();
    }

    // In.

    boolean readable() {
        return socket.readable() > 0;
    }

    void read() {
        byte[] bytes = socket.read(sim.random().portion(socket.readable()));
        decoder.feed(bytes, 0, bytes.length);
        try {
            Packet packet;
            while ((packet = decoder.next()) != null) {
                sim.trace().event(client, "gets", packet.type().value(), attempt.number(), packet);
                on(packet);
            }
        } catch (WireException e) {
            sim.fail("the broker sent " + client + " what is no MQTT: " + e.getMessage() + " [" + e.statement() + "]",
                    e);
        }
        decoder.hold();
    }

    private void on(Packet packet) {
        if (packet instanceof ConnAck ack) {
            onConnAck(ack);
            return;
        }
        if (!open) {
            sim.fail(this + " got " + packet + " before CONNACK", null);
            return;
        }
        switch (packet) {
            case Publish publish -> onPublish(publish);
            case PubRel release -> client.inbound().on(this, release);
            case PubAck ack -> {
                answered(ack.packetId());
                inFlight.remove(ack.packetId());
                client.outbound().answered(this, ack.packetId(), 1, ack.reason());
            }
            case PubRec ack -> {
                answered(ack.packetId());
                if (ack.reason().isError()) {
                    inFlight.remove(ack.packetId());
                }
                client.outbound().answered(this, ack.packetId(), 2, ack.reason());
            }
            case PubComp ack -> onPubComp(ack);
            case SubAck ack -> subscribed(subscribing.remove(ack.packetId()), ack);
            case UnsubAck ack -> unsubscribed(unsubscribing.remove(ack.packetId()), ack);
            case PingResp ignored -> {
                if (--pingsOwed < 0) {
                    sim.fail(this + " got PINGRESP without a question", null);
                }
            }
            case Disconnect disconnect -> client.dismissed(this, disconnect.reason());
            default -> sim.fail(this + " got " + packet, null);
        }
    }

    private void onPublish(Publish publish) {
        int alias = (int) publish.properties().number(Property.TOPIC_ALIAS, 0);
        TopicName topic = publish.topic();
        if (alias >= topicNames.length) {
            sim.fail(this + " got topic alias " + alias + " [MQTT-3.1.2-26]", null);
            return;
        }
        if (alias > 0 && topic == TopicName.EMPTY) {
            topic = topicNames[alias];
        } else if (alias > 0) {
            topicNames[alias] = topic;
        }
        if (topic == null || topic == TopicName.EMPTY) {
            sim.fail(this + " got a message without a topic: " + publish, null);
            return;
        }
        client.inbound().on(this, new Publish(publish.dup(), publish.qos(), publish.retain(), topic,
                publish.packetId(), publish.properties(), publish.payload()));
    }

    private void onConnAck(ConnAck ack) {
        if (open) {
            sim.fail(this + " got CONNACK twice", null);
        }
        if (ack.reason().isError()) {
            client.refused(this, ack.reason());
            return;
        }
        open = true;
        if (client.version() == MqttVersion.V5) {
            checkRules(ack.properties());
        }
        inFlightMaximum = (int) Math.min(30, ack.properties().number(Property.RECEIVE_MAXIMUM, 65_535));
        aliasMaximum = (int) ack.properties().number(Property.TOPIC_ALIAS_MAXIMUM, 0);
        client.opened(this, attempt.sessionPresent());
    }

    /// It is told what it may do where it came in [MQTT-3.2.2-9], [MQTT-3.2.2-14].
    private void checkRules(Properties told) {
        ListenerRules rules = client.rules();
        boolean same = told.number(Property.MAXIMUM_QOS, 2) == rules.maximumQos()
                && told.number(Property.RETAIN_AVAILABLE, 1) == 1 == rules.retainAvailable()
                && told.number(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 1) == 1 == rules.wildcardSubscriptions()
                && told.number(Property.SHARED_SUBSCRIPTION_AVAILABLE, 1) == 1 == rules.sharedSubscriptions()
                && told.number(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1) == 1 == rules.subscriptionIdentifiers();
        if (!same) {
            sim.fail(this + " was told " + told + " instead of " + rules, null);
        }
    }

    private void answered(int packetId) {
        Integer first = unanswered.poll();
        if (first == null || first != packetId) {
            sim.fail(this + " got an answer for packet identifier " + packetId + ", next in order is " + first
                    + " [MQTT-4.6.0-2]", null);
        }
    }

    private void onPubComp(PubComp ack) {
        Integer first = uncompleted.poll();
        if (first == null || first != ack.packetId()) {
            sim.fail(this + " got " + ack + ", next in order is " + first, null);
        }
        inFlight.remove(ack.packetId());
        client.outbound().completed(this, ack.packetId());
    }

    private boolean isForbidden(TopicFilter filter, boolean withIdentifier) {
        ListenerRules rules = client.rules();
        return filter.hasWildcard() && !rules.wildcardSubscriptions()
                || filter.isShared() && !rules.sharedSubscriptions()
                || withIdentifier && !rules.subscriptionIdentifiers();
    }

    private void subscribed(List<Span> spans, SubAck ack) {
        boolean withIdentifier = identified.remove(ack.packetId());
        if (spans == null || spans.size() != ack.reasons().size()) {
            sim.fail(this + " got " + ack + " for " + spans, null);
            return;
        }
        for (int i = 0; i < spans.size(); i++) {
            Span span = spans.get(i);
            boolean denied = isForbidden(span.item().filter(), withIdentifier)
                    || sim.authorizer().denies(client, Access.Action.SUBSCRIBE, span.item().filter().filter());
            if (ack.reasons().get(i).isError() && (denied || attempt.metShortage())) {
                span.endRequested(sim.step());
                span.endAcked(sim.step());
                continue;
            }
            if (denied || ack.reasons().get(i).value() != span.item().qos()) {
                sim.fail(this + " got " + ack + " for " + spans, null);
            }
            span.acked(sim.step());
            // It has taken the place of those with the same filter.
            for (Span older : attempt.incarnation().spans()) {
                if (older != span && older.filter().equals(span.filter()) && older.isOlderThan(span)) {
                    older.endAcked(sim.step());
                }
            }
        }
    }

    private void unsubscribed(List<Span> spans, UnsubAck ack) {
        if (spans == null) {
            sim.fail(this + " got " + ack + " without a question", null);
            return;
        }
        spans.forEach(span -> span.endAcked(sim.step()));
    }

    /// A PUBLISH that has to be answered came.
    void received(int packetId) {
        if (!outstanding.add(packetId)) {
            sim.fail(this + " got packet identifier " + packetId + " twice [MQTT-2.2.1-4]", null);
        }
        if (outstanding.size() > attempt.receiveMaximum()) {
            sim.fail(this + " got more than its Receive Maximum of " + attempt.receiveMaximum() + " [MQTT-3.3.4-9]",
                    null);
        }
    }

    /// PUBREL came.
    void released(int packetId) {
        if (unreleased.contains(packetId) && unreleased.poll() != packetId) {
            sim.fail(this + " got PUBREL " + packetId + " out of order [MQTT-4.6.0-4]", null);
        }
    }

    // Facts.

    MqttVersion version() {
        return client.version();
    }

    Attempt attempt() {
        return attempt;
    }

    SimSocket socket() {
        return socket;
    }

    boolean isOpen() {
        return open;
    }

    int aliasMaximum() {
        return aliasMaximum;
    }

    /// @return whether the broker has to be told the topic's name with it
    boolean alias(int alias) {
        boolean isNew = !aliases.get(alias);
        aliases.set(alias);
        return isNew;
    }

    /// Whether every question has its answer, in both directions.
    boolean isSettled() {
        return unanswered.isEmpty() && uncompleted.isEmpty() && subscribing.isEmpty() && unsubscribing.isEmpty()
                && replies.isEmpty() && outstanding.isEmpty() && pingsOwed == 0;
    }

    String owes() {
        return "PUBLISH " + unanswered + ", PUBREL " + uncompleted + ", SUBSCRIBE " + subscribing.keySet()
                + ", UNSUBSCRIBE " + unsubscribing.keySet() + ", received " + outstanding + ", pings " + pingsOwed;
    }

    @Override
    public String toString() {
        return attempt.toString();
    }
}
