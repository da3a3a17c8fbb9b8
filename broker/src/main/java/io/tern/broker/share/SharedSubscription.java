package io.tern.broker.share;

import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.Subscribe;
import java.util.ArrayList;
import java.util.List;

/// A session's membership in a shared group: what it has borrowed, and how much more it can take.
public final class SharedSubscription extends Subscription implements Borrower {

    private final Session session;
    private final Group group;
    private final Memberships here;
    private final SessionGroups ownGroups;
    private final Borrowed borrowed = new Borrowed();
    private long epoch;
    /// The generation of the session for which it was granted credit, until its group hears that this one is over; 0
    /// for none.
    private long granted;
    /// Whether it is among those that have borrowed something: see [SessionGroups].
    boolean listed;
    /// Whether loans were given back, since there was no room for them.
    private boolean clogged;
    /// The group's record of this member; only its shard looks into it.
    private Member member;

    /// @param here the memberships of the session's shard
    /// @param ownGroups of the session
    SharedSubscription(
            Session session,
            String filter,
            Subscribe.Item item,
            int identifier,
            Group group,
            Memberships here,
            SessionGroups ownGroups) {
        super(filter, item, identifier);
        this.session = session;
        this.group = group;
        this.here = here;
        this.ownGroups = ownGroups;
    }

    Session session() {
        return session;
    }

    @Override
    public int shard() {
        return session.shard();
    }

    /// Whether what is for it has to be kept while its client is away.
    boolean keeps() {
        return session.durable() && qos() > 0;
    }

    Group group() {
        return group;
    }

    @Override
    public boolean takes(Loan loan) {
        return epoch == loan.epoch() && session.connection() != null && granted == session.generation();
    }

    /// It is connected: asks for messages.
    void grantCredit() {
        if (granted != session.generation()) {
            suspend(granted); // The connection before has ended a moment ago.
        }
        granted = session.generation();
        long from = epoch;
        clogged = false;
        int most = session.connection().inFlightFirstMessages();
        here.post.tellLater(group.shard(), () -> group.grant(this, most, from));
    }

    /// A connection has ended: tells the group, if it hasn't heard yet.
    ///
    /// @param generation of the session with that connection
    void suspend(long generation) {
        if (granted != 0 && granted == generation) {
            suspend();
        }
    }

    /// Its connection has ended: gives back what it need not keep.
    void suspend() {
        granted = 0;
        List<Loan> held = new ArrayList<>();
        for (Loan loan = borrowed.poll(); loan != null; loan = borrowed.poll()) {
            if (loan.goesOver() || !session.takeBack(loan, true)) {
                held.add(loan);
            }
        }
        long next = ++epoch;
        here.post.tellLater(group.shard(), () -> group.suspend(this, held, next));
    }

    /// It is a member no more. What is under way to it at QoS 1 stays lent until it is answered [MQTT-3.10.4-3], or
    /// returns when the connection ends before: see [SessionGroups].
    void leave() {
        List<Loan> held = new ArrayList<>();
        List<Loan> kept = new ArrayList<>();
        for (Loan loan = borrowed.poll(); loan != null; loan = borrowed.poll()) {
            if (loan.goesOver() || !session.takeBack(loan, false)) {
                (loan.qos() == 1 ? kept : held).add(loan);
            }
        }
        kept.forEach(borrowed::add);
        granted = 0;
        epoch++;
        here.post.tellLater(group.shard(), () -> group.leave(this, held, kept));
    }

    /// Whether it still has something that may have to return to its group; if not, it is listed no more.
    boolean isListed() {
        listed = !borrowed.isEmpty();
        return listed;
    }

    @Override
    public void take(Loan loan) {
        if (!session.outbox().mayBorrow(loan.message())) {
            clog();
            long next = ++epoch; // Those behind it come back as well, and in their order.
            here.post.tellLater(group.shard(), () -> group.returned(loan, next));
            return;
        }
        loan.taken();
        borrowed.add(loan);
        ownGroups.borrows(this);
        boolean retain = retainAsPublished() && loan.message().retain();
        if (!loan.goesOver()) {
            session.offer(loan.message(), qos(), retain, loan);
        } else {
            session.offer(loan.message(), qos(), retain, loan, loan.transaction());
            here.safety.whenSafe(() -> here.post.tellLater(group.shard(), () -> group.transfer(loan)));
        }
    }

    private void clog() {
        clogged = true;
        here.clogged(session);
    }

    @Override
    public boolean givesBack(Loan loan) {
        if (!borrowed.remove(loan)) {
            return false;
        }
        clog();
        here.post.tellLater(group.shard(), () -> group.returned(loan));
        return true;
    }

    /// Its session has room again: asks for messages if it gave some back.
    void unclog() {
        if (clogged) {
            grantCredit();
        }
    }

    @Override
    public void settled(Loan loan) {
        if (borrowed.remove(loan)) {
            loan.goesHome();
            here.post.tellLater(group.shard(), loan);
        }
    }

    @Override
    public Member member() {
        return member;
    }

    @Override
    public void member(Member newMember) {
        member = newMember;
    }
}
