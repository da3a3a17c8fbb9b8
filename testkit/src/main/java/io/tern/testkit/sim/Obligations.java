package io.tern.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/// What every session must have got once everything has come to rest.
final class Obligations {

    private final Simulation sim;
    private final List<String> missing = new ArrayList<>();

    Obligations(Simulation sim) {
        this.sim = sim;
    }

    /// Looks at one client's session, if it is known for certain.
    void of(SimClient client) {
        Incarnation session = client.session().certain();
        if (session == null) {
            return;
        }
        missing.addAll(sim.server().missing(client, session));
        for (SimMessage message : sim.history().messages()) {
            if (message.qos() > 0 && !message.isClear() && !SimTopics.isShared(message.topic())
                    && message.timesSeenIn(session) == 0 && owes(session, client, message)) {
                missing.add(client + " never got " + message + "; it has " + session);
            }
        }
    }

    private boolean owes(Incarnation session, SimClient client, SimMessage message) {
        if (sim.authorizer().mayWithhold(client, message.topic())) {
            return false;
        }
        for (Span span : session.spans()) {
            boolean own = span.item().noLocal() && message.publisher() == client;
            if (!own && span.item().qos() > 0 && span.matches(message.topic()) && held(session, span, message)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the subscription was there while the message came in.
    private boolean held(Incarnation session, Span span, SimMessage message) {
        if (message.isUncertain() || sim.mayHaveLost(message) || isReplaced(message)) {
            return false;
        }
        if (message.isWill()) {
            Attempt attempt = message.firstSentOver();
            return attempt.wasOpen() && attempt.isEnded() && !attempt.mayDropWill()
                    && span.holdsSince(attempt.endedStep());
        }
        if (!message.isAcked() || message.sentStep() <= session.startStep()) {
            return false;
        }
        if (message.isDelayed()) {
            return span.holdsSince(message.sentStep());
        }
        // What a session without durability is owed is acknowledged before it has it.
        return session.durable()
                ? span.heldFrom(message.sentStep(), message.ackedStep())
                : span.holdsSince(message.sentStep());
    }

    /// Whether a later message to the same topic may have taken its place in a queue.
    private boolean isReplaced(SimMessage message) {
        return sim.profile().rules().keepsLatest(message.topic()) && sim.history().maybeAfter(message);
    }

    /// Looks at the shared groups, when all are connected.
    void ofGroups() {
        for (int group = 0; group < SimTopics.GROUPS; group++) {
            for (SimMessage message : sim.history().messages()) {
                if (SimTopics.isShared(message.topic()) && message.qos() > 0 && message.isAcked()
                        && sim.history().timesSeenByGroup(message, group) == 0 && owes(group, message)) {
                    missing.add("group " + group + " never got " + message);
                }
            }
        }
    }

    /// A group owes a message if it has had a member all the time. At QoS 2 the message ends with the session of the
    /// member that it was sent to [MQTT-4.8.2-5].
    private boolean owes(int group, SimMessage message) {
        if (message.isUncertain() || sim.mayHaveLost(message) || isReplaced(message)) {
            return false;
        }
        if (sim.profile().sharedQos0() && SimTopics.groupQos(group) < 0) {
            return false; // One of QoS 0 may have got it, or not.
        }
        boolean returns = message.qos() == 1 || SimTopics.groupQos(group) == 1;
        if (!returns && !sim.history().noLossSince(group, message.sentStep())) {
            return false;
        }
        return lasted(group, message);
    }

    /// Whether the group has had a member ever since the message was sent.
    boolean lasted(int group, SimMessage message) {
        for (SimClient client : sim.clients()) {
            Incarnation session = client.session().certain();
            if (SimTopics.groupOf(client.number()) == group && session != null
                    && session.startStep() < message.sentStep()) {
                for (Span span : session.spans()) {
                    if (span.item().filter().isShared() && span.item().qos() > 0 && span.matches(message.topic())
                            && span.holdsSince(message.sentStep())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Who stays subscribed has seen the retained message of each topic last.
    ///
    /// @param probe has just asked for all retained messages
    void ofRetained(SimClient probe) {
        Incarnation found = probe.session().certain();
        boolean refuses = sim.profile().tightMemory() || sim.profile().retainedMessages() > 0;
        for (var topic : sim.topics().retained()) {
            SimMessage message = found.lastRetained(topic);
            if (!sim.retained().mayBe(topic, message, refuses)) {
                sim.fail("retained for " + topic + " is " + message + " [MQTT-3.3.1-5]", null);
            }
            boolean sure = message != null && message.qos() > 0 && message.isAcked() && !message.isUncertain()
                    && !sim.mayHaveLost(message) && !isReplaced(message);
            if (sure && sim.dropped() == 0) {
                for (SimClient client : sim.clients()) {
                    checkLast(client, message);
                }
            }
        }
    }

    private void checkLast(SimClient client, SimMessage message) {
        Incarnation session = client.session().certain();
        if (session == null) {
            return;
        }
        for (Span span : session.spans()) {
            boolean fed = span.item().retainHandling() == 0 && span.holdsSince(Span.NEVER - 1);
            boolean live = message.sentStep() > session.startStep() && span.holdsSince(message.sentStep());
            SimMessage last = session.lastSeen(message.topic());
            if ((fed || live) && span.item().qos() > 0 && !span.item().noLocal() && span.matches(message.topic())
                    && last != message && !mayBeLost(message, last, live)) {
                sim.fail(client + " saw " + last + " last, but retained is " + message, null);
            }
        }
    }

    /// A crash interrupts the retained messages that a new subscription gets, and what was not acknowledged may have
    /// been seen and forgotten.
    private boolean mayBeLost(SimMessage retained, SimMessage last, boolean live) {
        boolean later = last != null && last.isAfter(retained);
        return later ? sim.crashedSince(last.sentStep()) : !live && sim.crashedSince(0);
    }

    /// Fails if more is missing than the broker has dropped by policy.
    void check() {
        if (missing.size() > sim.dropped()) {
            sim.fail(missing.getFirst() + "; in all " + missing.size() + " are missing, dropped "
                    + sim.dropped(), null);
        }
    }
}
