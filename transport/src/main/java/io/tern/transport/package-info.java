/// Sockets on Netty, and the only room that knows it. [NettyLoops] makes the threads on which the shards live, a
/// [Listener] accepts TCP or WebSocket on one of them and spreads the connections over all, and every connection can
/// move from loop to loop without losing a byte. One loop reads all its sockets through one buffer, an idle connection
/// holds none, and what a shard appends during a turn leaves as one write. Timers are the shards' business: a loop
/// knows only its next deadline, and nothing in a connection's pipeline keeps one.
package io.tern.transport;
