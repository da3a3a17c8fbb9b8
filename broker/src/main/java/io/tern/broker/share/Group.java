package io.tern.broker.share;

import java.util.List;

/// A shared group as its members know it: what they tell it, through a note to its shard. On that shard's thread, all
/// but [#shard].
interface Group {

    /// The shard that it lives on. From any thread.
    int shard();

    /// Names its queue in the journal; 0 while it isn't there.
    long epoch();

    /// A member has subscribed.
    ///
    /// @param durable whether its session is
    /// @param keeps whether its subscription is
    void join(Borrower borrower, boolean durable, boolean keeps);

    /// A member has subscribed again, maybe with another quality of service.
    ///
    /// @param keeps whether its subscription is durable
    void changed(Borrower borrower, boolean keeps);

    /// Sees to it that the queue is durable if it has to be.
    void record();

    /// Tells a shard when all that was done here so far is safe.
    ///
    /// @param done runs there
    void tellWhenSafe(int shard, Runnable done);

    /// A member is connected and can take messages.
    ///
    /// @param most of them at once
    /// @param memberEpoch of its connection
    void grant(Borrower borrower, int most, long memberEpoch);

    /// A member's connection has ended: it takes nothing until it grants credit anew.
    ///
    /// @param held loans of QoS 2 that it keeps
    /// @param memberEpoch of the member's next connection; loans of an earlier one are void
    void suspend(Borrower borrower, List<Loan> held, long memberEpoch);

    /// A member's session has ended, or it has unsubscribed: with the last one the queue ends as well.
    ///
    /// @param held loans of QoS 2 and 0 that it keeps
    /// @param kept loans of QoS 1 that are still under way to it
    void leave(Borrower borrower, List<Loan> held, List<Loan> kept);

    /// A member has no room for what was lent; it grants credit anew when that has changed.
    ///
    /// @param first of those that come back; what was lent later is on its way to it still, and void
    /// @param memberEpoch from which loans count again
    void returned(Loan first, long memberEpoch);

    /// A member has lost its room for one loan; it grants credit anew when that has changed.
    void returned(Loan loan);

    /// A member has a message of QoS 2 in its own queue: decides that it is the member's from now on.
    void transfer(Loan loan);

    /// A loan has come to its end, and its member can take another.
    void settled(Loan loan);
}
