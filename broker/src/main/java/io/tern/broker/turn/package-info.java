/// What every room of a shard stands on: the shard's thread, and the post to the other shards.
///
/// A room that has something to tell its like on another shard captures that one in a [Note]; so none has to know all
/// of a shard.
package io.tern.broker.turn;
