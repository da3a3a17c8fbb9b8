package io.tern.testkit.sim;

import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.PointToPoint;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One connection as the model knows it: what its client asked for, how far the broker has come with it.
///
/// The facts come from both ends: what the client sends, and what the broker does at its end.
final class Attempt {

    private static final long CONNECT_MILLIS = 10_000;

    private final Simulation sim;
    private final SimClient client;
    private final int number;
    private final boolean cleanStart;
    private final long expirySeconds;
    private final int keepAliveSeconds;
    private final String user;
    private final int receiveMaximum;
    private final PacketRules rules;
    private final long createdMillis;
    private final SimMessage will;
    private final List<Span> early = new ArrayList<>();
    private final Map<Integer, SimMessage> sent = new HashMap<>();
    private int connectBytes;
    private int deliveredBytes;
    private int connectReadStep = -1;
    private boolean answered;
    private boolean open;
    private int openedStep = Span.NEVER;
    private boolean sessionPresent;
    private boolean ended;
    private int endedStep = Span.NEVER;
    private boolean closedByBroker;
    private boolean saidGoodbye;
    private boolean keepsWill;
    private boolean leftInPeace;
    private int sentBytes;
    private boolean changesExpiry;
    private boolean spokenEarly;
    private boolean metStop;
    private boolean wrong;
    private long lastReadMillis;
    private Incarnation incarnation;

    /// @param user as whom, or null
    /// @param receiveMaximum what the client takes at most, as far as it says
    Attempt(Simulation sim, SimClient client, String user, boolean cleanStart, long expirySeconds,
            int keepAliveSeconds, int receiveMaximum, SimMessage will) {
        this.sim = sim;
        this.client = client;
        this.number = sim.nextAttempt();
        this.user = user;
        this.cleanStart = cleanStart;
        this.expirySeconds = expirySeconds;
        this.keepAliveSeconds = keepAliveSeconds;
        this.receiveMaximum = receiveMaximum;
        this.rules = new PacketRules(sim, this);
        this.createdMillis = sim.clock().nowMillis();
        this.will = will;
        if (will != null) {
            will.isWillOf(this, sim.step());
        }
    }

    /// The client has put its CONNECT on the way.
    void connectSent(int bytes) {
        connectBytes = bytes;
    }

    /// The client has put bytes on the way.
    void sent(int bytes) {
        sentBytes += bytes;
    }

    /// The client has asked for a subscription.
    void subscribes(Span span) {
        if (incarnation == null) {
            early.add(span);
        } else {
            incarnation.add(span);
        }
    }

    /// The client has asked for the end of a subscription, or for another in its place.
    ///
    /// @return what may have held until now
    List<Span> replaces(TopicFilter filter, int step) {
        List<Span> replaced = new ArrayList<>();
        // What is asked for before CONNACK takes its effect on the session afterwards.
        for (Span span : incarnation == null ? early : incarnation.spans()) {
            // What comes to a client alone does so whatever it subscribes to.
            if (span.item().filter().equals(filter) && !PointToPoint.is(filter.value())) {
                span.endRequested(step);
                replaced.add(span);
            }
        }
        return replaced;
    }

    /// The client has sent a message of QoS 1 or 2.
    void publishes(SimMessage message, int packetId) {
        sent.put(packetId, message);
    }

    /// The client publishes before it has seen CONNACK.
    void speaksEarly() {
        spokenEarly = true;
    }

    /// The client has sent what it must not, for which it has to be closed [MQTT-4.13.1-1].
    void breaksRules() {
        wrong = true;
    }

    boolean hasBrokenRules() {
        return wrong;
    }

    /// The client has sent DISCONNECT.
    void saysGoodbye(Disconnect disconnect) {
        saidGoodbye = true;
        keepsWill = disconnect.reason() != ReasonCode.SUCCESS;
        changesExpiry = disconnect.properties().has(Property.SESSION_EXPIRY_INTERVAL);
    }

    // The broker's end.

    /// The broker has read so many bytes more.
    void delivered(int bytes) {
        deliveredBytes += bytes;
        lastReadMillis = sim.clock().nowMillis();
        if (connectReadStep < 0 && connectBytes > 0 && deliveredBytes >= connectBytes) {
            connectReadStep = sim.step();
        }
    }

    /// The broker has written a packet: the first one must be CONNACK [MQTT-3.2.0-1].
    void written(byte[] packet) {
        if (answered) {
            rules.check(packet);
            return;
        }
        answered = true;
        if ((packet[0] & 0xF0) != 0x20) {
            sim.fail("the first packet to " + client + " is not CONNACK", null);
            return;
        }
        int at = packet[1] < 0 ? 3 : 2;
        // MQTT 3.1 doesn't say it.
        boolean says = client.version() != MqttVersion.V3_1;
        sessionPresent = says ? packet[at] == 1 : !cleanStart && client.session().mayBePresentFor(user);
        open = packet[at + 1] == 0;
        if (open) {
            openedStep = sim.step();
            incarnation = client.session().opened(this);
            for (Span span : early) {
                replaces(span.item().filter(), openedStep);
                span.requested(openedStep);
                incarnation.add(span);
            }
        }
    }

    /// The broker knows that it is over.
    void ended() {
        ended = true;
        endedStep = sim.step();
        client.session().ended(this);
    }

    /// The broker has ended it.
    void closedByBroker() {
        closedByBroker = true;
        leftInPeace = mayDropWill() && deliveredBytes == sentBytes && keepAliveSeconds == 0 && !hasRival()
                && !metStop && !metShortage() && !mayBeOverwhelmed() && !wrong
                && !sim.authorizer().mayClose(client);
    }

