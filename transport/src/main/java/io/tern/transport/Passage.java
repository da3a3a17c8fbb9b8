package io.tern.transport;

/// What a listener wants to hear of a socket on its way to the door.
interface Passage {

    /// It is no longer on its way. Once, on the socket's loop.
    ///
    /// @param opened whether it has reached the door
    /// @param tooSlow whether it was closed because it took too long
    void over(boolean opened, boolean tooSlow);

    /// A web page that may not connect was refused.
    ///
    /// @param origin as the browser names it
    void originRefused(String origin);
}
