package io.tern.testkit.sim;

import java.util.HashSet;
import java.util.Set;

/// What waited for a session, or for a shared group, while nobody was there: no more than the operator allows.
final class Absence {

    private final Simulation sim;
    private int fromStep = Span.NEVER;
    private int backStep = -1;
    private final Set<Integer> waited = new HashSet<>();

    Absence(Simulation sim) {
        this.sim = sim;
    }

    /// The last one has left.
    void begins() {
        fromStep = sim.step();
        backStep = -1;
        waited.clear();
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
