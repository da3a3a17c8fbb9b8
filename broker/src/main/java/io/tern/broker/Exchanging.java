package io.tern.broker;

import io.tern.api.EnhancedAuthenticator.Exchange;
import io.tern.broker.defence.Shown;

/// An exchange of AUTH packets.
///
/// @param pending the CONNECT it is about; null when a client that is connected authenticates anew
/// @param exchange who decides
/// @param shown by what the client wants to be known
record Exchanging(Pending pending, Exchange exchange, Shown shown) {}
