/// One connection on its shard: bytes in and packets out, what it rests for, what it makes the server hold, and how
/// fast its client may publish.
///
/// [Links], [Link], [Output], [Unsent] and [Throttle] know one another: a link is in its shard's lists without further
/// objects, and each of these lists calls its links back.
package io.tern.broker.link;
