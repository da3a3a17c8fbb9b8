package io.tern.testkit.sim;

import io.tern.broker.Broker;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.MqttVersion;
import java.util.ArrayList;
import java.util.List;

/// One run: a broker, its clients and all that happens to them, decided by one number.
///
/// First a random walk, in which the broker's process may end now and then and another one begin; then it stops,
/// everything comes to rest, and who is connected must have what it is owed; then all come back to their sessions, and
/// everybody must have it; then all leave for good, and nothing may be left.
public final class Simulation {

    /// What a run was like.
    ///
    /// @param seed that made it
    /// @param traceHash of all that happened
    /// @param steps small things done
    /// @param messages published
    /// @param dropped deliveries that the broker dropped by a counted policy
    /// @param crashes of the broker's process
    public record Outcome(long seed, long traceHash, int steps, int messages, long dropped, int crashes) {}

    /// Longest time between a crash and the next process, mostly.
    private static final int DOWN_MILLIS = 3_000;
    private static final int SHARDS_MAX = 4;

    private final long seed;
    private final SimRandom random;
    private final Trace trace = new Trace();
    private final Faults faults;
    private final Profile profile;
    private final SimClock clock;
    private final SimStore store;
    private final DiskChecks checks;
    private final Oddities oddities;
    private final ModelState said = new ModelState();
    private final SimTopics topics;
    private final History history;
    private final RetainedModel retained = new RetainedModel(this);
    private final Obligations obligations = new Obligations(this);
    private final SimServer server = new SimServer(this);
    private final SimNet net;
    private final SimAuthenticator authenticator;
    private final SimAuthorizer authorizer;
    private final List<SimClient> clients = new ArrayList<>();
    private final Scheduler scheduler;
    private SimBroker broker;
    private SimLoop current;
    private boolean calm;
    private int step;
    private int attempts;
    private int incarnations;
    private int crashes;
    private int lastCrashStep = -1;
    private int lastPowerLossStep = -1;
    private int safeStep;
    private int lastFullStep = -1;
    private long droppedBefore;
    private String failure;
    private Throwable cause;

    private Simulation(long seed, Faults faults) {
        this.seed = seed;
        this.faults = faults;
        this.random = new SimRandom(seed);
        this.oddities = new Oddities(seed);
        this.clock = new SimClock(this);
        this.profile = Profile.of(random);
        this.topics = new SimTopics(profile.clients());
        this.history = new History(this);
        this.net = new SimNet(this);
        this.authenticator = new SimAuthenticator(this);
        this.authorizer = new SimAuthorizer(this, topics);
        this.store = profile.realStore() ? new DiskStore(this) : new ModelStore(this, profile.lateStore());
        this.checks = new DiskChecks(this, seed);
        this.broker = new SimBroker(this, profile, profile.shards(), said, true);
        this.scheduler = new Scheduler(this);
        for (int i = 0; i < profile.clients(); i++) {
            clients.add(new SimClient(this, i, version()));
        }
    }

    private MqttVersion version() {
        if (random.chance(600)) {
            return MqttVersion.V5;
        }
        return random.chance(300) ? MqttVersion.V3_1 : MqttVersion.V3_1_1;
    }

    /// Does one run.
    ///
    /// @param seed any number
    /// @return what it was like
    /// @throws Violation if the broker broke a rule
    public static Outcome run(long seed) {
        return run(seed, Faults.NONE);
    }

    static Outcome run(long seed, Faults faults) {
        return new Simulation(seed, faults).run();
    }

    private Outcome run() {
        Walk walk = new Walk(this, scheduler);
        while (step < profile.steps()) {
            nextStep();
            walk.befall();
            if (random.chance(profile.actPerMille()) || !scheduler.step()) {
                walk.act();
            }
            check();
        }
        new Ending(this, scheduler).run();
        return new Outcome(seed, trace.hash(), step, history.messages().size(), dropped(), crashes);
    }

    void nextStep() {
        trace.step(++step);
    }

    /// Ends the run if something is wrong.
    void check() {
        checks.step(broker.store().stagedBytes());
        if (broker.store().isSafe()) {
            safeStep = step;
            said.settledIsSafe();
        }
        if (failure == null && broker.bugs() > authorizer.thrown()) {
            failure = "a bug in the broker, see its log";
        }
        if (failure == null && profile.fillsNoQueue() && !oddities.serverSpeaks() && broker.droppedFull() > 0) {
            failure = "a queue was full that has room for the latest message of each topic";
        }
        if (failure != null) {
            throw violation(failure, cause);
        }
    }

    /// Something is so wrong that nothing can go on.
    ///
    /// @param what in one line
    /// @param thrown what was thrown, or null
    /// @return to be thrown, from where no broker would catch it
    Violation violation(String what, Throwable thrown) {
        return new Violation(what, seed, step, trace.tail(), thrown);
    }

    /// Something is wrong: the run ends after this step. Not by an exception, since the broker might catch it.
    ///
    /// @param what in one line
    /// @param thrown what was thrown, or null
    void fail(String what, Throwable thrown) {
        if (failure == null) {
            failure = what;
            cause = thrown;
        }
    }

