package io.tern.broker.access;

import io.tern.api.Authenticator;
import io.tern.api.Control;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.SecurityEvent;
import io.tern.broker.defence.Defence;

/// Whom a broker asks about its clients, and whom it tells.
///
/// @param authenticator who may connect
/// @param enhanced who may connect with AUTH packets
/// @param authorization who may do what
/// @param defence who may try to connect at all
/// @param control carries out what authorised clients ask for
/// @param events takes what happens, on the shards' threads
public record Security(
        Authenticator authenticator,
        EnhancedAuthenticator enhanced,
        Authorization authorization,
        Defence defence,
        Control control,
        SecurityEvent.Sink events) {

    /// Two authenticators, no rules, nobody who is told.
    ///
    /// @param authenticator who may connect
    /// @param enhanced who may connect with AUTH packets
    /// @return everything is allowed to those who are let in
    public static Security of(Authenticator authenticator, EnhancedAuthenticator enhanced) {
        return new Security(
                authenticator,
                enhanced,
                new Authorization(),
                Defence.none(),
                Control.NONE,
                SecurityEvent.Sink.NONE);
    }
}
