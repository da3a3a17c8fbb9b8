package io.tern.broker;

import io.tern.api.Message;
import io.tern.engine.DropReason;
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
/// The queue is bounded in bytes like a session's: when it is full the oldest message is dropped.
final class SharedGroup implements Subscriber {

    /// One member, as the group sees it: touched on the group's shard only.
    private static final class Seat {
        final SharedSubscription member;
        final ArrayList<Loan> lent = new ArrayList<>();
        int credit;
        long epoch;
        boolean queued;

        Seat(SharedSubscription member) {
            this.member = member;
        }
    }

    private final Shard home;
    private final String topicFilter;
    private final ArrayDeque<Message> queue = new ArrayDeque<>();
    private final List<Seat> seats = new ArrayList<>();
    private final ArrayDeque<Seat> withCredit = new ArrayDeque<>();
    private long queuedBytes;
    private boolean ready;
    private int position;

    SharedGroup(Shard home, String topicFilter) {
        this.home = home;
        this.topicFilter = topicFilter;
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

    /// A member has subscribed. On the group's shard.
    void join(SharedSubscription member) {
        if (seats.isEmpty()) {
            home.subscribing().index().subscribe(topicFilter, this);
        }
        Seat seat = new Seat(member);
        seats.add(seat);
        member.seat(seat);
    }

    /// A member's session has ended, or it has unsubscribed: with the last one the queue ends as well.
    ///
    /// @param held loans of QoS 2 and 0 that it keeps
    /// @param kept loans of QoS 1 that are still under way to it
    void leave(SharedSubscription member, List<Loan> held, List<Loan> kept) {
        Seat seat = seat(member);
        seat.credit = 0;
        seat.epoch = Long.MAX_VALUE;
        seats.remove(seat);
        takeBack(seat, held, kept);
        if (seats.isEmpty()) {
            home.subscribing().index().unsubscribe(topicFilter, this);
            end();
        }
    }

    /// A member's connection has ended: it takes nothing until it grants credit anew.
    ///
    /// @param held loans of QoS 2 that it keeps
    /// @param epoch of the member's next connection; loans of an earlier one are void
    void suspend(SharedSubscription member, List<Loan> held, long epoch) {
        Seat seat = seat(member);
        seat.credit = 0;
        seat.epoch = Math.max(seat.epoch, epoch);
        takeBack(seat, held, List.of());
        if (seats.isEmpty()) {
            end(); // It had left before.
        }
    }

    private void takeBack(Seat seat, List<Loan> held, List<Loan> kept) {
        for (int i = seat.lent.size() - 1; i >= 0; i--) {
            Loan loan = seat.lent.get(i);
            if (!held.contains(loan) && !kept.contains(loan)) {
                hold(loan.message());
                queue.addFirst(loan.message());
            }
        }
        seat.lent.retainAll(kept);
        ready();
    }

    private void end() {
        while (!queue.isEmpty()) {
            home.dropped(null, poll(), DropReason.SESSION_ENDED);
        }
    }

    private long roomBytes() {
        return home.memory().roomBytes(!withCredit.isEmpty());
    }

    private void hold(Message message) {
        queuedBytes += message.costBytes();
        home.memory().hold(message);
    }

    private Message poll() {
        Message message = queue.poll();
        queuedBytes -= message.costBytes();
        home.memory().letGo(message);
        return message;
    }

    /// A member can take so many more.
    ///
    /// @param epoch of its connection
    void grant(SharedSubscription member, int credit, long epoch) {
        Seat seat = seat(member);
        if (seat.epoch <= epoch) {
            seat.epoch = epoch;
            credit(seat, credit);
        }
    }

    /// A loan has come to its end, and its member can take another.
    void settled(Loan loan) {
        Seat seat = seat(loan.member());
        if (seat.lent.remove(loan) && seat.epoch == loan.epoch()) {
            credit(seat, 1);
        }
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
    void offer(Message message) {
        int cost = message.costBytes();
        while (!queue.isEmpty() && queuedBytes + cost > home.limits().queueBytes()) {
            home.dropped(null, poll(), DropReason.QUEUE_FULL);
        }
        while (!queue.isEmpty() && queuedBytes + cost > roomBytes()) {
            home.dropped(null, poll(), DropReason.MEMORY_FULL);
        }
        if (cost > roomBytes()) {
            home.dropped(null, message, DropReason.MEMORY_FULL);
            return;
        }
        hold(message);
        queue.add(message);
        ready();
    }

    private void ready() {
        if (!ready && !queue.isEmpty() && !withCredit.isEmpty()) {
            ready = true;
            home.ready(this);
        }
    }

    /// Sends what can be sent.
    void dispatch() {
        while (!queue.isEmpty() && !withCredit.isEmpty()) {
            Seat seat = withCredit.poll();
            seat.queued = false;
            if (seat.credit > 0) {
                Message message = poll();
                if (message.expired(home.nowMillis())) {
                    home.dropped(null, message, DropReason.EXPIRED);
                } else {
                    seat.credit--;
                    lend(seat, message);
                }
                credit(seat, 0);
            }
        }
        ready = false;
    }

    private void lend(Seat seat, Message message) {
        Loan loan = new Loan(this, seat.member, message, seat.epoch);
        seat.lent.add(loan);
        home.tellLater(seat.member.shard(), loan);
    }

    private static Seat seat(SharedSubscription member) {
        return (Seat) member.seat();
    }

    int members() {
        return seats.size();
    }

    int queued() {
        return queue.size();
    }
}
