package io.tern.testkit.sim;

import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;

/// What is odd about some runs, apart from their [Profile]: it has random numbers of its own, so that a run without
/// oddities goes as it did before there were any.
final class Oddities {

    private static final long OTHER_SEED = 0x2545F4914F6CDD1DL;
    private static final long CLOCK_SEED = 0x6A09E667F3BCC909L;
    private static final int WRONG_ANSWERS_PER_MILLE = 250;
    private static final int USERS_PER_MILLE = 150;
    private static final int OTHER_USER_PER_MILLE = 150;
    private static final int CLOCKS_PER_MILLE = 150;
    private static final int SETS_CLOCK_PER_MILLE = 2;
    private static final long LISTENER_SEED = 0x1F83D9ABFB41BD6BL;
    private static final int LISTENERS_PER_MILLE = 200;
    private static final long PRIORITY_SEED = 0x1F1D36F15C1A5E1BL;
    private static final int FORBIDDEN_PER_MILLE = 5;
    private static final long START_SEED = 0x510E527FADE682D1L;
    private static final int STARTS_IN_VAIN_PER_MILLE = 200;
    private static final int IN_VAIN_PER_MILLE = 300;
    private static final long SERVER_SEED = 0x428A2F98D728AE22L;
    private static final int SERVERS_SPEAK_PER_MILLE = 200;
    private static final int SPEAKS_PER_MILLE = 10;
    private static final int LISTENS_PER_MILLE = 150;
    private static final int ASKS_PER_MILLE = 100;
    private static final long GROUP_SEED = 0x3C6EF372FE94F82BL;
    private static final int GROUPS_LEAVE_PER_MILLE = 400;
    private static final int GROUP_LEAVES_PER_MILLE = 3;
    private static final long DELAY_SEED = 0x1D2C3B4A59687F0EL;
    private static final int DELAYS_PER_MILLE = 250;
    private static final int PUBLISHES_LATER_PER_MILLE = 250;
    private static final int LISTENS_LATER_PER_MILLE = 400;
    private static final int SETS_CLOCK_WHILE_DOWN_PER_MILLE = 100;
    private static final long LEAST_SET_MILLIS = 1_000;
    /// From 1970 to a time that a broker believes.
    private static final long RIGHT_MILLIS = 1_800_000_000_000L;

    private final SimRandom random;
    private final int wrongAnswersPerMille;
    private final boolean users;
    private final SimRandom clocks;
    private final boolean setsClocks;
    private final boolean beginsIn1970;
    private final SimRandom groups;
    private final boolean groupsLeave;
    private final SimRandom starts;
    private final boolean startsInVain;
    private final SimRandom server;
    private final boolean serverSpeaks;
    private final SimRandom delays;
    private final boolean delaysMessages;
    private final SimRandom listeners;
    private final ListenerRules rules;
    private final SimPriorities priorities;

    Oddities(long seed) {
        random = new SimRandom(seed ^ OTHER_SEED);
        wrongAnswersPerMille = random.chance(WRONG_ANSWERS_PER_MILLE) ? random.pick(10, 40) : 0;
        users = random.chance(USERS_PER_MILLE);
        clocks = new SimRandom(seed ^ CLOCK_SEED);
        setsClocks = clocks.chance(CLOCKS_PER_MILLE);
        beginsIn1970 = setsClocks && clocks.chance(300);
        groups = new SimRandom(seed ^ GROUP_SEED);
        groupsLeave = groups.chance(GROUPS_LEAVE_PER_MILLE);
        starts = new SimRandom(seed ^ START_SEED);
        startsInVain = starts.chance(STARTS_IN_VAIN_PER_MILLE);
        server = new SimRandom(seed ^ SERVER_SEED);
        serverSpeaks = server.chance(SERVERS_SPEAK_PER_MILLE);
        delays = new SimRandom(seed ^ DELAY_SEED);
        delaysMessages = delays.chance(DELAYS_PER_MILLE);
        listeners = new SimRandom(seed ^ LISTENER_SEED);
        rules = listeners.chance(LISTENERS_PER_MILLE) ? rules(listeners) : ListenerRules.STANDARD;
        priorities = new SimPriorities(new SimRandom(seed ^ PRIORITY_SEED));
    }

    private static ListenerRules rules(SimRandom random) {
        ListenerRules standard = ListenerRules.STANDARD;
        return new ListenerRules(
                random.below(3),
                random.chance(500),
                random.chance(500),
                random.chance(500),
                random.chance(500),
                standard.receiveMaximum(),
                standard.clientIds(),
                standard.bridgeLevel());
    }

