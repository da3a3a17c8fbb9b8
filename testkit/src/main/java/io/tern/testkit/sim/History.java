package io.tern.testkit.sim;

import io.tern.api.Access;
import io.tern.wire.MqttVersion;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All messages of a run, and the rules that every single delivery has to keep.
final class History {

    private final Simulation sim;
    private final List<SimMessage> messages = new ArrayList<>();
    /// Empty payloads carry no number: there is one message for all of a topic's.
    private final Map<TopicName, SimMessage> clears = new HashMap<>();
    /// The last message of each publisher's session, topic and QoS that each session has seen.
    private final Map<Long, SimMessage> lastInOrder = new HashMap<>();
    private final Map<Long, Integer> seenByGroup = new HashMap<>();
    private final Absence[] absences = new Absence[SimTopics.GROUPS];
    private final int[] present = new int[SimTopics.GROUPS];
    private final int[] lastLossSteps = new int[SimTopics.GROUPS];

    History(Simulation sim) {
        this.sim = sim;
        Arrays.setAll(absences, group -> new Absence(sim));
    }

    SimMessage create(SimClient publisher, TopicName topic, int qos, boolean retain, int payloadBytes) {
        SimMessage message = new SimMessage(messages.size(), publisher, topic, qos, retain, payloadBytes);
        messages.add(message);
        return message;
    }

    /// @return the message that removes a topic's retained one
    SimMessage clear(SimClient publisher, TopicName topic, int qos) {
        SimMessage clear = create(publisher, topic, qos, true, 0);
        clears.putIfAbsent(topic, clear);
        return clear;
    }

    List<SimMessage> messages() {
        return messages;
    }

    /// Whether another message that waits in queues may have been routed to the same topic after this one.
    boolean maybeAfter(SimMessage message) {
        for (SimMessage other : messages) {
            if (other != message && other.qos() > 0 && other.topic().equals(message.topic())
                    && other.mayBeRoutedAfter(message)) {
                return true;
            }
        }
        return false;
    }

    /// Somebody who may be in a group has connected.
    void comes(int group) {
        if (present[group]++ == 0) {
            absences[group].ends();
        }
    }

    /// Somebody who may be in a group has lost the connection.
    void leaves(int group) {
        if (--present[group] == 0) {
            absences[group].begins();
        }
    }

    /// Some session has ended, or may have: what it held of its group's messages is lost.
    void sessionLost(int group) {
        lastLossSteps[group] = sim.step();
    }

    /// @return whether no session of that group was lost since then
    boolean noLossSince(int group, int step) {
        return lastLossSteps[group] < step;
    }

    /// Finds out which message a PUBLISH carries, and that it is whole.
    ///
    /// @return null after a failure
    SimMessage identify(Publish publish) {
        byte[] payload = publish.payload();
        SimMessage message = null;
        if (payload.length == 0) {
            message = clears.get(publish.topic());
        } else if (payload.length >= 4) {
            int id = SimMessage.id(payload);
            message = id >= 0 && id < messages.size() ? messages.get(id) : null;
        }
        if (message == null || !message.topic().equals(publish.topic()) || !message.hasPayload(payload)) {
            sim.fail("nobody has published what arrived: " + publish, null);
            return null;
        }
        return message;
    }

    /// A client has got a message; not for a redelivery of one that it has already.
    void arrived(Attempt to, SimMessage message, Publish publish) {
        SimClient client = to.client();
        int times = message.seenIn(to.incarnation());
        if (publish.qos() > 0) {
            client.session().absence().counts();
        }
        if (message.isClear()) {
            checkFits(to, message, publish);
            return;
        }
        checkFits(to, message, publish);
        if (sim.authorizer().denies(client, Access.Action.RECEIVE, message.topic().value())
                || sim.authorizer().denies(message.publisher(), Access.Action.PUBLISH, message.topic().value())) {
            sim.fail(client + " got " + message + ", which is not allowed", null);
        }
        if (message.isWill() && message.firstSentOver().leftInPeace()) {
            sim.fail(client + " got " + message + ", which was deleted by DISCONNECT [MQTT-3.14.4-3]", null);
        }
        boolean early = sim.clock().nowMillis() < message.dueMillis() && !sim.clock().isDoubted();
        if (message.isDelayed() && early) {
            sim.fail(client + " got " + message + " " + (message.dueMillis() - sim.clock().nowMillis())
                    + " ms before it was due", null);
        }
        if (message.mustNotCome()) {
            sim.fail(client + " got " + message + ", which ended with the process", null);
        }
        if (SimTopics.isShared(message.topic())) {
            checkShared(client, message);
            int group = SimTopics.groupOf(client.number());
            absences[group].arrived("group " + group, message);
            return;
        }
        if (times > allowed(client, message, publish.qos())) {
            sim.fail(client + " got " + message + " " + times + " times, sent " + message.timesSent(), null);
        }
        if (!publish.retain() && times == 1 && message.timesSent() == 1 && !message.isWill()
                && !message.isAnswer() && !message.isDelayed()) {
            checkOrder(to, message, publish.qos());
        }
        if (publish.qos() > 0 && !publish.retain() && times == 1 && !message.isDelayed()) {
            client.session().absence().arrived(client.toString(), message);
            client.session().absence().arrivedByPriority(client.toString(), message);
        }
        if (publish.retain()) {
            to.incarnation().sawRetained(message);
        }
        if (publish.qos() > 0 && message.retain()) {
            to.incarnation().saw(message);
        }
    }

