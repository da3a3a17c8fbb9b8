package io.tern.broker;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.engine.DropReason;
import io.tern.engine.Spilled;
import io.tern.engine.Subscriber;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A shared subscription: one queue, many members, each message to one of them [MQTT-4.8.2].
///
/// The group lives on one shard and owns the queue. Members, on whatever shard, grant credits, and the group sends only
/// against credit, in turn; so a message is never parked with a member that can't take it. What a member at QoS 1 has
/// not acknowledged when its connection ends returns to the head of the queue [MQTT-4.8.2-5]; what it holds at QoS 2
/// stays its own [MQTT-4.8.2-4].
///
/// With a durable member the queue is durable, like that of a session, and stays so until the last such member has
/// left. A message of QoS 2 then goes over to the member's own queue in a transaction: see [Loan].
///
/// The queue is bounded in bytes like a session's: what is durable is on disk only when memory is full, and when there
/// is no room at all the oldest message is dropped.
final class SharedGroup implements Subscriber {

    /// It is read back from disk when so few messages are left to lend,
    private static final int READ_AHEAD_MESSAGES = 64;
    /// so much at once.
    private static final int READ_BYTES = 256 * 1024;
    /// From this part of its bound on the queue is watched.
    private static final double HIGH = 0.8;

    private final Shard home;
    private final String sharedFilter;
    private final String topicFilter;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private final Spilled spilled;
    private final List<Seat> seats = new ArrayList<>();
    private final ArrayDeque<Seat> withCredit = new ArrayDeque<>();
    private int durableSeats;
    /// Names the queue in the journal; 0 while it isn't there.
    private long epoch;
    private long nextSequence;
    private long queuedBytes;
    private boolean ready;
    private boolean watched;
    private int position;

    SharedGroup(Shard home, String sharedFilter, String topicFilter) {
        this.home = home;
        this.sharedFilter = sharedFilter;
        this.topicFilter = topicFilter;
        this.spilled = new Spilled(home.memory());
    }

    Shard home() {
        return home;
    }

    @Override
    public int shard() {
        return home.number();
    }

    /// A group may get a durable member at any time, so a publisher always waits for it.
    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void position(int newPosition) {
        position = newPosition;
    }

    /// A process before this one has left the group's queue. On the thread that starts the broker.
    ///
    /// @param oldEpoch as it was
    /// @param first the oldest sequence that may not be settled
    /// @param end one more than the newest
    void recover(long oldEpoch, long first, long end, long bytes) {
        epoch = oldEpoch;
        nextSequence = end;
        spilled.extend(first, end, bytes);
    }

    /// @return how many members keep the queue durable
    int durableMembers() {
        return durableSeats;
    }

    /// A member has subscribed. On the group's shard.
    ///
    /// @param durableMember whether its session is
    void join(SharedSubscription member, boolean durableMember) {
        if (seats.isEmpty()) {
            home.subscribing().index().subscribe(topicFilter, this);
        }
        Seat seat = new Seat(member, durableMember);
        seats.add(seat);
        member.seat(seat);
        durableSeats += durableMember ? 1 : 0;
    }

    /// Sees to it that the queue is durable if it has to be.
    void record() {
        if (durableSeats > 0 && epoch == 0) {
            epoch = home.broker().directory().newEpoch();
            home.journal().groupOpened(epoch, sharedFilter);
        }
    }

    /// A member's session has ended, or it has unsubscribed: with the last one the queue ends as well.
    ///
    /// @param held loans of QoS 2 and 0 that it keeps
    /// @param kept loans of QoS 1 that are still under way to it
    void leave(SharedSubscription member, List<Loan> held, List<Loan> kept) {
        Seat seat = seat(member);
        seat.close(Long.MAX_VALUE);
        if (seats.remove(seat)) {
            durableSeats -= seat.durable ? 1 : 0;
        }
        takeBack(seat, held, kept);
        if (seats.isEmpty()) {
            home.subscribing().index().unsubscribe(topicFilter, this);
            end();
        }
        if (durableSeats == 0 && epoch != 0) {
            home.journal().groupEnded(epoch);
            epoch = 0;
            forgetSpilled();
        }
    }

    /// A member's connection has ended: it takes nothing until it grants credit anew.
    ///
    /// @param held loans of QoS 2 that it keeps
    /// @param memberEpoch of the member's next connection; loans of an earlier one are void
    void suspend(SharedSubscription member, List<Loan> held, long memberEpoch) {
        Seat seat = seat(member);
        seat.close(memberEpoch);
        takeBack(seat, held, List.of());
        if (seats.isEmpty()) {
            end(); // It had left before.
        }
    }

