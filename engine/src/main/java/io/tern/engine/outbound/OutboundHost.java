package io.tern.engine.outbound;

import io.tern.engine.queue.QueueHost;

/// What the way out needs of its shard. On the shard's thread.
public interface OutboundHost extends QueueHost {

    /// The time of this turn.
    ///
    /// @return milliseconds since 1970
    long nowMillis();

    /// Encodes PUBLISH for all receivers of this shard.
    ///
    /// @return the same all the time
    PublishFrames frames();

    /// How many packet identifiers there are.
    ///
    /// @return 65,535, or fewer so that a test meets the last one sooner
    int packetIds();
}
