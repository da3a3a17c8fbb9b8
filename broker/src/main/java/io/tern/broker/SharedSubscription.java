package io.tern.broker;

import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.Subscribe;
import java.util.ArrayList;
import java.util.List;

/// A session's membership in a shared group: what it has borrowed, and how much more it can take.
final class SharedSubscription extends Subscription {

    private final Session session;
    private final SharedGroup group;
    private final Borrowed borrowed = new Borrowed();
    private long epoch;
    /// Whether loans were given back, since there was no room for them.
    private boolean clogged;
    /// The group's record of this member; only its shard looks into it.
    private Member member;

    SharedSubscription(Session session, String filter, Subscribe.Item item, int identifier, SharedGroup group) {
        super(filter, item, identifier);
        this.session = session;
        this.group = group;
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
    void grant(Shard here) {
        long granted = epoch;
        clogged = false;
        int most = session.connection().inFlightFirstMessages();
        here.tellLater(group.home().number(), () -> group.grant(this, most, granted));
    }

    /// Its connection has ended: gives back what it need not keep.
    void suspend(Shard here) {
        List<Loan> held = new ArrayList<>();
        for (Loan loan = borrowed.poll(); loan != null; loan = borrowed.poll()) {
            if (loan.goesOver() || !session.takeBack(loan, true)) {
                held.add(loan);
            }
        }
        long next = ++epoch;
        here.tellLater(group.home().number(), () -> group.suspend(this, held, next));
    }

    /// It is a member no more. What is under way to it at QoS 1 stays lent until it is answered [MQTT-3.10.4-3], or
    /// returns when the connection ends before: see [#owes].
    void leave(Shard here) {
        List<Loan> held = new ArrayList<>();
        List<Loan> kept = new ArrayList<>();
        for (Loan loan = borrowed.poll(); loan != null; loan = borrowed.poll()) {
            if (loan.goesOver() || !session.takeBack(loan, false)) {
                (loan.qos() == 1 ? kept : held).add(loan);
            }
        }
        kept.forEach(borrowed::add);
        epoch++;
        here.tellLater(group.home().number(), () -> group.leave(this, held, kept));
    }

    /// Whether it still has something that may have to return to its group.
    boolean owes() {
        return !borrowed.isEmpty();
    }

    /// A loan has arrived.
    void take(Loan loan) {
        Shard here = (Shard) session.host();
        int home = group.home().number();
        if (!session.outbox().mayBorrow(loan.message())) {
            clog(here);
            long next = ++epoch; // Those behind it come back as well, and in their order.
            here.tellLater(home, () -> group.returned(loan, next));
            return;
        }
        loan.taken();
        borrowed.add(loan);
        boolean retain = retainAsPublished() && loan.message().retain();
        if (!loan.goesOver()) {
            session.offer(loan.message(), qos(), retain, loan);
        } else {
            session.offer(loan.message(), qos(), retain, loan, loan.transaction());
            here.whenSafe(() -> here.tellLater(home, () -> group.transfer(loan)));
        }
    }

    private void clog(Shard here) {
        clogged = true;
        here.memberships.clogged(session);
    }

    /// Its session had no room any more for a loan that it hasn't sent.
    ///
    /// @return false if it is not this one's to give
    boolean givesBack(Loan loan) {
        if (!borrowed.remove(loan)) {
            return false;
        }
        Shard here = (Shard) session.host();
        clog(here);
        here.tellLater(group.home().number(), () -> group.returned(loan));
        return true;
    }

    /// Its session has room again: asks for messages if it gave some back.
    void unclog(Shard here) {
        if (clogged) {
            grant(here);
        }
    }

    /// A loan has come to its end.
    void settled(Loan loan) {
        if (borrowed.remove(loan)) {
            loan.goesHome();
            ((Shard) session.host()).tellLater(group.home().number(), loan);
        }
    }

    Member member() {
        return member;
    }

    void member(Member newMember) {
        member = newMember;
    }
}
