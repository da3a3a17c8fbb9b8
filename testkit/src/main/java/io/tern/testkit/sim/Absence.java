package io.tern.testkit.sim;

import io.tern.broker.options.Measures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What waited for a session, or for a shared group, while nobody was there: no more than the operator allows.
final class Absence {

    private static final int OVERTAKING_MESSAGES = 64;

    private final Simulation sim;
    private int fromStep = Span.NEVER;
    private int backStep = -1;
    private final Set<Integer> waited = new HashSet<>();
    /// How many messages at QoS 1 and 2 have come, ever.
    private int came;
    /// Which of those that have waited came before one of a higher priority,
    private final Set<Integer> early = new HashSet<>();
    /// and which have come.
    private final List<SimMessage> arrived = new ArrayList<>();

    Absence(Simulation sim) {
        this.sim = sim;
    }

    /// The last one has left.
    void begins() {
        forget();
        fromStep = sim.step();
    }

    /// Somebody is there again.
    void ends() {
        backStep = sim.step();
    }

    /// Nothing is known of it.
    void forget() {
        fromStep = Span.NEVER;
        backStep = -1;
        waited.clear();
        arrived.clear();
    }

    /// A message at QoS 1 or 2 has come for the first time, whether it has waited or not.
    void counts() {
        came++;
    }

    /// What has waited came by its priority, if a client alone got it: but for one in so many, which lets a lower one
    /// go first.
    void arrivedByPriority(String who, SimMessage message) {
        if (!spans(message) || sim.profile().measures().packetIds() < Measures.STANDARD.packetIds()) {
            return;
        }
        SimPriorities priorities = sim.oddities().priorities();
        int priority = priorities.of(message.topic());
        for (SimMessage before : arrived) {
            if (priorities.of(before.topic()) < priority && early.add(before.id())
                    && early.size() > came / OVERTAKING_MESSAGES) {
                sim.fail(before + " has come to " + who + " before " + message + ", which has waited as well and has a"
                        + " higher priority", null);
            }
        }
        arrived.add(message);
    }

    /// Whether a message was taken in meanwhile: it was sent and acknowledged.
    private boolean spans(SimMessage message) {
        return backStep >= 0 && message.qos() > 0 && message.isAcked() && !message.isWill()
                && message.sentStep() > fromStep && message.ackedStep() < backStep && message.timesSent() == 1
                && !sim.crashedSince(fromStep);
    }

    /// A message has come, as no retained one.
    void arrived(String who, SimMessage message) {
        int most = sim.profile().rules().queueMessages();
        if (!spans(message)) {
            return;
        }
        waited.add(message.id());
        if (most > 0 && waited.size() > most) {
            sim.fail(waited.size() + " messages have waited for " + who + ", although at most " + most + " may", null);
        }
        if (sim.profile().rules().keepsLatest(message.topic())) {
            for (SimMessage later : sim.history().messages()) {
                if (later.topic().equals(message.topic()) && later.publisher() == message.publisher()
                        && later.sentStep() > message.ackedStep() && spans(later) && !later.isUncertain()) {
                    sim.fail(message + " has waited for " + who + ", although " + later + " came after it", null);
                }
            }
        }
    }
}