    private int allowed(SimClient client, SimMessage message, int qos) {
        message.deliveredAt(qos);
        // What is sent on at a lower quality is not held back until it is safe, and may be sent on anew after a crash.
        if (message.isDelayed() && qos == 0 && sim.crashedSince(message.sentStep())) {
            return Integer.MAX_VALUE; // That it has gone on is forgotten, and nobody keeps what comes at QoS 0.
        }
        boolean anew = message.deliveredBelow2() && sim.crashedSince(message.sentStep())
                || sim.mayHaveLost(message);
        int copies = anew ? Math.max(message.timesSent(), message.copiesAllowed()) : message.copiesAllowed();
        return copies + (message.retain() ? client.subscribed(message.topic()) : 0);
    }

    /// Some subscription of this session must allow it, with this QoS.
    private void checkFits(Attempt to, SimMessage message, Publish publish) {
        boolean shared = SimTopics.isShared(message.topic());
        int qos = -1;
        boolean asPublished = false;
        for (Span span : to.incarnation().spans()) {
            boolean own = span.item().noLocal() && message.publisher() == to.client()
                    && !message.isClear() && !message.isAnswer();
            if (span.item().filter().isShared() == shared && !own && span.matches(message.topic())
                    && (message.isClear() || span.mayHold(message.sentStep()))) {
                qos = Math.max(qos, span.item().qos());
                asPublished |= span.item().retainAsPublished();
            }
        }
        if (qos < 0) {
            sim.fail(to + " got " + message + " without a subscription; it has " + to.incarnation(), null);
        } else if (publish.qos() > Math.min(qos, message.qos()) && !message.isClear()) {
            sim.fail(to + " got " + message + " at QoS " + publish.qos() + " [MQTT-3.8.4-8]; it has "
                    + to.incarnation(), null);
        }
        long left = publish.properties().number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        boolean expires = message.expirySeconds() >= 0 && to.client().version() == MqttVersion.V5;
        // What may have been sent before a crash is sent again, be it too old by now.
        boolean crashed = sim.crashedSince(message.sentStep());
        long most = crashed && sim.clock().isDoubted()
                ? Long.MAX_VALUE
                : crashed ? Math.max(1, message.expirySeconds()) : message.expirySeconds();
        if (expires ? left < 0 || left > most : left >= 0) {
            sim.fail(to + " got " + message + " with an expiry of " + left + " s instead of "
                    + message.expirySeconds() + " [MQTT-3.3.2-6]", null);
        }
        if (publish.retain() && !(message.retain() && SimTopics.isRetained(message.topic()))) {
            sim.fail(to + " got " + message + " as retained", null);
        }
        if (publish.retain() && message.isClear() && !asPublished) {
            sim.fail(to + " got an empty message as retained [MQTT-3.3.1-10]", null);
        }
    }

    /// At QoS 2 each message goes to one member only [MQTT-4.8.2-4]; at QoS 0 as well. A group that all have left and
    /// that others have begun anew is another one, which a message on a slow way may still meet.
    private void checkShared(SimClient client, SimMessage message) {
        int group = SimTopics.groupOf(client.number());
        int times = seenByGroup.merge(message.id() * 10L + group, 1, Integer::sum);
        boolean once = !sim.mayHaveLost(message)
                && (message.qos() == 0 || message.qos() == 2 && SimTopics.groupQos(group) == 2);
        if (once && times > message.copiesAllowed() && sim.obligations().lasted(group, message)) {
            sim.fail("group " + group + " got " + message + " " + times + " times", null);
        }
    }

    int timesSeenByGroup(SimMessage message, int group) {
        return seenByGroup.getOrDefault(message.id() * 10L + group, 0);
    }

    /// What one session publishes to one topic arrives in that order at each session [MQTT-4.6.0-5].
    private void checkOrder(Attempt to, SimMessage message, int qos) {
        Incarnation from = message.firstSentOver().incarnation();
        if (from == null) {
            sim.fail(message + " was routed, but its publisher was never let in", null);
            return;
        }
        long key = ((long) from.number() << 40) + ((long) to.incarnation().number() << 16)
                + ((long) sim.topics().number(message.topic()) << 2) + qos;
        SimMessage before = lastInOrder.put(key, message);
        // What was dropped may be there again after a crash.
        boolean dropped = sim.dropped() > 0 || sim.profile().rules().keepsLatest(message.topic());
        boolean forgotten = dropped && sim.crashedSince(message.sentStep());
        if (before != null && before.isAfter(message) && !forgotten) {
            sim.fail(to + " got " + message + " at QoS " + qos + " after message " + before.id() + " [MQTT-4.6.0-5]",
                    null);
        }
    }
}
