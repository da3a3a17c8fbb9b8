package io.tern.testkit.sim;

import io.tern.api.Access;
import io.tern.api.Control;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.PingReq;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Unsubscribe;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.List;

/// One client identifier and whoever speaks for it: keeps to the protocol, but is slow, forgetful and often cut off.
final class SimClient implements Actor {

    /// How a client comes in.
    ///
    /// @param cleanStart without the session it had
    /// @param expirySeconds how long the session outlives the connection; 3.x knows 0 and for ever
    /// @param keepAliveSeconds 0 for none
    /// @param receiveMaximum most unanswered messages it takes, 0: says nothing
    /// @param packetBytes largest packet it takes, 0: says nothing
    /// @param topicAliases most topic aliases that the broker may use towards it
    /// @param will whether it leaves one
    record Terms(
            boolean cleanStart,
            long expirySeconds,
            int keepAliveSeconds,
            int receiveMaximum,
            int packetBytes,
            int topicAliases,
            boolean will) {

        static final long FOR_EVER = 0xFFFF_FFFFL;
        static final Terms CALM = new Terms(false, FOR_EVER, 0, 0, 0, 0, false);
        static final Terms LAST = new Terms(true, 0, 0, 0, 0, 0, false);
    }

    static final String SECOND_LISTENER = "second";

    private static final TopicName CONTROL = TopicName.of(Control.TOPIC);

    private final Simulation sim;
    private final int number;
    private final ListenerRules rules;
    private final MqttVersion version;
    private final SessionModel session;
    private final ClientInbound inbound;
    private final ClientOutbound outbound;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<TopicFilter> asked = new ArrayList<>();
    private ClientLink link;
    /// It has given up its session, and not been told that the broker has as well.
    private boolean startsClean;
    private int pausedUntilStep;
    /// It was refused for want of room, or since its queue was full.
    private boolean turnedAway;

    SimClient(Simulation sim, int number, MqttVersion version) {
        this.sim = sim;
        this.number = number;
        boolean second = number % 2 == 1 && number < sim.profile().clients();
        this.rules = second ? sim.oddities().rules() : ListenerRules.STANDARD;
        this.version = version;
        this.session = new SessionModel(sim, SimTopics.groupOf(number));
        this.inbound = new ClientInbound(sim);
        this.outbound = new ClientOutbound(sim);
    }

    // What comes by itself.

    @Override
    public int options() {
        if (link == null || paused()) {
            return 0;
        }
        return (link.readable() || link.socket().ended() ? 1 : 0) + (link.hasReplies() ? 1 : 0);
    }

    @Override
    public void act(int option) {
        if (option == 0 && link.readable()) {
            link.read();
        } else if (option == 0 && link.socket().ended()) {
            lost();
        } else {
            link.sendReplies(sim.random().portion(link.replies()));
        }
    }

    private void lost() {
        sim.trace().event(this, "lost", link.attempt().number(), 0);
        Attempt over = link.attempt();
        link = null;
        boolean fair = over.metShortage() || over.mayBeOverwhelmed() || sim.authorizer().mayClose(this);
        turnedAway |= over.isClosedByBroker() && !over.wasOpen() && fair;
        if (sim.authorizer().mayClose(this)) {
            outbound.giveUpDenied();
        }
        if (over.isClosedByBroker() && !over.mayBeClosed()) {
            sim.fail("the broker closed " + over + " without a reason", null);
        }
    }

    /// DISCONNECT came. The obedient are only dismissed for a newer connection, or for their silence.
    void dismissed(ClientLink from, ReasonCode reason) {
        boolean fair = switch (reason) {
            case SESSION_TAKEN_OVER -> from.attempt().hasRival();
            case KEEP_ALIVE_TIMEOUT -> from.attempt().keepAliveSeconds() > 0;
            case PROTOCOL_ERROR, QOS_NOT_SUPPORTED, RETAIN_NOT_SUPPORTED -> from.attempt().hasBrokenRules();
            case SERVER_SHUTTING_DOWN -> from.attempt().metStop();
            case QUOTA_EXCEEDED -> from.attempt().metShortage() || from.attempt().mayBeOverwhelmed();
            case IMPLEMENTATION_SPECIFIC_ERROR, NOT_AUTHORIZED -> sim.authorizer().mayClose(this);
            default -> false;
        };
        if (!fair) {
            sim.fail("the broker dismissed " + from + ": " + reason, null);
        }
    }

