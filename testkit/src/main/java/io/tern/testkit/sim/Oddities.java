package io.tern.testkit.sim;

import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.ReasonCode;

/// What is odd about some runs, apart from their [Profile]: it has random numbers of its own, so that a run without
/// oddities goes as it did before there were any.
final class Oddities {

    private static final long OTHER_SEED = 0x2545F4914F6CDD1DL;
    private static final int WRONG_ANSWERS_PER_MILLE = 150;
    private static final int USERS_PER_MILLE = 150;
    private static final int OTHER_USER_PER_MILLE = 150;

    private final SimRandom random;
    private final int wrongAnswersPerMille;
    private final boolean users;

    Oddities(long seed) {
        random = new SimRandom(seed ^ OTHER_SEED);
        wrongAnswersPerMille = random.chance(WRONG_ANSWERS_PER_MILLE) ? random.pick(3, 20) : 0;
        users = random.chance(USERS_PER_MILLE);
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
