package io.tern.broker.share;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.engine.queue.Allowance;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.DurableQueue;
import io.tern.engine.queue.Leftover;

/// The messages of one shared group that no member has. What comes while the group has a member that keeps
/// messages stands in the journal.
final class GroupQueue extends DurableQueue {

    private final SharedGroup group;
    private final SharedGroups home;
    private final String owner;
    /// Names the queue in the journal; 0 while it isn't there.
    private long epoch;
    private long storedBytes;

    /// @param owner the group's filter, with `$share/`
    GroupQueue(SharedGroup group, String owner) {
        super(group.home().queueHost);
        this.group = group;
        this.home = group.home();
        this.owner = owner;
    }

    /// @return 0 while it isn't in the journal
    long epoch() {
        return epoch;
    }

    /// See [DurableQueue#recover].
    void takeUp(long oldEpoch, Leftover left) {
        epoch = oldEpoch;
        recover(left, 0);
    }

    /// What comes from now on stands in the journal.
    void record() {
        epoch = home.server.epochs().getAsLong();
        home.safety.journal().groupOpened(epoch, owner);
    }

    /// Nothing stands in the journal any more.
    void recordNoMore() {
        home.safety.journal().groupEnded(epoch);
        epoch = 0;
        unrecord();
    }

    @Override
    public boolean keeps() {
        return epoch != 0 && home.safety.keeps();
    }

    @Override
    public Allowance allowance() {
        return group.allowance();
    }

    /// Tells what it takes on disk by now.
    void tally() {
        long bytes = keeps() ? bytes() + spilledBytes() : 0;
        if (bytes != storedBytes) {
            allowance().stored(home.thread.number(), bytes - storedBytes);
            storedBytes = bytes;
        }
    }

    @Override
    public boolean connected() {
        return group.hasCredit();
    }

    @Override
    public void settled(long sequence) {
        home.safety.journal().settled(epoch, sequence);
    }

    /// What was lent is owed no more.
    void settled(Loan loan) {
        if (loan.recordedIn() != 0 && loan.recordedIn() == epoch) {
            settled(loan.sequence());
        }
    }

    @Override
    public void dropped(Message message, DropReason reason) {
        home.queues.dropped(null, reason);
    }

    @Override
    public void droppedUnread(long messages, DropReason reason) {
        home.queues.droppedUnread(null, reason, messages);
    }

    /// A group's queue is full since all its members together are too slow: there is none to be sent away.
    @Override
    public void overwhelmed() {}

    @Override
    public boolean filling() {
        return home.queues.filling(owner, () -> fullness(0), this::unwatched);
    }

    @Override
    public void read(long from, long to, int maxBytes, boolean durable) {
        long asked = epoch;
        home.safety.read(asked, from, to, maxBytes, durable, reading -> {
            if (asked == epoch) { // If not, nothing of what was on disk is wanted any more.
                take(reading);
            }
            group.ready();
        });
    }

    private void take(Store.Reading reading) {
        for (Stored stored : reading.messages()) {
            if (isTaken(stored) && stored.message() != null) {
                readBack(stored.sequence(), stored.message(), stored.qos(), null);
            }
        }
        readTo(reading);
    }
}
