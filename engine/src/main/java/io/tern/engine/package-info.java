/// The protocol as pure state: what a server does with the packets of one connection, and what it keeps of one session.
///
/// A [Channel] is one connection's conversation; a [Session] is what outlives it: subscriptions, the messages owed, the
/// identifiers that are open. PUBLISH and acknowledgements come in by [io.tern.engine.inbound]; what is owed waits in
/// [io.tern.engine.queue] and leaves by [io.tern.engine.outbound]; what clients may at all stands in
/// [io.tern.engine.rules]. They speak to the world through interfaces: an [io.tern.engine.outbound.Outlet] takes what
/// leaves; a [ChannelHost] does what one client asks for; a [SessionHost] has the journal, the memory and the time for
/// sessions, which tell it of their queues ([SessionEvents]). There is no thread, clock, file, socket, lock or logger
/// here; whoever calls says what time it is, and calls from one thread only.
///
/// **The life of a session.** Channels come and go, one at a time; the session stays until it has expired.
///
///      Channel                                   Session                          who decides (broker)
///
///      AWAIT_CONNECT
///        | CONNECT                                                                may it come in, and where does
///      CONNECTING     ChannelHost.connect -----------------------------------------> its session live?
///        |            Channel.open  ------------> attach: will, expiry, and       a new session, or the one there
///        |                                        the window begins anew          was; after its takeover, if it had
///        | CONNACK, when its records are safe                                     a connection
///      OPEN           Channel.welcome ----------> drain: what was sent and is
///        |                                        unanswered, then what waits
///        | SUBSCRIBE  ChannelHost.subscribe ----> subscriptions                   the index
///        | PUBLISH    ChannelHost.publish                                         the router
///        |            <-------------------------- offer: from what others publish
///        |            <-------------------------- roomy: others may send, too     retained messages, shared groups
///        | DISCONNECT, a fault, silence, takeover, the end of the network
///      CLOSED         ChannelHost.detached -----> detach: QoS 0 is dropped;       when is the will due, when does
///                                                 QoS 1 and 2 wait on             the session expire?
///                                                 offer goes on
///      AWAIT_CONNECT  (another channel, maybe years later)
///        |            Channel.open  ------------> attach ...
///
///                     nobody comes back in time:  end: what waits is dropped      the subscriptions leave the index
///                                                 and counted                     in slices, the will is sent
///
/// A session that never outlives its connection goes the same way, and ends with the first `detached`. One that was
/// durable once stays so to its end, see [Session#durable]. After a crash [Session#recovered] makes one that has no
/// connection and is as if it had just been detached.
package io.tern.engine;
