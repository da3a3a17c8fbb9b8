package io.tern.testkit.sim;

import io.tern.broker.Broker;
import io.tern.broker.Counters;
import io.tern.engine.DropReason;
import java.util.ArrayList;
import java.util.List;

/// The real broker on loops, clock, store and authenticator of the simulation.
final class SimBroker {

    private final SimClock clock = new SimClock();
    private final List<SimLoop> loops = new ArrayList<>();
    private final SimStore store;
    private final SimAuthenticator authenticator;
    private final Broker broker;
    private int assignedIds;

    SimBroker(Simulation sim, Profile profile) {
        for (int i = 0; i < profile.shards(); i++) {
            loops.add(new SimLoop(sim, i));
        }
        store = new SimStore(sim, profile.lateStore());
        authenticator = new SimAuthenticator(sim);
        broker = new Broker(
                profile.options(),
                List.copyOf(loops),
                clock,
                store,
                authenticator,
                () -> "assigned" + ++assignedIds);
    }

    Broker broker() {
        return broker;
    }

    SimClock clock() {
        return clock;
    }

    List<SimLoop> loops() {
        return loops;
    }

    SimStore store() {
        return store;
    }

    SimAuthenticator authenticator() {
        return authenticator;
    }

    long bugs() {
        return broker.count(Counters.Event.BUGS);
    }

    /// Deliveries that were dropped by a counted policy although somebody may be owed them: what expires, nobody is.
    long dropped() {
        return broker.count(DropReason.QUEUE_FULL) + broker.count(DropReason.TOO_LARGE);
    }
}
