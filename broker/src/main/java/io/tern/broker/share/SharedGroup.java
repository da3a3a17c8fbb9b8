package io.tern.broker.share;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.broker.index.Subscriber;
import io.tern.broker.time.Steps;
import io.tern.engine.queue.Allowance;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.DurableQueue;
import io.tern.engine.queue.Flags;
import io.tern.engine.queue.Leftover;
import io.tern.engine.queue.QueueHolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A shared subscription: one queue, many members, each message to one of them [MQTT-4.8.2].
///
/// The group lives on one shard and owns the queue. Members, on whatever shard, grant credits, and the group sends only
/// against credit, in turn; so a message is never parked with a member that can't take it. What a member at QoS 1 has
/// not acknowledged when its connection ends returns to the head of the queue [MQTT-4.8.2-5]; what it holds at QoS 2
/// stays its own [MQTT-4.8.2-4].
///
/// With a durable member above QoS 0 the queue is durable, like that of a session: publishers wait until their messages
/// are safe in it. A message of QoS 2 then goes over to the member's own queue in a transaction: see [Loan]. When the
/// last such member has left, or asked for QoS 0, nothing more is written down; what was, stays until the last durable
/// member has left.
///
/// The queue is bounded like a session's, see [io.tern.engine.queue.DurableQueue]; what is lent counts no more.
public final class SharedGroup implements Group, Subscriber, QueueHolder {

    /// The objects that make a group, besides its members and its place in the index.
    public static final int OBJECTS_BYTES = 560;

    private final SharedGroups home;
    private final GroupStanding standing;
    private final GroupQueue queue;
    private final MembersInTurn withCredit = new MembersInTurn();
    private int members;
    private int durableMembers;
    /// Those among them that keep messages.
    private int keepingMembers;
    private boolean ready;
    private int position = -1;
    private int place = NOWHERE;

    /// @param owner of the first member, or null
    SharedGroup(SharedGroups home, String sharedFilter, String topicFilter, Owner owner) {
        this.home = home;
        this.standing = new GroupStanding(this, topicFilter, owner);
        this.queue = new GroupQueue(this, sharedFilter);
    }

    /// What lives on the same shard.
    SharedGroups home() {
        return home;
    }

    @Override
    public int shard() {
        return home.thread.number();
    }

