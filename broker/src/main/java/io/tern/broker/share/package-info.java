/// Shared subscriptions (section 4.8.2): a group has one queue and many members, and each message goes to one of them.
///
/// A [SharedGroup] lives on one shard, among its [SharedGroups]; the [GroupDirectory] knows where. A session that is a
/// member, on whatever shard, has a [SharedSubscription], and the group has a [Member] for it. The [Memberships] of a
/// shard are what its sessions have to do with groups.
///
/// ## The life of a loan
///
/// A group never hands a message over for good before its member is done with it: it lends it, as a [Loan]. The member
/// grants credit when it is connected, and each loan takes one of it.
///
/// ```
///   the group's shard                                  the member's shard
///
///   GroupQueue --lend--> Member.lent ----- note -----> SharedSubscription.take
///       ^                                                |  no room: all from here on go back
///       |                                                v
///       |                                              Borrowed, and in the session's Outbox
///       |                                                |  acknowledged, sent at QoS 0, or dropped
///       |                  settled: a credit <-- note ---+
///       |                                                |  its place is wanted for another
///       +-- returned: to its place in the queue <- note -+
///       |                                                |  the connection ends, or it unsubscribes
///       +-- suspend, leave: what the member keeps <-note-+
/// ```
///
/// At QoS 0 and 1 the message stays the group's until it is settled. At QoS 2 a message that stands in the journal goes
/// over before it is sent: the member stages it in its own queue under a transaction, the group settles it in its own
/// and commits, and then it is the member's. A loan to a connection that has ended is void: it carries the epoch of the
/// connection that it was made for, and the group has it back already, or will have.
///
/// A loan is the thread between a group and its member, and goes both ways. It knows them as a [Group] and a [Borrower]
/// only, and so do they one another: [SharedGroup] and [SharedSubscription] each stand alone with what is made of them.
package io.tern.broker.share;
