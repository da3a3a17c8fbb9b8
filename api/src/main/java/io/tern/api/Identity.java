package io.tern.api;

import java.util.Set;

/// Who a client is, once it has been authenticated, and what follows from that alone.
///
/// @param source what has let it in, for the log: `passwordFile`, `jwt`, ...
/// @param userName the user name that was verified; null if none was, whatever its CONNECT says
/// @param clientId the client identifier to use from then on; null to go on with its own
/// @param roles names of roles and groups that rules may speak of
/// @param superuser whether everything is allowed to it
/// @param expiresAtMillis when its connection ends at the latest, milliseconds since 1970; [#NEVER] for no such time
/// @param rules its own rules, such as a token brings along, asked before all others; or null
public record Identity(
        String source,
        String userName,
        String clientId,
        Set<String> roles,
        boolean superuser,
        long expiresAtMillis,
        Authorizer rules) {

    /// Stands for no expiry.
    public static final long NEVER = Long.MAX_VALUE;

    /// Somebody whom nobody knows.
    public static final Identity NONE = new Identity("none", null, null, Set.of(), false, NEVER, null);

    /// Makes it immutable.
    public Identity {
        roles = Set.copyOf(roles);
    }

    /// Somebody whom a source lets in, and of whom it knows nothing more.
    ///
    /// @param source what has let it in
    /// @return an identity
    public static Identity of(String source) {
        return new Identity(source, null, null, Set.of(), false, NEVER, null);
    }

    /// The same with another user name.
    ///
    /// @param name verified; or null
    /// @return a copy
    public Identity withUserName(String name) {
        return new Identity(source, name, clientId, roles, superuser, expiresAtMillis, rules);
    }

    /// The same with another client identifier.
    ///
    /// @param id or null
    /// @return a copy
    public Identity withClientId(String id) {
        return new Identity(source, userName, id, roles, superuser, expiresAtMillis, rules);
    }

    /// The same with roles.
    ///
    /// @param names all of them
    /// @return a copy
    public Identity withRoles(Set<String> names) {
        return new Identity(source, userName, clientId, names, superuser, expiresAtMillis, rules);
    }

    /// The same, with or without all rights.
    ///
    /// @param all whether everything is allowed
    /// @return a copy
    public Identity withSuperuser(boolean all) {
        return new Identity(source, userName, clientId, roles, all, expiresAtMillis, rules);
    }

    /// The same with an end.
    ///
    /// @param millis since 1970
    /// @return a copy
    public Identity withExpiry(long millis) {
        return new Identity(source, userName, clientId, roles, superuser, millis, rules);
    }

    /// The same with rules of its own.
    ///
    /// @param own or null
    /// @return a copy
    public Identity withRules(Authorizer own) {
        return new Identity(source, userName, clientId, roles, superuser, expiresAtMillis, own);
    }
}
