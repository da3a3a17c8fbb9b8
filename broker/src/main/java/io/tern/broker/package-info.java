/// The runtime around the engine: shards, the way from CONNECT to a session, and routing between shards.
///
/// A [Shard] is one thread's world, and [Broker] makes one for every loop it is given. A shard wires the rooms below
/// and gives each its turn; none of them knows it.
///
/// What you look for is in one of the rooms: a message on its way in `route`, SUBSCRIBE in `subscribe`, shared
/// subscriptions in `share`, retained messages in `retain`, a session from CONNECT to its end in `connect`, who may do
/// what in `access` and `defence`, a connection in `link`. Below them are `index` and `lane`, between the shards; then
/// `turn`, `time` and `safety`, a shard's thread, clock and journal; `memory`, `quota`, `options` and `watch`.
///
/// Everything of a shard is touched by its loop's thread alone. What shards share is concurrent by construction: the
/// index, the retained messages, the directories of sessions and of shared groups, and the lanes.
package io.tern.broker;