    /// The broker is told to stop: the will of a session that ends with it may never be sent [MQTT-3.1.2-8].
    void stops() {
        metStop = true;
        boolean kept = incarnation != null && incarnation.durable() && expirySeconds > 0;
        if (will != null && !kept) {
            will.mayNotCome();
        }
    }

    /// The broker's process ends, maybe long after this connection.
    ///
    /// @param safeStep what had happened until then is on the disk
    /// @param quiet whether nothing was under way
    void crashes(int safeStep, boolean quiet) {
        if (endedStep > safeStep) {
            leftInPeace = false; // That the will was deleted is not acknowledged.
        }
        if (will == null) {
            return;
        }
        boolean durable = incarnation == null || incarnation.durable();
        if (!durable && !ended) {
            will.isLost();
        } else if (!durable && (!quiet || sim.wasFullSince(endedStep))) {
            will.mayNotCome(); // What was sent while the disk was full waits in memory alone.
        } else if (ended && !quiet) {
            will.mayComeAgain();
        }
    }

    // Facts.

    /// Whether it has asked for what is like that message, above QoS 0 and for a session that outlives it.
    boolean mayBeOwedOnDisk(SimMessage message) {
        if (PointToPoint.is(message.topic().value())) {
            return mayOutlive() && PointToPoint.clientId(message.topic()).equals(client.toString());
        }
        List<Span> spans = incarnation == null ? early : incarnation.spans();
        return mayOutlive() && spans.stream().anyMatch(span -> span.item().qos() > 0
                && span.matches(message.topic())
                && (incarnation == null || span.mayHold(message.sentStep())));
    }

    /// Whether its session may be one that outlives connections.
    boolean mayOutlive() {
        return expirySeconds > 0 || incarnation != null && incarnation.durable();
    }

    /// Whether another connection of that client was read later: it may take this one's place. While the journal is
    /// behind what was read may be looked at later.
    boolean hasRival() {
        boolean delays = sim.profile().rests();
        for (Attempt other : client.attempts()) {
            boolean later = other.connectReadStep >= connectReadStep
                    || delays && (!other.ended || other.endedStep > connectReadStep);
            if (other != this && later && other.connectReadStep >= 0) {
                return true;
            }
        }
        return false;
    }

    /// Whether the broker was told to stop while it was there.
    boolean metStop() {
        return metStop;
    }

    /// Whether it was not let in within the time that the broker allows.
    boolean isLate() {
        return !open && sim.clock().nowMillis() - createdMillis >= CONNECT_MILLIS;
    }

    /// Whether the broker has had a reason to close it.
    boolean mayBeClosed() {
        boolean refused = answered && !open;
        boolean overdue = isLate() || keepAliveSeconds > 0;
        return wrong || metStop || overdue || refused || saidGoodbye || hasRival() || metShortage()
                || mayBeOverwhelmed() || sim.authorizer().mayClose(client);
    }

    /// Whether the broker has read all that was sent.
    boolean isRead() {
        return deliveredBytes == sentBytes;
    }

    /// Whether the disk was full at some time while it was there, or memory may have been: 3.x knows no other way to
    /// refuse a message than to close.
    boolean metShortage() {
        return sim.profile().tightMemory() || connectReadStep >= 0 && sim.wasFullSince(connectReadStep);
    }

    /// Whether it may have been closed since its queue was full.
    boolean mayBeOverwhelmed() {
        return sim.profile().rules().mayDisconnect() && sim.dropped() > 0;
    }

    long lastReadMillis() {
        return lastReadMillis;
    }

    /// @return the message of QoS 1 or 2 that was sent last with this identifier, or null
    SimMessage sent(Integer packetId) {
        return sent.get(packetId);
    }

    boolean hasSpokenEarly() {
        return spokenEarly;
    }

    /// Whether it may have opened this packet identifier for QoS 2 unknown to its client: it was abandoned before its
    /// CONNACK, and let in after a later connection over which its client had taken up the session, or a new one.
    ///
    /// @param message that comes with that identifier now
    boolean mayHaveOpened(int packetId, SimMessage message) {
        SimMessage other = spokenEarly && open ? sent.get(packetId) : null;
        return other != null && other != message && other.qos() == 2 && client.attempts().stream()
                .anyMatch(later -> later.number > number && later.open && later.openedStep < openedStep);
    }

    SimClient client() {
        return client;
    }

    int number() {
        return number;
    }

    /// @return as whom it has come in, or null
    String user() {
        return user;
    }

    boolean cleanStart() {
        return cleanStart;
    }

    long expirySeconds() {
        return expirySeconds;
    }

    int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    int receiveMaximum() {
        return receiveMaximum;
    }

    int connectReadStep() {
        return connectReadStep;
    }

    /// The broker has let it in.
    boolean wasOpen() {
        return open;
    }

    int openedStep() {
        return openedStep;
    }

    boolean sessionPresent() {
        return sessionPresent;
    }

    boolean isEnded() {
        return ended;
    }

    int endedStep() {
        return endedStep;
    }

    boolean isClosedByBroker() {
        return closedByBroker;
    }

    /// Whether the broker has closed it because of its DISCONNECT, so that its will must not be sent [MQTT-3.14.4-3].
    boolean leftInPeace() {
        return leftInPeace;
    }

    /// Whether its will must not be sent, if its DISCONNECT has come in.
    boolean mayDropWill() {
        return saidGoodbye && !keepsWill;
    }

    /// Whether its DISCONNECT, if it has come in, has named another expiry.
    boolean mayChangeExpiry() {
        return changesExpiry;
    }

    /// @return the session it was let in to, null if it was not
    Incarnation incarnation() {
        return incarnation;
    }

    @Override
    public String toString() {
        return "connection " + number + " of " + client;
    }
}
