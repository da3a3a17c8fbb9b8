package io.tern.broker.share;

import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.Subscribe;
import java.util.ArrayList;
import java.util.List;

/// A session's membership in a shared group: what it has borrowed, and how much more it can take.
public final class SharedSubscription extends Subscription {

    private final Session session;
    private final SharedGroup group;
    private final Memberships here;
    private final Borrowed borrowed = new Borrowed();
    private long epoch;
    /// Whether loans were given back, since there was no room for them.
    private boolean clogged;
    /// The group's record of this member; only its shard looks into it.
    private Member member;

    /// @param here the memberships of the session's shard
    SharedSubscription(
            Session session, String filter, Subscribe.Item item, int identifier, SharedGroup group, Memberships here) {
        super(filter, item, identifier);
        this.session = session;
        this.group = group;
        this.here = here;
    }

    Session session() {
        return session;
    }

    /// The shard that owns its session.
    int shard() {
        return session.shard();
    }

    /// Whether what is for it has to be kept while its client is away.
    boolean keeps() {
        return session.durable() && qos() > 0;
    }

    SharedGroup group() {
        return group;
    }

    /// Which of its connections counts: loans for an earlier one are void.
    long epoch() {
        return epoch;
    }

    /// It is connected: asks for messages.
    void grantCredit() {
        long granted = epoch;
        clogged = false;
        int most = session.connection().inFlightFirstMessages();
        here.post.tellLater(group.shard(), () -> group.grant(this, most, granted));
    }

    /// Its connection has ended: gives back what it need not keep.
    void suspend() {
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
    /// returns when the connection ends before: see [#owes].
    void leave() {
        List<Loan> held = new ArrayList<>();
        List<Loan> kept = new ArrayList<>();
        for (Loan loan = borrowed.poll(); loan != null; loan = borrowed.poll()) {
            if (loan.goesOver() || !session.takeBack(loan, false)) {
                (loan.qos() == 1 ? kept : held).add(loan);
            }
        }
        kept.forEach(borrowed::add);
        epoch++;
        here.post.tellLater(group.shard(), () -> group.leave(this, held, kept));
    }

    /// Whether it still has something that may have to return to its group.
    boolean owes() {
        return !borrowed.isEmpty();
    }

    /// A loan has arrived.
    void take(Loan loan) {
        if (!session.outbox().mayBorrow(loan.message())) {
            clog();
            long next = ++epoch; // Those behind it come back as well, and in their order.
            here.post.tellLater(group.shard(), () -> group.returned(loan, next));
            return;
        }
        loan.taken();
        borrowed.add(loan);
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

    /// Its session had no room any more for a loan that it hasn't sent.
    ///
    /// @return false if it is not this one's to give
    boolean givesBack(Loan loan) {
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

    /// A loan has come to its end.
    void settled(Loan loan) {
        if (borrowed.remove(loan)) {
            loan.goesHome();
            here.post.tellLater(group.shard(), loan);
        }
    }

    Member member() {
        return member;
    }

    void member(Member newMember) {
        member = newMember;
    }
}
