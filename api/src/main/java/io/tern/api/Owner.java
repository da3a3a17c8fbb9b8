package io.tern.api;

import java.util.Objects;

/// Whose something is that is kept: the user whose client made it or, of a client without a user name, the place that
/// it came from. Where neither is known, null stands for the owner.
///
/// A session goes on with the owner that it began with: its client may come back from elsewhere.
///
/// @param userName as the client's authentication says; null for a client without one that was verified
/// @param place see [Place#of]; null if there is a user name, or it isn't known
public record Owner(String userName, String place) {

    private static final Owner ANONYMOUS = new Owner(null, null);

    /// Makes it one of the two.
    public Owner {
        place = userName == null ? place : null;
    }

    /// The owner of a user name.
    ///
    /// @param userName null for a client that has none, and of which it isn't known where it came from
    /// @return never null
    public static Owner of(String userName) {
        return userName == null ? ANONYMOUS : new Owner(userName, null);
    }

    /// The owner of what a client makes.
    ///
    /// @param client as it is known by now
    /// @return never null
    public static Owner ofClient(ClientInfo client) {
        return client.userName() == null && !client.isRemembered()
                ? at(Place.of(client.connection()))
                : of(client.userName());
    }

    /// The owner of what comes from a place, without a user name.
    ///
    /// @param place see [Place#of]
    /// @return never null
    public static Owner at(String place) {
        return new Owner(null, place);
    }

    /// Whether it is known who it is.
    ///
    /// @return false for a client without a user name that came from nobody knows where
    public boolean isKnown() {
        return userName != null || place != null;
    }

    /// Whether a client is this user's.
    ///
    /// @param client any
    /// @return true if it has the same user name, or none if this has none
    public boolean owns(ClientInfo client) {
        return Objects.equals(userName, client.userName());
    }
}
