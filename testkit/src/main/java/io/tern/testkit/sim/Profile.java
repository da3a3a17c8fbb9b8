package io.tern.testkit.sim;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.options.Measures;

/// What kind of run a seed makes: how many of everything, how rough, how tight the limits.
///
/// @param shards 1 to 4
/// @param clients 3 to 200, mostly 5 to 8
/// @param steps of the walk, before everything comes to rest
/// @param byteWeight how many bytes the broker believes each waiting byte to be, so that output buffers fill early
/// @param windowBytes what the network takes for a client that doesn't read
/// @param payloadBytes largest payload
/// @param floodMessages most messages of QoS 0 that a client sends in one go now and then, 0 for no such clients
/// @param actPerMille how often a client does something of its own, against the machinery
/// @param returnsPerMille how often a client comes back that is away and would do something
/// @param cutPerMille how often a connection breaks
/// @param stallPerMille how often a loop or a client sleeps for a while
/// @param jumpPerMille how often much time passes at once
/// @param crashPerMille how often the broker's process ends
/// @param stopPerMille how often the broker is told to stop
/// @param lateAuthPerMille how many CONNECTs are authenticated later
/// @param refusePerMille how many are refused
/// @param authorizes whether some clients may not do everything
/// @param sharedQos0 whether one of the shared groups has members of QoS 0
/// @param lateStore whether records become safe later
/// @param tightMemory whether all clients together may have so little of it that queues have to make room
/// @param realStore whether the real journal and archive keep what has to outlive the process, or a model of them
/// @param diskFullPerMille how often the disk fills or has room again
/// @param diskFailuresPerMillion how many writes fail, and as many forces and reads
/// @param recordWeight how many bytes the broker believes each record to take that is not written
/// @param expiringPerMille how many messages of clients of 5.0 expire
/// @param packetLimits whether some clients have a Maximum Packet Size
/// @param keepAlives whether some clients have a keep-alive
/// @param rules for topics
/// @param options of the broker
/// @param measures of the broker: how much it does at once
record Profile(
        int shards,
        int clients,
        int steps,
        int byteWeight,
        int windowBytes,
        int payloadBytes,
        int floodMessages,
        int actPerMille,
        int returnsPerMille,
        int cutPerMille,
        int stallPerMille,
        int jumpPerMille,
        int crashPerMille,
        int stopPerMille,
        int lateAuthPerMille,
        int refusePerMille,
        boolean authorizes,
        boolean sharedQos0,
        boolean lateStore,
        boolean tightMemory,
        boolean realStore,
        int diskFullPerMille,
        int diskFailuresPerMillion,
        int recordWeight,
        int expiringPerMille,
        boolean packetLimits,
        boolean keepAlives,
        SimRules rules,
        Options options,
        Measures measures) {

    /// One run in so many has large messages, one floods, so that lanes are full, and one has a crowd of clients.
    private static final int RARE = 50;
    private static final long KIB_64 = 64 * 1024;
    private static final long MIB = 1024 * 1024;

    /// Whether nothing is ever dropped since a queue is full.
    boolean fillsNoQueue() {
        return rules.fillNoQueue() && clients <= 8 && options.get(BrokerOptions.QUEUE_BYTES) > KIB_64;
    }

    /// @return most retained messages, 0 for any number
    int retainedMessages() {
        return options.get(BrokerOptions.RETAINED_MESSAGES);
    }

    /// Whether connections rest while much is not written yet.
    boolean rests() {
        return recordWeight > 0 || measures.stagedBytes() < Measures.STANDARD.stagedBytes();
    }

    static Profile of(SimRandom random) {
        int rare = random.below(RARE);
        if (rare == 0) {
            return large(random);
        } else if (rare == 1) {
            return flood(random);
        } else if (rare == 2) {
            return crowd(random);
        }
        boolean smallQueues = random.chance(200);
        boolean tightMemory = random.chance(50);
        SimRules rules = SimRules.of(random);
        Options options = Options.DEFAULTS
                .with(BrokerOptions.RECEIVE_MAXIMUM, random.pick(1024, 1024, 10, 3, 1))
                .with(BrokerOptions.IN_FLIGHT, random.pick(256, 256, 5, 1))
                .with(BrokerOptions.RETAINED_MESSAGES, random.pick(0, 0, 0, 3, 8))
                .with(BrokerOptions.QUEUE_BYTES, smallQueues ? KIB_64 : 8 * MIB)
                .with(BrokerOptions.QUEUE_DISK_BYTES, smallQueues && random.chance(200) ? KIB_64 : 256 * MIB)
                .with(BrokerOptions.RETAINED_MEMORY_BYTES, random.pick(0, 1, 300, 1000) * 1L)
                .with(BrokerOptions.MEMORY_BYTES, tightMemory ? random.pick(512, 1024, 2048) * 1024L : 0L);
        return new Profile(
                random.between(1, 4),
                random.between(5, 8),
                random.between(800, 2500),
                random.pick(1, 1, 256, 4096),
                random.pick(64 * 1024, 2048, 100),
                smallQueues ? 4000 : random.pick(8, 40, 400, 2000),
                0,
                random.pick(100, 250, 500),
                random.pick(1000, 1000, 200, 50),
                random.pick(0, 2, 5, 10),
                random.pick(0, 5, 20),
                random.pick(0, 0, 2),
                random.pick(0, 1, 2),
                random.pick(0, 0, 1),
                random.pick(0, 200, 800),
                random.pick(0, 0, 30),
                random.chance(300),
                random.chance(300),
                random.chance(500),
                tightMemory,
                random.chance(400),
                random.pick(0, 0, 3),
                random.pick(0, 0, 2_000),
                random.pick(0, 0, 4_000_000),
                random.pick(30, 30, 30, 500),
                random.chance(100),
                random.chance(300),
                rules,
                rules.into(options),
                measures(random));
    }

    private static Profile large(SimRandom random) {
        return new Profile(
                random.between(2, 4),
                random.between(4, 6),
                random.between(400, 800),
                1,
                4 * 1024 * 1024,
                400_000,
                0,
                random.pick(250, 500),
                1000,
                random.pick(0, 2),
                40,
                0,
                random.pick(0, 2),
                random.pick(0, 1),
                100,
                0,
                false,
                random.chance(300),
                random.chance(500),
                false,
                random.chance(400),
                random.pick(0, 0, 3),
                random.pick(0, 0, 2_000),
                random.pick(0, 0, 4_000_000),
                30,
                false,
                false,
                SimRules.none(),
                Options.DEFAULTS.with(BrokerOptions.QUEUE_BYTES, 1L << 32),
                measures(random));
    }

    private static Profile flood(SimRandom random) {
        return new Profile(
                random.between(2, 3),
                random.between(3, 5),
                random.between(500, 1000),
                1,
                64 * 1024,
                8,
                6000,
                random.pick(100, 250),
                1000,
                random.pick(0, 2),
                40,
                0,
                random.pick(0, 2),
                random.pick(0, 1),
                0,
                0,
                false,
                false,
                random.chance(500),
                false,
                random.chance(400),
                random.pick(0, 0, 3),
                random.pick(0, 0, 2_000),
                random.pick(0, 0, 4_000_000),
                30,
                false,
                random.chance(300),
                SimRules.none(),
                Options.DEFAULTS,
                measures(random));
    }

    /// Many clients, who do little each.
    private static Profile crowd(SimRandom random) {
        SimRules rules = SimRules.of(random);
        return new Profile(
                random.between(2, 4),
                random.between(60, 200),
                random.between(2000, 4000),
                1,
                64 * 1024,
                40,
                0,
                random.pick(250, 500),
                1000,
                random.pick(0, 2),
                random.pick(0, 20),
                0,
                random.pick(0, 1),
                random.pick(0, 1),
                200,
                0,
                random.chance(300),
                random.chance(300),
                random.chance(500),
                false,
                random.chance(400),
                0,
                random.pick(0, 0, 2_000),
                0,
                30,
                false,
                false,
                rules,
                rules.into(Options.DEFAULTS),
                measures(random));
    }

    /// In some runs so little is done at once that every walk ends in the midst, and packet identifiers begin anew.
    private static Measures measures(SimRandom random) {
        Measures standard = Measures.STANDARD;
        return new Measures(
                random.pick(standard.sliceSubscribers(), 2, 3, 7),
                random.pick(standard.sliceSubscriptions(), 1, 3),
                random.pick(standard.stagedBytes(), standard.stagedBytes(), 1, 4096),
                random.pick(standard.packetIds(), 8, 20, 100));
    }
}
