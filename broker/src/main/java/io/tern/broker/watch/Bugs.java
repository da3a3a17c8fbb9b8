package io.tern.broker.watch;

import io.tern.api.LostProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mistakes of ours, or of a plug-in, that were met while serving somebody: each is logged and counted, and ends that
/// one's connection only. For one shard's thread.
public final class Bugs {

    private static final Logger LOG = LoggerFactory.getLogger(Bugs.class);

    private final Counters counters;

    /// @param counters of the shard
    public Bugs(Counters counters) {
        this.counters = counters;
    }

    /// Something was thrown.
    ///
    /// @param where it was
    /// @param thrown whatever it is; thrown again if it says that the process is lost, which whoever runs the loop ends
    public void met(String where, Throwable thrown) {
        if (LostProcess.isSaidBy(thrown)) {
            throw thrown instanceof Error lost ? lost : new Error(thrown);
        }
        LOG.error("bug {}", where, thrown);
        counters.count(Counters.Event.BUGS);
    }
}
