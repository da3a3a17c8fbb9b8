package io.tern.broker.share;

import io.tern.api.Message;
import io.tern.broker.turn.Note;
import io.tern.engine.queue.Flags;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Lent;
import io.tern.engine.queue.Origin;

/// One message that a shared group has lent to one member: on its way there, in that session's hands, and settled.
///
/// At QoS 1 and 0 the message stays the group's until it is settled. At QoS 2 a message of a durable group goes over to
/// the member before it is sent: the member writes it down in its own queue as part of a transaction and says so, the
/// group strikes it out in its queue together with the record that decides, and when that is on disk the member may
/// send it. So after a crash it is in exactly one of the two queues.
final class Loan implements Note, Lender, Lent {

    private final Group group;
    private final Borrower borrower;
    private final Message message;
    private final long sequence;
    private final long recordedIn;
    private final long epoch;
    private final long transaction;
    private final int lentMillis;
    /// In the queue of its member's session; -1 while it isn't there.
    private long place = -1;
    private int qos;
    private boolean transferred;
    private boolean homeward;

    /// Its place among what its member has borrowed: see [Borrowed].
    boolean linked;
    Loan before;
    Loan behind;

    /// @param sequence its place in the group's queue
    /// @param recordedIn names that queue in the journal, 0 if the message doesn't stand there
    /// @param epoch of the member's connection
    /// @param transaction in which it goes over to its member, 0 if it stays the group's
    /// @param lentMillis when, the low 32 bits of the time
    Loan(
            Group group,
            Borrower borrower,
            Message message,
            long sequence,
            long recordedIn,
            long epoch,
            long transaction,
            int lentMillis) {
        this.group = group;
        this.borrower = borrower;
        this.message = message;
        this.sequence = sequence;
        this.recordedIn = recordedIn;
        this.epoch = epoch;
        this.transaction = transaction;
        this.lentMillis = lentMillis;
    }

    /// With its member, or with its group when it has come to its end. A loan to a connection that has ended is void:
    /// the group has it back already, or will have.
    @Override
    public void arrive() {
        if (homeward) {
            group.settled(this);
        } else if (borrower.takes(this)) {
            borrower.take(this);
        }
    }

    @Override
    public int[] subscriptionIdentifiers() {
        return Origin.identifiers(borrower.origin());
    }

    @Override
    public void placed(long newPlace) {
        place = newPlace;
    }

    @Override
    public long place() {
        return place;
    }

    @Override
    public void settled() {
        borrower.settled(this);
    }

    /// At QoS 1 it is the group's until it is acknowledged (section 4.8.2).
    @Override
    public boolean takesBack() {
        return qos == 1 && borrower.givesBack(this);
    }

    /// Its member is done with it, and sends it back.
    void goesHome() {
        homeward = true;
    }

    Borrower borrower() {
        return borrower;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public int state() {
        boolean recorded = recordedIn != 0 && recordedIn == group.epoch();
        return message.qos() | (recorded ? Flags.RECORDED : 0);
    }

    long recordedIn() {
        return recordedIn;
    }

    long epoch() {
        return epoch;
    }

    int lentMillis() {
        return lentMillis;
    }

    /// Its member takes it, with the quality of service it has then; a later SUBSCRIBE changes nothing about it.
    void taken() {
        qos = Math.min(message.qos(), borrower.qos());
    }

    /// The quality of service it is delivered with, once it is taken.
    int qos() {
        return qos;
    }

    /// Whether it goes over to its member, once it is taken.
    boolean goesOver() {
        return qos == 2 && transaction != 0;
    }

    /// In which it goes over, if it does.
    long transaction() {
        return transaction;
    }

    /// On the group's shard: it is its member's.
    void transfer() {
        transferred = true;
    }

    /// On the group's shard: whether it is its member's.
    boolean transferred() {
        return transferred;
    }
}
