package io.tern.broker.options;

/// How much is done at once, or may be under way. No operator sets it; it is small where tests want to meet the ends.
///
/// @param sliceSubscribers subscribers that a message is brought to in one turn, 2 and up
/// @param sliceSubscriptions subscriptions that are looked at in one turn after the rules have changed, 1 and up
/// @param stagedBytes with so much that is not written yet nobody is read who could add to it, 1 and up
/// @param packetIds packet identifiers that are used towards one client, 2 to 65,535
public record Measures(int sliceSubscribers, int sliceSubscriptions, int stagedBytes, int packetIds) {

    /// What holds for a server.
    public static final Measures STANDARD = new Measures(1000, 1000, 32 * 1024 * 1024, 65_535);
}