    /// CONNACK with an error came.
    void refused(ClientLink from, ReasonCode reason) {
        // In 3.x several reasons share a return code.
        boolean byAuth = reason == ReasonCode.NOT_AUTHORIZED && sim.authenticator().hasRefused(toString());
        boolean late = (reason == ReasonCode.SERVER_BUSY || reason == ReasonCode.SERVER_UNAVAILABLE
                || reason == ReasonCode.SESSION_TAKEN_OVER) && (from.attempt().hasRival() || from.attempt().isLate());
        boolean full = (reason == ReasonCode.QUOTA_EXCEEDED || reason == ReasonCode.SERVER_UNAVAILABLE)
                && (from.attempt().metShortage() || from.attempt().mayBeOverwhelmed());
        boolean stops = from.attempt().metStop()
                && (reason == ReasonCode.SERVER_SHUTTING_DOWN || reason == ReasonCode.SERVER_UNAVAILABLE);
        turnedAway = full;
        if (!byAuth && !late && !full && !stops && !sim.authorizer().mayClose(this)) {
            sim.fail("the broker refused " + from + ": " + reason, null);
        }
    }

    /// CONNACK came.
    void opened(ClientLink from, boolean sessionPresent) {
        startsClean = false;
        boolean early = from.attempt().hasSpokenEarly(); // It does so only when it owes nothing.
        // With MQTT 3.1 it isn't told, and goes on as if it were.
        boolean resumes = version == MqttVersion.V3_1 ? !from.attempt().cleanStart() : sessionPresent;
        if (resumes && !early) {
            outbound.resend(from);
        } else if (!resumes && !early) {
            outbound.forget();
        }
        if (!sessionPresent) {
            inbound.forget();
        }
    }

    // What it does of its own accord.

    void connect(Terms terms) {
        turnedAway = false;
        boolean v5 = version == MqttVersion.V5;
        boolean cleanStart = terms.cleanStart || startsClean;
        long expirySeconds = v5 ? terms.expirySeconds : cleanStart ? 0 : Terms.FOR_EVER;
        int receiveMaximum = v5 && terms.receiveMaximum > 0 ? terms.receiveMaximum : 65_535;
        String user = sim.oddities().user(number, sim.calm());
        SimMessage will = terms.will
                ? sim.history().create(
                        this, sim.topics().will(number), Math.min(rules.maximumQos(), sim.random().below(3)), false, 8)
                : null;
        Attempt attempt = new Attempt(
                sim, this, user, cleanStart, expirySeconds, terms.keepAliveSeconds,
                Math.min(receiveMaximum, sim.inFlightMaximum()), will);
        attempts.add(attempt);
        if (cleanStart) {
            // What it has received it remembers until the broker confirms: this CONNECT may be lost.
            outbound.forget();
            startsClean = true;
        }
        Properties.Builder properties = Properties.builder();
        if (v5 && expirySeconds > 0) {
            properties.with(Property.SESSION_EXPIRY_INTERVAL, expirySeconds);
        }
        if (v5 && receiveMaximum < 65_535) {
            properties.with(Property.RECEIVE_MAXIMUM, receiveMaximum);
        }
        int packetBytes = v5 ? terms.packetBytes : 0;
        if (packetBytes > 0) {
            properties.with(Property.MAXIMUM_PACKET_SIZE, packetBytes);
        }
        int topicAliases = v5 ? terms.topicAliases : 0;
        if (topicAliases > 0) {
            properties.with(Property.TOPIC_ALIAS_MAXIMUM, topicAliases);
        }
        link = new ClientLink(sim, this, attempt, sim.net().open(attempt), packetBytes, topicAliases);
        Connect connect = new Connect(
                version, false, cleanStart, terms.keepAliveSeconds, toString(), properties.build(),
                will == null ? null : new Will(will.topic(), will.payload(), will.qos(), false, delay(will)),
                user, null);
        attempt.connectSent(ClientLink.encode(connect, version).length);
        link.send(connect);
    }

