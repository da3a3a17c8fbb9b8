/// Retained messages: the latest of each topic that was published with the RETAIN flag (section 3.3.1.3).
///
/// [RetainedMessages] is the table of all topics, for any thread; [SystemTopics] is that of what the server says of
/// itself. Of each shard there is one [RetainedChanges], which sets and clears in the table what its clients publish
/// and takes out what has expired, and one [RetainedDelivery], which brings to a new subscription what it matches.
///
/// A topic's [RetainedPlace] holds its message or, when memory is short and the message is safe on disk, only a stub,
/// by which it is read back.
package io.tern.broker.retain;
