/// From CONNECT to a session, and from the end of a connection to the end of the session.
///
/// A CONNECT comes to the [Logins] of the shard on which it arrived; with AUTH packets it takes the way of
/// [AuthExchanges]. Whoever is let in goes to the [Sessions] of the shard that owns the client, by the [Directory].
/// When the connection ends, [Departures] sees to what follows: a will that is due goes out with [DueMessages].
///
/// [Logins] and [AuthExchanges] know each other: an exchange ends as any other login does.
package io.tern.broker.connect;
