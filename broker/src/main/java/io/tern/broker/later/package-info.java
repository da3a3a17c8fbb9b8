/// Messages that wait for their time, by the topics of [io.tern.wire.Delayed].
///
/// A shard's [DelayedMessages] take what its publishers want to have delivered later into a [DelayedQueue] of the
/// store's, ordered by when each is due; of that queue only what is due next stands in memory. What is due goes by
/// [DelayedRelease] to the router like any other message, and is over in the same piece of the journal in which all
/// have it. The [DelayedTally] says how much may wait, for all shards together.
package io.tern.broker.later;