    /// The broker's process ends in the midst of everything, and another one takes up what was kept.
    ///
    /// @param quiet whether everything had come to rest before, so that nothing at all may be lost or come again
    void crash(boolean quiet) {
        boolean nothingLost = broker.store().isSafe();
        // A disk that is full lets nothing come to rest.
        boolean calmly = quiet && nothingLost;
        if (nothingLost) {
            said.settledIsSafe();
        }
        trace.event("broker", calmly ? "ends quietly" : "crashes", ++crashes, loops().size());
        lastCrashStep = step;
        boolean power = random.chance(500);
        lastPowerLossStep = power ? step : lastPowerLossStep;
        droppedBefore += broker.dropped();
        for (SimClient client : clients) {
            client.crashed(safeStep, calmly);
        }
        net.crash();
        authenticator.crash();
        store.crash(power);
        long tooMuchMillis = clock.crash(random.below(DOWN_MILLIS));
        clients.forEach(client -> client.session().ages(tooMuchMillis));
        broker = new SimBroker(this, profile, random.between(1, SHARDS_MAX), said, nothingLost);
    }

    /// The broker has been told that the disk is full.
    void diskIsFull() {
        lastFullStep = step;
    }

    /// Whether the broker was told so at some time since then.
    boolean wasFullSince(int someStep) {
        return lastFullStep >= someStep;
    }

    /// Whether the broker has crashed since then.
    boolean crashedSince(int someStep) {
        return lastCrashStep > someStep;
    }

    /// Whether the process that runs has begun after a loss of power.
    boolean lostPower() {
        return lastPowerLossStep >= 0 && lastPowerLossStep == lastCrashStep;
    }

    /// Whether a message that was acknowledged may have been lost, as the operator allows for its topic.
    boolean mayHaveLost(SimMessage message) {
        return switch (profile.rules().durability(message.topic())) {
            case SYNC -> false;
            case OS -> lastPowerLossStep > message.sentStep();
            case NONE -> lastCrashStep > message.sentStep();
        };
    }

    // The thread that everything pretends to be on.

    SimLoop current() {
        return current;
    }

    SimLoop enter(SimLoop loop) {
        SimLoop before = current;
        current = loop;
        return before;
    }

    void leave(SimLoop before) {
        current = before;
    }

    // Parts.

    SimRandom random() {
        return random;
    }

    Trace trace() {
        return trace;
    }

    SimClock clock() {
        return clock;
    }

    Faults faults() {
        return faults;
    }

    Profile profile() {
        return profile;
    }

    Broker broker() {
        return broker.broker();
    }

    /// @return deliveries dropped by policy, by all processes together
    long dropped() {
        return droppedBefore + broker.dropped();
    }

    List<SimLoop> loops() {
        return broker.loops();
    }

    SimStore store() {
        return store;
    }

    Oddities oddities() {
        return oddities;
    }

    DiskChecks checks() {
        return checks;
    }

    UnsafeRecords unsafe() {
        return broker.store().unsafe();
    }

    SimAuthenticator authenticator() {
        return authenticator;
    }

    SimAuthorizer authorizer() {
        return authorizer;
    }

    SimTopics topics() {
        return topics;
    }

    History history() {
        return history;
    }

    /// @return who could owe what, to be asked at any time
    Obligations obligations() {
        return obligations;
    }

    RetainedModel retained() {
        return retained;
    }

    /// @return what is said below `$SYS/`
    SimServer server() {
        return server;
    }

    SimNet net() {
        return net;
    }

    List<SimClient> clients() {
        return clients;
    }

    int step() {
        return step;
    }

    /// Whether the walk is over: nobody is refused, slow or cut off any more.
    boolean calm() {
        return calm;
    }

    void calmDown() {
        calm = true;
        if (store.hasFailed()) {
            crash(false);
        }
        unstall();
        store.calmDown();
    }

    /// Whoever sleeps wakes.
    void unstall() {
        store.unstall();
        loops().forEach(SimLoop::unstall);
        clients.forEach(SimClient::unpause);
    }

    /// Tells the broker to stop.
    void stop() {
        for (SimClient client : clients) {
            client.attempts().forEach(Attempt::stops);
        }
        try {
            broker.broker().stop(0); // Nothing would happen while we waited.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the run if somebody is still connected to a broker that was told to stop.
    void checkStopped() {
        if (!net.connections().isEmpty()) {
            fail(net.connections() + " are open, though the broker was told to stop", null);
        }
        check();
    }

    /// A new process takes the place of one that was told to stop.
    ///
    /// @param stopped whether it did
    void startAgain(boolean stopped) {
        if (stopped) {
            clock.stop();
        }
        crash(stopped);
    }

    int nextAttempt() {
        return ++attempts;
    }

    int nextIncarnation() {
        return ++incarnations;
    }

    int inFlightMaximum() {
        return profile.options().get(BrokerOptions.IN_FLIGHT);
    }
}