    private Properties delay(SimMessage will) {
        if (version != MqttVersion.V5 || sim.random().chance(500)) {
            return Properties.NONE;
        }
        will.mayNotCome(); // Not if the client is back before [MQTT-3.1.3-9].
        return Properties.builder().with(Property.WILL_DELAY_INTERVAL, sim.random().below(10)).build();
    }

    /// @return the message, null if it may not send one now
    SimMessage publish(TopicName topic, int wantedQos, boolean wantsRetain, int payloadBytes) {
        int qos = Math.min(wantedQos, rules.maximumQos());
        boolean retain = wantsRetain && rules.retainAvailable();
        if (payloadBytes == 0 && !retain) {
            return null;
        }
        if (qos > 0 && !(link.mayPublish() && outbound.hasFreeId())) {
            return null;
        }
        if (!link.isOpen()) {
            link.attempt().speaksEarly();
        }
        SimMessage message = payloadBytes == 0
                ? sim.history().clear(this, topic, qos)
                : sim.history().create(this, topic, qos, retain, payloadBytes);
        if (version == MqttVersion.V5 && payloadBytes > 0 && sim.random().chance(sim.profile().expiringPerMille())) {
            message.expiresAfter(sim.random().below(20));
        }
        if (sim.authorizer().denies(this, Access.Action.PUBLISH, topic.value())) {
            message.mayNotCome();
        }
        outbound.publish(link, message);
        return message;
    }

    /// Publishes what is to be delivered some time later.
    void publishLater(TopicName topic, int wantedQos, int payloadBytes, long delayMillis) {
        int qos = Math.min(wantedQos, rules.maximumQos());
        if (!link.isOpen() || qos > 0 && !(link.mayPublish() && outbound.hasFreeId())) {
            return;
        }
        SimMessage message = sim.history().create(this, topic, qos, false, payloadBytes);
        message.waits(delayMillis);
        boolean denied = sim.authorizer().denies(this, Access.Action.PUBLISH, topic.value());
        if (denied || sim.profile().tightMemory()) {
            message.mayNotCome(); // When it is due there may be no memory to reach one client.
        }
        outbound.publish(link, message);
    }

    void subscribe(List<Subscribe.Item> wanted, boolean withIdentifier) {
        int id = freeId();
        // A group has members of its own QoS only.
        List<Subscribe.Item> items = wanted.stream()
                .filter(item -> !item.filter().isShared() || item.qos() <= rules.maximumQos())
                .toList();
        if (id == 0 || items.isEmpty()) {
            return;
        }
        List<Span> spans = new ArrayList<>();
        Properties.Builder properties = Properties.builder();
        if (withIdentifier) {
            properties.subscriptionIdentifier(sim.topics().identifier(items.getFirst().filter()));
        }
        Attempt attempt = link.attempt();
        for (Subscribe.Item item : items) {
            asked.add(item.filter());
            attempt.replaces(item.filter(), sim.step());
            Span span = new Span(granted(item), sim.step());
            attempt.subscribes(span);
            spans.add(span);
        }
        link.expectSubAck(id, spans, withIdentifier);
        link.send(new Subscribe(id, properties.build(), items));
    }

    private Subscribe.Item granted(Subscribe.Item item) {
        int qos = Math.min(item.qos(), rules.maximumQos());
        return new Subscribe.Item(
                item.filter(), qos, item.noLocal(), item.retainAsPublished(), item.retainHandling());
    }

    void unsubscribe(List<TopicFilter> filters) {
        int id = freeId();
        if (id == 0) {
            return;
        }
        List<Span> spans = new ArrayList<>();
        for (TopicFilter filter : filters) {
            spans.addAll(link.attempt().replaces(filter, sim.step()));
        }
        link.expectUnsubAck(id, spans);
        link.send(new Unsubscribe(id, Properties.NONE, filters));
    }