    private void takeBack(Seat seat, List<Loan> held, List<Loan> kept) {
        for (Loan loan : seat.lent.reversed()) {
            if (!held.contains(loan) && !kept.contains(loan)) {
                hold(loan.message());
                queue.addFirst(loan.waiting());
            }
        }
        seat.lent.retainAll(kept);
        ready();
    }

    /// A member has no room for what was lent; it grants credit anew when that has changed.
    ///
    /// @param first of those that come back; what was lent later is on its way to it still, and void
    /// @param memberEpoch from which loans count again
    void returned(Loan first, long memberEpoch) {
        Seat seat = seat(first.member());
        seat.close(memberEpoch);
        if (seat.lent.contains(first)) {
            Loan loan;
            do {
                loan = seat.lent.pollLast();
                hold(loan.message());
                queue.addFirst(loan.waiting());
            } while (loan != first);
            ready();
        }
    }

    private void end() {
        while (!queue.isEmpty()) {
            home.dropped(null, poll().message, DropReason.SESSION_ENDED);
        }
        forgetSpilled();
    }

    private void forgetSpilled() {
        if (!spilled.isEmpty()) {
            home.droppedUnread(null, spilled.size(), DropReason.SESSION_ENDED);
            spilled.clear();
        }
    }

    private long roomBytes() {
        return Math.min(home.limits().queueBytes(), home.memory().roomBytes(!withCredit.isEmpty()));
    }

    private void hold(Message message) {
        queuedBytes += message.costBytes();
        home.memory().hold(message);
    }

    private Waiting poll() {
        Waiting waiting = queue.poll();
        queuedBytes -= waiting.message.costBytes();
        home.memory().letGo(waiting.message);
        return waiting;
    }

    private void dropOldest(DropReason reason) {
        Waiting gone = poll();
        home.dropped(null, gone.message, reason);
        settled(gone);
    }

    /// The group owes a message no more.
    private void settled(Waiting gone) {
        if (gone.epoch != 0 && gone.epoch == epoch) {
            home.journal().settled(epoch, gone.sequence);
        }
    }

    /// A member is connected and can take messages.
    ///
    /// @param most of them at once
    /// @param memberEpoch of its connection
    void grant(SharedSubscription member, int most, long memberEpoch) {
        Seat seat = seat(member);
        if (seat.epoch <= memberEpoch) {
            seat.epoch = memberEpoch;
            seat.begin(most);
            credit(seat, seat.window - seat.lent.size());
        }
    }

    /// A loan has come to its end, and its member can take another.
    void settled(Loan loan) {
        if (!loan.transferred()) {
            settled(loan.waiting());
        }
        Seat seat = seat(loan.member());
        if (seat.remove(loan) && seat.isOpen()) {
            credit(seat, seat.again((int) home.nowMillis() - loan.lentMillis()));
        }
    }

    /// A member has a message of QoS 2 in its own queue: decides that it is the member's from now on.
    void transfer(Loan loan) {
        loan.transfer();
        settled(loan.waiting());
        home.journal().committed(loan.transaction());
        home.whenSafe(() ->
                home.tellLater(loan.member().shard(), here -> here.waits().decided(loan.transaction())));
    }

    private void credit(Seat seat, int credit) {
        seat.credit += credit;
        if (!seat.queued && seat.credit > 0) {
            seat.queued = true;
            withCredit.add(seat);
        }
        ready();
    }

    /// Takes a message for whichever member is next.
    @Override
    public boolean offer(Message message, long transaction) {
        boolean kept = epoch != 0 && message.qos() > 0 && message.durability() != Durability.NONE;
        boolean spill = kept && home.keeps()
                && (!spilled.isEmpty() || queuedBytes + message.costBytes() > roomBytes());
        if (!spill && !makeRoom(message)) {
            return false;
        }
        long sequence = kept ? nextSequence++ : 0;
        Waiting waiting = new Waiting(message, kept ? epoch : 0, sequence);
        if (kept) {
            home.journal().queued(epoch, sequence, message, message.qos(), false, null, transaction);
        }
        if (transaction != 0) {
            waiting.held = true;
            home.waits().hold(() -> release(waiting), message.durability(), transaction);
        }
        if (spill) {
            spill(waiting);
        } else {
            hold(message);
            queue.add(waiting);
        }
        if (!watched && fullness() > HIGH) {
            watched = home.queues.filling(sharedFilter, this::fullness, () -> watched = false);
        }
        ready();
        return kept;
    }

