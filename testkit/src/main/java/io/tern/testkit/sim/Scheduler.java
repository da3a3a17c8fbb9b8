package io.tern.testkit.sim;

import io.tern.api.Turn;
import java.util.ArrayList;
import java.util.List;

/// Lets somebody who can do something do it, as the seed says.
final class Scheduler {

    /// Far more than any run needs to come to rest. Unit: steps.
    private static final int REST_STEPS_MAX = 400_000;

    private final Simulation sim;
    private final List<Actor> actors = new ArrayList<>();

    Scheduler(Simulation sim) {
        this.sim = sim;
    }

    /// One small thing happens somewhere.
    ///
    /// @return false if nobody can do anything now
    boolean step() {
        gather();
        int count = 0;
        for (Actor actor : actors) {
            count += actor.options();
        }
        if (count == 0) {
            return false;
        }
        int chosen = sim.random().below(count);
        for (Actor actor : actors) {
            int options = actor.options();
            if (chosen < options) {
                actor.act(chosen);
                return true;
            }
            chosen -= options;
        }
        throw new AssertionError("options have changed while they were counted");
    }

    private void gather() {
        sim.net().forgetGone();
        actors.clear();
        actors.addAll(sim.loops());
        actors.add(sim.store());
        actors.add(sim.authenticator());
        actors.add(sim.authorizer());
        actors.addAll(sim.net().connections());
        actors.addAll(sim.clients());
    }

    /// Goes on until nobody has anything to do, and lets time pass as far as somebody waits for it.
    ///
    /// @param patienceMillis what becomes due later than that is left alone
    void rest(long patienceMillis) {
        long untilMillis = sim.clock().nowMillis() + patienceMillis;
        for (int i = 0; i < REST_STEPS_MAX; i++) {
            sim.nextStep();
            if (!step()) {
                long next = nextMillis();
                if (next > untilMillis) {
                    return;
                }
                sim.clock().advance(Math.max(0, next - sim.clock().nowMillis()));
            }
            sim.check();
        }
        sim.fail("no rest after " + REST_STEPS_MAX + " steps", null);
        sim.check();
    }

    /// So many small things happen, or fewer if nobody can do anything.
    void steps(int most) {
        for (int i = 0; i < most; i++) {
            sim.nextStep();
            if (!step()) {
                return;
            }
            sim.check();
        }
    }

    private long nextMillis() {
        long next = sim.net().deadlineMillis();
        for (SimLoop loop : sim.loops()) {
            if (loop.turnAtMillis() != Turn.IDLE) {
                next = Math.min(next, loop.turnAtMillis());
            }
        }
        return next;
    }
}
