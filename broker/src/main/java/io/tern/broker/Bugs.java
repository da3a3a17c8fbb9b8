package io.tern.broker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mistakes of ours, or of a plug-in, that were met while serving somebody: each is logged and counted, and ends that
/// one's connection only. For one shard's thread.
final class Bugs {

    private static final Logger LOG = LoggerFactory.getLogger(Bugs.class);

    private final Counters counters;

    Bugs(Counters counters) {
        this.counters = counters;
    }

    /// Something was thrown.
    ///
    /// @param where it was
    /// @param thrown whatever it is; thrown again if it says that the process can't go on: it is out of memory, or the
    ///     machine itself is broken. A stack too small for one client's input says nothing like that
    void met(String where, Throwable thrown) {
        if (thrown instanceof VirtualMachineError lost && !(thrown instanceof StackOverflowError)) {
            throw lost;
        }
        LOG.error("bug {}", where, thrown);
        counters.count(Counters.Event.BUGS);
    }
}
