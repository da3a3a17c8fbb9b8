package io.tern.broker.share;

import io.tern.engine.queue.Origin;

/// A member of a shared group as the group's loans know it. On the thread of the member's shard, all but [#shard] and
/// [#member].
interface Borrower {

    /// The shard that owns its session. From any thread.
    int shard();

    /// The group's record of this member. On the group's shard.
    ///
    /// @return null before it has joined
    Member member();

    /// As [#member()] gives it from now on. On the group's shard.
    void member(Member newMember);

    /// The quality of service that it was granted.
    int qos();

    /// Its subscription identifier, or null.
    Origin origin();

    /// Whether a loan counts: not if it is for an earlier connection, nor if there is none. Its group has it back
    /// already, or will have.
    boolean takes(Loan loan);

    /// A loan has arrived.
    void take(Loan loan);

    /// Its session had no room any more for a loan that it hasn't sent.
    ///
    /// @return false if it is not this one's to give
    boolean givesBack(Loan loan);

    /// A loan has come to its end.
    void settled(Loan loan);
}