    @Override
    public boolean durable() {
        return keepingMembers > 0;
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void position(int newPosition) {
        position = newPosition;
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void place(int newPlace) {
        place = newPlace;
    }

    @Override
    public boolean isWaitedFor() {
        return !queue.isEmpty();
    }

    @Override
    public boolean trim() {
        boolean trimmed = queue.trim(0);
        queue.tally();
        return trimmed;
    }

    private void waits() {
        if (place == NOWHERE && !queue.isEmpty()) {
            home.waiting.add(this);
        }
    }

    /// A process before this one has left the group's queue. On the thread that starts the broker.
    ///
    /// @param oldEpoch as it was
    /// @param left what is on disk of it
    public void recover(long oldEpoch, Leftover left) {
        queue.takeUp(oldEpoch, left);
        queue.tally();
    }

    @Override
    public void join(Borrower borrower, boolean durableMember, boolean keeps) {
        Member member = new Member(borrower, durableMember);
        member.taken = true;
        borrower.member(member);
        durableMembers += durableMember ? 1 : 0;
        if (members++ == 0) {
            standing.begin();
        }
        keeps(member, keeps);
    }

    @Override
    public void changed(Borrower borrower, boolean keeps) {
        keeps(borrower.member(), keeps);
    }

    private void keeps(Member member, boolean keeps) {
        boolean before = durable();
        keepingMembers += (keeps ? 1 : 0) - (member.keeps ? 1 : 0);
        member.keeps = keeps;
        if (durable() != before) {
            standing.turned();
        }
    }

    /// What its queue may take on disk.
    Allowance allowance() {
        return standing.allowance();
    }

    @Override
    public void record() {
        if (durable() && queue.epoch() == 0) {
            queue.record();
        }
    }

    @Override
    public void tellWhenSafe(int shard, Runnable done) {
        home.safety.whenSafe(() -> home.post.tell(shard, done::run));
    }

    @Override
    public void leave(Borrower borrower, List<Loan> held, List<Loan> kept) {
        Member member = borrower.member();
        close(member, Long.MAX_VALUE);
        boolean left = member.taken;
        if (left) {
            member.taken = false;
            members--;
            durableMembers -= member.durable ? 1 : 0;
            keeps(member, false);
        }
        takeBack(member, held, kept);
        if (members == 0) {
            standing.leave();
            clear();
        }
        if (durableMembers == 0 && queue.epoch() != 0) {
            queue.recordNoMore();
        }
        queue.tally();
        if (left && members == 0) {
            standing.end();
        }
    }

    @Override
    public void suspend(Borrower borrower, List<Loan> held, long memberEpoch) {
        Member member = borrower.member();
        close(member, memberEpoch);
        takeBack(member, held, List.of());
        if (members == 0) {
            clear(); // It had left before.
        }
    }

    private void close(Member member, long memberEpoch) {
        member.close(memberEpoch);
        withCredit.remove(member);
    }

    private void clear() {
        queue.clear();
        home.waiting.remove(this);
    }

    private void takeBack(Member member, List<Loan> held, List<Loan> kept) {
        List<Loan> back = new ArrayList<>(member.lent);
        back.removeAll(held);
        back.removeAll(kept);
        member.lent.retainAll(kept);
        putBack(back);
    }

    private void putBack(List<Loan> back) {
        queue.putBack(back.stream().sorted(Comparator.comparingLong(Loan::sequence)).toList());
        waits();
        ready();
    }

    @Override
    public void returned(Loan first, long memberEpoch) {
        Member member = first.borrower().member();
        close(member, memberEpoch);
        if (member.lent.contains(first)) {
            List<Loan> back = new ArrayList<>();
            Loan loan;
            do {
                loan = member.lent.pollLast();
                back.add(loan);
            } while (loan != first);
            putBack(back);
        }
    }

    @Override
    public void returned(Loan loan) {
        if (loan.borrower().member().remove(loan)) {
            putBack(List.of(loan));
        }
    }

    @Override
    public void grant(Borrower borrower, int most, long memberEpoch) {
        Member member = borrower.member();
        if (member.epoch <= memberEpoch) {
            member.epoch = memberEpoch;
            member.begin(most);
            credit(member, member.window - member.lent.size());
        }
    }

    @Override
    public void settled(Loan loan) {
        if (!loan.transferred()) {
            queue.settled(loan);
        }
        Member member = loan.borrower().member();
        if (member.remove(loan) && member.isOpen()) {
            credit(member, member.again((int) home.thread.nowMillis() - loan.lentMillis()));
        }
    }

    @Override
    public void transfer(Loan loan) {
        loan.transfer();
        queue.settled(loan);
        home.safety.journal().committed(loan.transaction());
        home.safety.whenSafe(() -> home.safety.decided(loan.borrower().shard(), loan.transaction()));
    }

    private void credit(Member member, int credit) {
        member.credit += credit;
        if (!member.queued && member.credit > 0) {
            withCredit.add(member);
        }
        ready();
    }

    /// Takes a message for whichever member is next.
    @Override
    public boolean offer(Message message, long transaction) {
        home.thread.steps().add(Steps.LOAN);
        boolean inJournal = queue.epoch() != 0;
        boolean kept = inJournal && durable() && message.qos() > 0;
        boolean recorded = kept && message.durability() != Durability.NONE;
        if (inJournal && !recorded && !queue.hasRoomFor(message, 0)) {
            // It must not push out what stands in the journal, nor has it a place behind what is on disk only.
            recorded = kept;
            if (!recorded) {
                home.queues.dropped(null, DropReason.QOS0_SLOW_RECEIVER);
                return false;
            }
        }
        long sequence = queue.add(message, message.qos(), null, transaction != 0, recorded, 0);
        queue.tally();
        if (sequence < 0) {
            return false;
        }
        if (recorded) {
            home.safety.journal().queued(queue.epoch(), sequence, message, message.qos(), false, null, transaction);
        }
        if (transaction != 0) {
            home.safety.hold(() -> release(sequence), message.durability(), transaction);
        }
        waits();
        ready();
        return recorded;
    }

    private void release(long sequence) {
        queue.release(sequence);
        ready();
    }

    /// Has a turn, if there is something to send and somebody to send it to.
    void ready() {
        if (!ready && hasCredit() && !queue.isEmpty()) {
            ready = true;
            home.ready(this);
        }
    }

    /// Whether a member can take something.
    boolean hasCredit() {
        return !withCredit.isEmpty();
    }

    /// Sends what can be sent.
    ///
    /// @param end after so many steps the rest is sent in the next turn
    void dispatch(int end) {
        while (queue.hasFirst() && hasCredit() && !queue.isHeld() && home.thread.steps().done() < end) {
            home.thread.steps().add(Steps.LOAN);
            if (queue.firstMessage().expired(home.thread.nowMillis())) {
                home.thread.steps().add(Steps.DROP);
                queue.dropFirst(DropReason.EXPIRED);
                continue;
            }
            Member member = withCredit.poll();
            if (member.credit > 0) {
                member.credit--;
                lend(member);
                credit(member, 0);
            }
        }
        ready = false;
        queue.tally();
        if (hasCredit()) {
            queue.readAhead(0);
        }
        if (home.thread.steps().done() >= end) {
            ready();
        }
    }

    private void lend(Member member) {
        Message message = queue.firstMessage();
        boolean recorded = (queue.firstState() & Flags.RECORDED) != 0;
        long transaction = recorded && message.qos() == 2 ? home.server.transactions().getAsLong() : 0;
        Loan loan = new Loan(
                this,
                member.borrower,
                message,
                queue.first(),
                recorded ? queue.epoch() : 0,
                member.epoch,
                transaction,
                (int) home.thread.nowMillis());
        queue.removeFirst();
        member.lent.add(loan);
        home.post.tellLater(member.borrower.shard(), loan);
    }

    /// How many sessions are members. On the group's shard.
    ///
    /// @return those that have not left
    public int members() {
        return members;
    }

    /// How full the queue is. On the group's shard.
    ///
    /// @return 0 to 1
    public double fullness() {
        return queue.fullness(0);
    }

    /// How many messages have left the queue, whatever became of them. On the group's shard.
    ///
    /// @return never less than before
    public long left() {
        return queue.end() - queue.size();
    }

    /// How many messages wait. On the group's shard.
    ///
    /// @return in memory and on disk
    public long queued() {
        return queue.size();
    }

    @Override
    public long epoch() {
        return queue.epoch();
    }
}
