/// What is counted and told of one shard for who watches over the broker: events and levels, packets and bytes, queues
/// that are nearly full, what clients were refused, and mistakes of this program.
///
/// Written by the shard's thread, read by any.
package io.tern.broker.watch;
