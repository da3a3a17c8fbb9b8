package io.tern.engine.outbound;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.engine.queue.Flags;
import io.tern.engine.queue.Sent;

/// How far the messages of one session's queue may be sent, so that no packet identifier that may be in use at the
/// receiver is given to another message, also after a crash, whatever of the queue was written by then [MQTT-2.2.1-4].
///
/// An identifier derives from a message's sequence. A durable session says in its journal before which sequence it may
/// send, thousands at once, and sends none of them before that is safe; who takes the queue up after a crash goes on
/// behind it. It says so when it gets a connection, with what CONNACK waits for, and again long before it gets there:
/// so nobody ever waits but for a client that has left the oldest message unanswered for as many others as there are
/// identifiers.
///
/// A message of QoS 2 that is sent though it may not be on disk is a loose one. Its receiver remembers the identifier
/// until PUBREL, and no record does: so the journal says of which it may be so, a few at once, and after a crash each
/// of them is released, in vain if it was never sent. Who had some on one connection says so of the next before it
/// begins, and who sends them faster than the disk follows says it of more at once: so only the first one waits.
public final class Identifiers {

    public static final int RUN = 8192;
    /// So many loose ones may be sent before the journal is told again,
    public static final int LOOSE_RUN = 256;
    /// and twice as many each time that these were used up before that was safe, up to so many.
    public static final int LOOSE_RUN_MOST = 4096;
    /// While nothing waits for it the journal isn't told for less than this part of a run.
    private static final int GAIN_PART = 8;

    private final OutboxOwner owner;
    private final int count;
    private final SentByPriority sent;
    private final Backlog fresh;
    /// Messages before this may be sent.
    private long end;
    /// Loose ones before this may be sent.
    private long looseEnd;
    private long toldEnd;
    private long toldLooseEnd;
    private int looseRun = LOOSE_RUN;
    /// Whether there were loose ones on this connection.
    private boolean usesLoose;
    private boolean asking;
    private boolean stalled;
    /// What a process before this one may have sent loose.
    private long releaseFirst;
    private long releaseEnd;

    /// @param owner whose they are
    /// @param sent messages of his that were sent before
    /// @param fresh and those that were not
    /// @param told what the journal was told already
    Identifiers(OutboxOwner owner, SentByPriority sent, Backlog fresh, long told) {
        this.owner = owner;
        this.count = count(owner);
        this.sent = sent;
        this.fresh = fresh;
        end = told;
        toldEnd = told;
    }

    /// How many there are; also the most messages between the oldest unsettled one and the next to be sent. In a queue
    /// that is kept on disk one counts as unsettled until its end is safe there.
    static int count(OutboxOwner owner) {
        return owner.host().packetIds();
    }

    /// So many messages may be sent before the journal is told again.
    static int run(OutboxOwner owner) {
        return Math.min(RUN, count(owner));
    }

    /// The identifier that belongs to a sequence.
    int of(long sequence) {
        return of(sequence, count);
    }

    public static int of(long sequence, int count) {
        return 1 + (int) (sequence % count);
    }

    /// The sequence that an identifier stands for.
    ///
    /// @param first the lowest that it may be
    /// @return -1 if there is no such identifier
    long sequence(int packetId, long first) {
        boolean isOne = packetId >= 1 && packetId <= count;
        return isOne ? first + Math.floorMod(packetId - of(first), count) : -1;
    }

    /// A process before this one may have sent messages of QoS 2 of which no record tells.
    void recover(long first, long firstNot) {
        releaseFirst = first;
        releaseEnd = firstNot;
        looseEnd = firstNot;
        toldLooseEnd = firstNot;
    }

    /// Owes PUBREL for what may have been sent loose before a sequence, behind what was sent.
    void release(long before) {
        long to = Math.min(before, releaseEnd);
        Sent base = sent.base();
        if (Math.max(base.end(), releaseFirst) < to) {
            base.skipTo(Math.max(base.end(), releaseFirst));
            while (base.end() < to) {
                base.addReleased();
            }
        }
    }

    /// Whether [#release] has something left to do.
    boolean owesRelease() {
        return sent.base().end() < releaseEnd;
    }

    /// The session has a new connection, on which nothing is sent before what is staged now is safe.
    ///
    /// @param sentEnd where what was ever sent ends
    void begin(long sentEnd) {
        toldLooseEnd = Math.min(toldLooseEnd, sentEnd); // What was reserved behind that was never used.
        tell(sentEnd + run(owner), usesLoose ? sentEnd + looseRun : 0, oldest());
        usesLoose = false;
        end = toldEnd;
        looseEnd = toldLooseEnd;
    }

    private void tell(long wantedEnd, long wantedLooseEnd, long oldest) {
        toldEnd = Math.max(toldEnd, Math.min(wantedEnd, oldest + count));
        toldLooseEnd = Math.max(toldLooseEnd, Math.min(wantedLooseEnd, toldEnd));
        boolean loose = toldLooseEnd > oldest;
        owner.host().journal()
                .mayBeSent(owner.epoch(), toldEnd, loose ? oldest : 0, loose ? toldLooseEnd : 0);
    }

    /// The oldest that may not be settled.
    private long oldest() {
        return fresh.oldestUnsettled();
    }

    /// Whether the oldest in memory that was never sent may be. If not, the session is drained when it may.
    boolean coverNext() {
        if (!owner.keeps() && !fresh.isInOrder()) {
            return true; // Of those within reach it was chosen.
        }
        return cover(fresh.first(), fresh.firstMessage(), fresh.firstState() & Flags.QOS);
    }

    /// As [#coverNext] of a message that would be the next.
    boolean cover(long sequence, Message message, int qos) {
        if (!owner.keeps()) {
            return sequence - oldest() < count;
        }
        boolean loose = qos == 2 && message.durability() != Durability.SYNC;
        boolean covered = sequence < end && (!loose || sequence < looseEnd);
        if (loose && usesLoose && sequence == looseEnd && !stalled) {
            looseRun = Math.min(2 * looseRun, LOOSE_RUN_MOST);
        }
        usesLoose |= loose;
        if (!asking && (end - sequence < run(owner) / 2 || loose && looseEnd - sequence < looseRun / 2)) {
            ask(sequence, oldest(), loose, covered ? run(owner) / GAIN_PART + 1 : 1);
        }
        stalled |= !covered;
        return covered;
    }

    private void ask(long sequence, long oldest, boolean loose, int gainLeast) {
        boolean wanted = Math.min(sequence + run(owner), oldest + count) >= toldEnd + gainLeast;
        boolean looseWanted = loose && toldLooseEnd - sequence < looseRun / 2 && toldLooseEnd < oldest + count;
        if (!wanted && !looseWanted) {
            return;
        }
        asking = true;
        tell(sequence + run(owner), loose ? sequence + looseRun : 0, oldest);
        long safeEnd = toldEnd;
        long safeLooseEnd = toldLooseEnd;
        owner.whenDurable(() -> {
            asking = false;
            end = Math.max(end, safeEnd);
            looseEnd = Math.max(looseEnd, safeLooseEnd);
            if (stalled) {
                stalled = false;
                owner.drain();
            }
        });
    }
}
