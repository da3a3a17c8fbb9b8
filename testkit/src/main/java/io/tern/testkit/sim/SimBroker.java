package io.tern.testkit.sim;

import io.tern.api.Clock;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.broker.Broker;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.broker.quota.QuotaOptions;
import io.tern.broker.watch.Counters;
import io.tern.engine.queue.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One lifetime of the real broker, on loops, clock, store and authenticator of the simulation.
final class SimBroker {

    private final List<SimLoop> loops = new ArrayList<>();
    private final WatchedStore store;
    private final Broker broker;
    private int assignedIds;

    /// @param shards how many, which may differ from one lifetime to the next
    /// @param said see [WatchedStore]
    /// @param nothingLost see [WatchedStore]
    SimBroker(Simulation sim, Profile profile, int shards, ModelState said, boolean nothingLost) {
        Clock clock = sim.clock().start();
        for (int i = 0; i < shards; i++) {
            loops.add(new SimLoop(sim, i, clock));
        }
        store = new WatchedStore(sim, sim.faults().store(sim.store().start()), said, nothingLost);
        broker = new Broker(
                sim.faults().options(sim.oddities().priorities().into(options(profile))),
                List.copyOf(loops),
                clock,
                store,
                new Security(
                        sim.authenticator(),
                        EnhancedAuthenticator.none(),
                        sim.authorizer().start(),
                        Defence.none(),
                        (client, request, reply) -> sim.loops()
                                .get(sim.oddities().answeringLoop(sim.loops().size()))
                                .execute(() -> reply.accept(request)),
                        SecurityEvent.Sink.NONE),
                Map.of(SimClient.SECOND_LISTENER, sim.faults().rules(sim.oddities().rules())),
                () -> "assigned" + ++assignedIds,
                sim.faults().measures(profile.measures()));
    }

    Broker broker() {
        return broker;
    }

    List<SimLoop> loops() {
        return loops;
    }

    WatchedStore store() {
        return store;
    }

    long bugs() {
        return broker.count(Counters.Event.BUGS);
    }

    /// Whose disk fills up for other reasons than what clients leave on it loses nothing for his share.
    private static Options options(Profile profile) {
        return profile.options().with(QuotaOptions.FAIR_SHARE, profile.diskFullPerMille() == 0);
    }

    /// Deliveries that were dropped since a queue was full.
    long droppedFull() {
        return broker.count(DropReason.QUEUE_FULL);
    }

    /// Deliveries that were dropped by a counted policy although somebody may be owed them: what expires, nobody is.
    long dropped() {
        return broker.count(DropReason.QUEUE_FULL)
                + broker.count(DropReason.MEMORY_FULL)
                + broker.count(DropReason.TOO_LARGE);
    }
}
