package io.tern.broker.defence;

import io.tern.api.AddressRange;
import java.util.List;

/// What is put up with; 0 means any number, unless it is a time.
///
/// @param connectsPerSecond new connections a second for each listener
/// @param connectsPerSecondPerAddress new connections a second from one address
/// @param connections open connections in all
/// @param connectionsPerAddress open connections from one address
/// @param connectionsPerUser open connections of one user
/// @param failuresBeforeDelay failed logins of one user from one address; after one more the next has to wait
/// @param firstDelayMillis for how long then; twice as long each time
/// @param longestDelayMillis but no longer
/// @param failureWindowMillis so long failures count towards a ban; after so long without one the delays are over
/// @param failuresPerAddress failed logins from one address before it is banned
/// @param failuresPerUser failed logins of one user before he is banned
/// @param failuresPerClient failed logins of one client identifier before it is banned
/// @param banMillis how long such a ban lasts
/// @param flappingConnects connects of one client within the window before it is banned
/// @param flappingWindowMillis that window
/// @param flappingBanMillis how long such a ban lasts
/// @param publishesPerSecond messages a second from one client
/// @param publishBytesPerSecond bytes of messages a second from one client
/// @param listenerPublishesPerSecond messages a second by each listener
/// @param listenerPublishBytesPerSecond bytes of messages a second by each listener
/// @param excess what becomes of messages beyond these four
/// @param neverBan addresses that are not banned for failed logins
public record DefenceLimits(
        int connectsPerSecond,
        int connectsPerSecondPerAddress,
        int connections,
        int connectionsPerAddress,
        int connectionsPerUser,
        int failuresBeforeDelay,
        long firstDelayMillis,
        long longestDelayMillis,
        long failureWindowMillis,
        int failuresPerAddress,
        int failuresPerUser,
        int failuresPerClient,
        long banMillis,
        int flappingConnects,
        long flappingWindowMillis,
        long flappingBanMillis,
        int publishesPerSecond,
        long publishBytesPerSecond,
        int listenerPublishesPerSecond,
        long listenerPublishBytesPerSecond,
        Excess excess,
        List<AddressRange> neverBan) {

    /// What becomes of messages that come faster than is allowed.
    public enum Excess {
        /// Their client is read more slowly, and none is lost.
        PAUSE,
        /// They are not taken, and their client is told at once, where it speaks a version that has a word for it;
        /// others are read more slowly.
        REFUSE
    }

    /// Everything is put up with.
    public static final DefenceLimits NONE =
            new DefenceLimits(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Excess.PAUSE,
                    List.of());

    /// Whether publishing is limited at all.
    ///
    /// @return true if any of the four limits is set
    public boolean limitsPublishing() {
        return publishesPerSecond > 0
                || publishBytesPerSecond > 0
                || listenerPublishesPerSecond > 0
                || listenerPublishBytesPerSecond > 0;
    }
}
