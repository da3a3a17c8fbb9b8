package io.tern.engine.outbound;

import io.tern.api.Message;
import io.tern.engine.queue.Allowance;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.DurableQueue;
import io.tern.engine.queue.Flags;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Origin;

/// The messages of one session's queue that were never sent. Those that were taken in under rules that may not hold any
/// more are judged again before they are.
final class Backlog extends DurableQueue {

    /// To find that a message may not be sent can take long.
    static final int DENIED_AT_ONCE = 256;
    private static final int SUBSCRIPTIONS_A_DENIAL = 16;

    private final OutboxOwner owner;
    private final SentByPriority sent;
    /// Those before this were taken in under rules that may not hold any more.
    private long doubtedEnd;
    private int denied;
    private boolean resting;

    /// @param owner whose it is
    /// @param sent what was sent of it and is not settled
    Backlog(OutboxOwner owner, SentByPriority sent) {
        super(owner.host());
        this.owner = owner;
        this.sent = sent;
    }

    /// The oldest message that waits, or was sent and is not settled.
    ///
    /// @return a sequence, [#end] if there is none
    long oldestUnsettled() {
        return sent.isEmpty() || !isInOrder() ? sent.first(oldest()) : sent.first(Long.MAX_VALUE);
    }

    /// No two that are under way may have the same packet identifier.
    @Override
    protected long reachEnd(long oldest) {
        long oldestUnsettled = sent.first(oldest);
        return oldestUnsettled == Long.MAX_VALUE ? oldestUnsettled : oldestUnsettled + Identifiers.count(owner);
    }

    @Override
    public boolean keeps() {
        return owner.keeps();
    }

    @Override
    public Allowance allowance() {
        return owner.allowance();
    }

    @Override
    public boolean connected() {
        return owner.connected();
    }

    @Override
    public void settled(long sequence) {
        owner.settled(sequence);
    }

    @Override
    public void dropped(Message message, DropReason reason) {
        owner.dropped(message, reason);
    }

    @Override
    public void droppedUnread(long messages, DropReason reason) {
        owner.droppedUnread(messages, reason);
    }

    @Override
    public void overwhelmed() {
        owner.overwhelmed();
    }

    @Override
    public boolean filling() {
        return owner.filling();
    }

    @Override
    public void read(long from, long to, int maxBytes, boolean durable) {
        owner.read(from, to, maxBytes, durable);
    }

    /// What waits, or was sent and not settled, has to be judged again before it is sent.
    void doubt() {
        doubtedEnd = end();
    }

    /// Whether a message may be sent. What a shared group has lent and can take back is the group's, which judges its
    /// members.
    ///
    /// @param sequence its place, here or among those that were sent before
    boolean mayGo(long sequence, Message message, int flags, Origin origin) {
        boolean may = sequence >= doubtedEnd
                || Lender.keeps(flags & Flags.QOS, origin)
                || owner.mayStillReceive(message, flags & Flags.QOS);
        if (!may) {
            // To search all its subscriptions in vain takes the longer, the more there are.
            denied += 1 + owner.subscriptions() / SUBSCRIPTIONS_A_DENIAL;
        }
        return may;
    }

    /// Whether enough has been denied for now, so that others have their turn. It goes on by itself.
    boolean rests() {
        if (denied >= DENIED_AT_ONCE && !resting) {
            resting = true;
            owner.later(() -> {
                resting = false;
                denied = 0;
                owner.drain();
            });
        }
        return resting;
    }
}
