/// The shared words of Tern, and the ports that a plug-in implements.
///
/// Words: [Message], [ClientInfo], [ConnectionInfo], [Identity], [Access]. Ports towards the network: [Loop], [Turn],
/// [Door], [Connection], [ConnectionHandler], implemented by a transport on one side and by the broker on the other.
/// Ports towards what a site brings along: [Authenticator], [Authorizer], [Store]. Everything here is plain data or a
/// small interface; nothing here has a thread.
package io.tern.api;