    /// How full the queue is, 0 to 1, where the oldest message is dropped for the next.
    private double fullness() {
        return epoch != 0 && home.keeps()
                ? Math.min(1, (double) (queuedBytes + spilled.bytes()) / home.limits().queueDiskBytes())
                : Math.min(1, (double) queuedBytes / Math.max(1, roomBytes()));
    }

    private boolean makeRoom(Message message) {
        int cost = message.costBytes();
        while (!queue.isEmpty() && queuedBytes + cost > home.limits().queueBytes()) {
            dropOldest(DropReason.QUEUE_FULL);
        }
        while (!queue.isEmpty() && queuedBytes + cost > roomBytes()) {
            dropOldest(DropReason.MEMORY_FULL);
        }
        if (cost > roomBytes()) {
            home.dropped(null, message, DropReason.MEMORY_FULL);
            return false;
        }
        return true;
    }

    private void spill(Waiting waiting) {
        while (spilled.bytes() + queuedBytes > home.limits().queueDiskBytes() && !spilled.isEmpty()) {
            home.droppedUnread(null, 1, DropReason.QUEUE_FULL);
            home.journal().settled(epoch, spilled.dropFirst());
        }
        spilled.add(waiting.sequence, waiting.message.costBytes());
        if (waiting.held) {
            spilled.hold(waiting.sequence);
        }
    }

    private void release(Waiting waiting) {
        waiting.held = false;
        spilled.release(waiting.sequence);
        ready();
    }

    private void ready() {
        if (!ready && !withCredit.isEmpty() && (!queue.isEmpty() || !spilled.isEmpty())) {
            ready = true;
            home.ready(this);
        }
    }

    /// Sends what can be sent.
    void dispatch() {
        while (!queue.isEmpty() && !withCredit.isEmpty() && !queue.peek().held) {
            Seat seat = withCredit.poll();
            seat.queued = false;
            if (seat.credit > 0) {
                Waiting next = poll();
                if (next.message.expired(home.nowMillis())) {
                    home.dropped(null, next.message, DropReason.EXPIRED);
                    settled(next);
                } else {
                    seat.credit--;
                    lend(seat, next);
                }
                credit(seat, 0);
            }
        }
        ready = false;
        readAhead();
    }

    private void lend(Seat seat, Waiting waiting) {
        boolean mayTransfer = waiting.epoch != 0 && waiting.message.qos() == 2;
        long transaction = mayTransfer ? home.broker().nextTransaction() : 0;
        int nowMillis = (int) home.nowMillis();
        Loan loan = new Loan(this, seat.member, waiting, seat.epoch, transaction, nowMillis);
        seat.lent.add(loan);
        home.tellLater(seat.member.shard(), loan);
    }

    private void readAhead() {
        boolean wanted = !withCredit.isEmpty() && queue.size() < READ_AHEAD_MESSAGES;
        if (wanted && !spilled.reading() && spilled.first() < spilled.readableEnd()) {
            spilled.reading(true);
            long asked = epoch;
            home.waits()
                    .read(asked, spilled.first(), spilled.readableEnd(), READ_BYTES, reading -> read(asked, reading));
        }
    }

    private void read(long asked, Store.Reading reading) {
        spilled.reading(false);
        long readBytes = 0;
        for (Stored stored : reading.messages()) {
            if (asked == epoch && !spilled.isEmpty() && stored.sequence() >= spilled.first()) {
                hold(stored.message());
                queue.add(new Waiting(stored.message(), epoch, stored.sequence()));
                readBytes += stored.message().costBytes();
            }
        }
        if (asked == epoch) {
            spilled.passed(reading.next(), readBytes);
        }
        ready();
    }

    private static Seat seat(SharedSubscription member) {
        return (Seat) member.seat();
    }

    int members() {
        return seats.size();
    }

    long queued() {
        return queue.size() + spilled.size();
    }

    /// A message in the group's queue, or lent.
    static final class Waiting {
        private final Message message;
        /// Of the group's queue in the journal, 0 if it isn't there.
        private final long epoch;
        private final long sequence;
        private boolean held;

        Waiting(Message message, long epoch, long sequence) {
            this.message = message;
            this.epoch = epoch;
            this.sequence = sequence;
        }

        Message message() {
            return message;
        }
    }
}
