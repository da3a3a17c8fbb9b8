package io.tern.bench;

/// What has come of the messages of one publisher, at one subscriber or at a group of them.
interface Arrivals {

    /// A message is about to be sent.
    void sending(long sequence);

    /// A message has come.
    void came(long sequence);

    /// How many messages are settled: come, or passed over.
    long settled();

    /// How many of those sent have not come.
    ///
    /// @param sent how many were sent
    long lost(long sent);

    /// How many came more than once.
    long duplicated();

    /// How many came after a later one, where order is owed.
    long outOfOrder();
}
