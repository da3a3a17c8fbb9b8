/// The way in: PUBLISH and acknowledgements of one connection, and the answers to them in the order in which they came.
///
/// [PublishInbound] takes PUBLISH and [AcksInbound] the rest of QoS 1 and 2; [InboundQos2] remembers the identifiers
/// that are open, and outlives the connection. A [ReplyTicket] is what an answer waits for in its place in the
/// [ReplyRing]. Nothing here knows what a session or a channel is: a [Sender] is the connection, an [InboundHost] its
/// shard.
package io.tern.engine.inbound;
