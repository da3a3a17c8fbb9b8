package io.tern.api;

import java.util.Objects;

/// Whose a session is: the user whose client used it last. Where it isn't known, null stands for it.
///
/// @param userName as the client's authentication says; null for a client without one that was verified
public record Owner(String userName) {

    private static final Owner ANONYMOUS = new Owner(null);

    /// The owner of a user name.
    ///
    /// @param userName null for a client that has none
    /// @return never null
    public static Owner of(String userName) {
        return userName == null ? ANONYMOUS : new Owner(userName);
    }

    /// Whether a client is this user's.
    ///
    /// @param client any
    /// @return true if it has the same user name, or none if this has none
    public boolean owns(ClientInfo client) {
        return Objects.equals(userName, client.userName());
    }
}