    /// SUBSCRIBE and UNSUBSCRIBE take their identifiers from the same set as PUBLISH.
    private int freeId() {
        if (!outbound.hasFreeId()) {
            return 0;
        }
        int id = outbound.freeId();
        return link.isFree(id) ? id : 0;
    }

    void ping() {
        link.expectPing();
        link.send(PingReq.INSTANCE);
    }

    void disconnect() {
        disconnect(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
    }

    void disconnect(Disconnect disconnect) {
        link.send(disconnect);
        link.socket().close();
        link = null;
    }

    void reset() {
        sim.trace().event(this, "resets", link.attempt().number(), 0);
        link.socket().reset();
        link = null;
    }

    /// Goes away without a word; the broker may never hear of it.
    void vanish() {
        sim.trace().event(this, "vanishes", link.attempt().number(), 0);
        link = null;
    }

    void pause(int steps) {
        pausedUntilStep = sim.step() + steps;
    }

    void unpause() {
        pausedUntilStep = 0;
    }

    /// The broker's process ends.
    ///
    /// @param safeStep what had happened until then is on the disk
    /// @param quiet whether nothing was under way
    void crashed(int safeStep, boolean quiet) {
        for (Attempt attempt : attempts) {
            attempt.crashes(safeStep, quiet);
        }
        if (quiet && isOpen() && link.attempt() == session.open() && link.attempt().isRead()) {
            inbound.settledOver(link.attempt());
        }
    }

    private boolean paused() {
        return sim.step() < pausedUntilStep;
    }

    /// Publishes what its listener forbids, for which it has to be closed; nobody gets it.
    void publishForbidden(TopicName topic) {
        int qos = rules.maximumQos() < 2 ? rules.maximumQos() + 1 : 0;
        boolean forbidden = qos > 0 || !rules.retainAvailable();
        int id = forbidden ? freeId() : 0;
        if (id > 0) {
            link.attempt().breaksRules();
            if (sim.faults().losesWrongAnswers()) {
                return;
            }
            link.send(new Publish(false, qos, qos == 0, topic, qos == 0 ? 0 : id, Properties.NONE, new byte[3]));
        }
    }

    /// Asks for something to be carried out, and for the answer to go to a topic to which it may publish itself.
    void ask(TopicName answers) {
        SimMessage answer = sim.history().create(this, answers, 1, false, 8);
        answer.isAnswerTo(link.attempt(), sim.step(), sim.clock().nowMillis());
        Properties properties = Properties.builder().with(Property.RESPONSE_TOPIC, answers.value()).build();
        link.send(new Publish(false, 0, false, CONTROL, 0, properties, answer.payload()));
    }

    // Facts.

    /// What it may do where it comes in.
    ListenerRules rules() {
        return rules;
    }

    String listener() {
        return rules == ListenerRules.STANDARD ? "sim" : SECOND_LISTENER;
    }

    int number() {
        return number;
    }

    MqttVersion version() {
        return version;
    }

    SessionModel session() {
        return session;
    }

    ClientInbound inbound() {
        return inbound;
    }

    ClientOutbound outbound() {
        return outbound;
    }

    List<Attempt> attempts() {
        return attempts;
    }

    /// @return its present connection, or null
    ClientLink link() {
        return link;
    }

    /// Whether it was closed for what was sent to it, or by it, and may come back.
    boolean wasClosed() {
        return link == null && (turnedAway || session.wasClosed());
    }

    boolean isOpen() {
        return link != null && link.isOpen();
    }

    /// How often it has asked for this topic: each time it may be sent what is retained there.
    int subscribed(TopicName topic) {
        int count = 0;
        for (TopicFilter filter : asked) {
            count += !filter.isShared() && filter.matches(topic) ? 1 : 0;
        }
        return count;
    }

    @Override
    public String toString() {
        return "c" + number;
    }
}
