/// The protocol as pure state: what a server does with the packets of one connection, and what it keeps of one session.
///
/// A [Channel] is one connection's conversation; a [Session] is what outlives it: subscriptions, the messages owed, the
/// identifiers that are open. PUBLISH and acknowledgements come in by [io.tern.engine.inbound]; what is owed waits in
/// [io.tern.engine.queue] and leaves by [io.tern.engine.outbound]; what clients may at all stands in
/// [io.tern.engine.rules]. They speak to the world through interfaces: an [io.tern.engine.outbound.Outlet] takes what
/// leaves; a [ChannelHost] does what one client asks for; a [SessionHost] has the journal, the memory and the time for
/// sessions, which tell it of their queues ([SessionEvents]). There is no thread, clock, file, socket, lock or logger
/// here; whoever calls says what time it is, and calls from one thread only.
package io.tern.engine;
