package io.tern.testkit.sim;

/// Looks now and then whether the disk has what was promised; in some runs each time that a shard is told of something.
final class DiskChecks {

    /// Tells these numbers from those of the walk, which goes on as if nobody looked.
    private static final long OTHER_SEED = 0x5DEECE66DL;
    private static final int FLIPS_PER_MILLION = 300;
    private static final int OFTEN_PER_MILLE = 20;
    /// What may still be staged when no more is let in: the records of what is under way, with what each counts besides
    /// its bytes,
    private static final int UNDER_WAY_BYTES = 14 * 1024;
    /// and so many large messages among them.
    private static final int UNDER_WAY_MESSAGES = 3;

    private final Simulation sim;
    private final SimRandom random;
    private final Promises promises = new Promises();
    private final boolean often;
    private final int perMille;
    private final long mostBytes;
    private boolean completed;

    DiskChecks(Simulation sim, long seed) {
        this.sim = sim;
        this.random = new SimRandom(seed ^ OTHER_SEED);
        this.often = random.chance(OFTEN_PER_MILLE);
        this.perMille = random.pick(1, 2, 5, 10);
        this.mostBytes = sim.profile().measures().stagedBytes() + UNDER_WAY_BYTES
                + (long) UNDER_WAY_MESSAGES * sim.profile().payloadBytes();
    }

    Promises promises() {
        return promises;
    }

    /// A process has begun, and the one before it had made promises.
    void begin() {
        ModelState found = look(sim.lostPower());
        promises.begin(found == null ? new ModelState() : found);
    }

    /// Some shard was told that something is durable.
    void completed() {
        completed = true;
    }

    /// After each step.
    ///
    /// @param stagedBytes the most that any shard has staged
    void step(int stagedBytes) {
        if (sim.profile().realStore() && stagedBytes > mostBytes) {
            int allowedBytes = sim.profile().measures().stagedBytes();
            sim.fail(stagedBytes + " bytes are staged, which is far more than " + allowedBytes, null);
        }
        if (random.chance(perMille) || often && completed) {
            look(random.chance(700));
        }
        completed = false;
        if (random.below(1_000_000) < FLIPS_PER_MILLION) {
            ModelState found = sim.store().afterFlip(random);
            fail(found == null ? null : promises.difference(found, false), "where a byte has changed: ");
        }
    }

    private ModelState look(boolean power) {
        ModelState found = sim.store().after(random, power);
        String when = power ? "without power: " : "after the process: ";
        fail(found == null ? null : promises.difference(found, power), when);
        return found;
    }

    private void fail(String difference, String when) {
        if (difference != null && sim.faults().comparesStore()) {
            sim.fail("the disk has less than was promised, " + when + difference, null);
        }
    }
}
