/// The lanes between two shards: one for data, bounded, which may be full; one for replies, never refused.
///
/// Each lane has exactly one producing shard and one consuming shard, and is first in, first out.
package io.tern.broker.lane;