    /// Whether a process has begun, and ended soon, before the one that begins now.
    boolean startsInVain() {
        return startsInVain && starts.chance(IN_VAIN_PER_MILLE);
    }

    SimRandom starts() {
        return starts;
    }

    /// Whether the server says anything of itself.
    boolean serverSpeaks() {
        return serverSpeaks;
    }

    /// Whether a client asks for something to be carried out.
    boolean asks() {
        return serverSpeaks && server.chance(ASKS_PER_MILLE);
    }

    /// On which loop that is answered.
    int answeringLoop(int loops) {
        return server.below(loops);
    }

    /// @return what it decides by, if it says something now; else null
    SimRandom speaking() {
        return serverSpeaks && server.chance(SPEAKS_PER_MILLE) ? server : null;
    }

    /// @return a filter for that, if a client wants to hear it; else null
    TopicFilter listening() {
        return serverSpeaks && server.chance(LISTENS_PER_MILLE) ? SimServer.filter(server) : null;
    }

    /// Which topics go first.
    SimPriorities priorities() {
        return priorities;
    }

    /// @return what a client decides by that publishes something now to be delivered later; null if it does not
    SimRandom delaying() {
        return delaysMessages && delays.chance(PUBLISHES_LATER_PER_MILLE) ? delays : null;
    }

    /// @return what a client decides by that wants to hear that, too; null if it does not
    SimRandom listeningLater() {
        return delaysMessages && delays.chance(LISTENS_LATER_PER_MILLE) ? delays : null;
    }

    /// What the clients of the second listener may do.
    ListenerRules rules() {
        return rules;
    }

    /// Whether a client does now what its listener forbids.
    boolean doesForbidden() {
        return rules != ListenerRules.STANDARD && listeners.chance(FORBIDDEN_PER_MILLE);
    }

    SimRandom random() {
        return random;
    }

    /// Now and then a client answers what it was sent with a packet of the wrong kind.
    ///
    /// @param right what it should say
    /// @return what it says instead, null if it does right
    Packet wrong(Packet right) {
        if (wrongAnswersPerMille == 0 || !random.chance(wrongAnswersPerMille)) {
            return null;
        }
        boolean either = random.chance(500);
        return switch (right) {
            case PubAck ack when either -> new PubRec(ack.packetId(), ReasonCode.SUCCESS, Properties.NONE);
            case PubAck ack -> new PubComp(ack.packetId());
            case PubRec ack when either -> new PubAck(ack.packetId(), ReasonCode.SUCCESS, Properties.NONE);
            case PubRec ack -> new PubComp(ack.packetId());
            case PubComp ack -> new PubAck(ack.packetId(), ReasonCode.SUCCESS, Properties.NONE);
            default -> null;
        };
    }

    /// Whether the machine has no battery, and begins without knowing the time.
    boolean beginsIn1970() {
        return beginsIn1970;
    }

    /// Whether somebody sets the machine's clock now.
    boolean setsClock() {
        return setsClocks && clocks.chance(SETS_CLOCK_PER_MILLE);
    }

    /// Whether somebody has done so before a process begins again.
    boolean setsClockWhileDown() {
        return setsClocks && clocks.chance(SETS_CLOCK_WHILE_DOWN_PER_MILLE);
    }

    /// All who may be in one of the shared groups go away together now and then, so that its messages wait.
    ///
    /// @return its number, -1 for none
    int leavingGroup() {
        return groupsLeave && groups.chance(GROUP_LEAVES_PER_MILLE) ? groups.below(SimTopics.GROUPS) : -1;
    }

    /// @return by how much a clock is set, forward or back, by more than it might drift
    long setByMillis() {
        int most = clocks.pick(5_000, 60_000, 3_600_000, Integer.MAX_VALUE);
        long millis = LEAST_SET_MILLIS + clocks.below(most);
        if (beginsIn1970 && clocks.chance(300)) {
            return RIGHT_MILLIS;
        }
        return clocks.chance(500) ? millis : -millis;
    }

    /// As whom a client comes in: mostly the same each time.
    ///
    /// @param client its number
    /// @param calm whether it is as ever
    /// @return a user name, null for none
    String user(int client, boolean calm) {
        if (!users) {
            return null;
        }
        int usual = client % 3;
        int chosen = !calm && random.chance(OTHER_USER_PER_MILLE) ? random.below(3) : usual;
        return chosen == 0 ? null : "u" + chosen;
    }
}
