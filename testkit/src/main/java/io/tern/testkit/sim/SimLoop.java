package io.tern.testkit.sim;

import io.tern.api.Clock;
import io.tern.api.Loop;
import io.tern.api.Turn;
import java.util.ArrayDeque;

/// A loop without a thread: its tasks and turns run when the scheduler says so.
final class SimLoop implements Loop, Actor {

    private final Simulation sim;
    private final int number;
    /// What the broker goes by; the loop itself by what passes in truth.
    private final Clock clock;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Turn turn;
    private boolean woken;
    private long turnAtMillis = Turn.IDLE;
    private int stalledUntilStep;
    private int turns;

    SimLoop(Simulation sim, int number, Clock clock) {
        this.sim = sim;
        this.number = number;
        this.clock = clock;
    }

    @Override
    public void bind(Turn newTurn) {
        turn = newTurn;
        woken = true;
    }

    @Override
    public boolean inLoop() {
        return sim.current() == this;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void wake() {
        if (!sim.faults().losesWake(number, sim.current() == this)) {
            woken = true;
        }
    }

    @Override
    public int options() {
        if (stalled()) {
            return 0;
        }
        return (tasks.isEmpty() ? 0 : 1) + (turnDue() ? 1 : 0);
    }

    @Override
    public void act(int option) {
        if (option == 0 && !tasks.isEmpty()) {
            sim.trace().event(this, "task", number, tasks.size());
            run(tasks.poll());
        } else {
            turn();
        }
    }

    private boolean turnDue() {
        return woken || turnAtMillis <= sim.clock().nowMillis();
    }

    private void turn() {
        woken = false;
        turns++;
        run(() -> {
            long now = clock.nowMillis();
            long again = turn.turn(now);
            if (again <= now) {
                woken = true;
                turnAtMillis = Turn.IDLE;
            } else {
                turnAtMillis = again == Turn.IDLE ? again : sim.clock().nowMillis() + (again - now);
            }
        });
        sim.trace().event(this, woken ? "turn, more" : "turn", number, turns);
    }

    /// Runs something as if on this loop's thread.
    void run(Runnable what) {
        SimLoop before = sim.enter(this);
        try {
            what.run();
        } catch (RuntimeException | AssertionError thrown) {
            sim.fail(this + " threw " + thrown, thrown);
        } finally {
            sim.leave(before);
        }
    }

    /// Nothing happens here for some steps: the thread got no processor.
    void stall(int steps) {
        stalledUntilStep = sim.step() + steps;
    }

    void unstall() {
        stalledUntilStep = 0;
    }

    boolean stalled() {
        return sim.step() < stalledUntilStep;
    }

    /// @return when it wants its next turn, [Turn#IDLE] for never
    long turnAtMillis() {
        return turnAtMillis;
    }

    int number() {
        return number;
    }

    @Override
    public String toString() {
        return "loop" + number;
    }
}
