/// The protocol as pure state: what a server does with the packets of one connection, and what it keeps of one session.
///
/// A [Channel] is one connection's conversation; a [Session] is what outlives it: subscriptions, the messages owed, the
/// identifiers of [InboundQos2]. What is owed leaves by [io.tern.engine.outbound], and waits in
/// [io.tern.engine.queue]. They speak to the world through two interfaces: an [io.tern.engine.outbound.Outlet] takes
/// what leaves, a [Host] does what needs other shards, the store or time. There is no thread, clock, file, socket, lock
/// or logger here; whoever calls says what time it is, and calls from one thread only.
package io.tern.engine;
