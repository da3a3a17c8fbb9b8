package io.tern.transport;

import io.tern.api.Clock;

/// Which sockets of one loop are read in a round: as many as there is time for; then the loop does what else there is
/// to do, and those that have waited are read before the others are again.
///
/// Thousands of sockets may have something to be read at the same time, or be closed, and each may bring as much as its
/// sender likes. The kernel reports them in each round anew until they are read, in an order of its own. So the loop
/// counts in cycles: as long as somebody waits who was not read in this one, nobody is read twice. One thread's.
final class ReadRounds {

    /// Says that a socket has to wait.
    static final int WAITS = 0;

    /// Time after which no other socket is read in a round; what the last one brings may take longer. Unit:
    /// milliseconds.
    static final int READS_MILLIS = 5;

    private final Clock clock;
    /// Grows when all have been read that had something to be read. Never [#WAITS].
    private int cycle = 1;
    /// Whether somebody had to wait in the round before.
    private boolean crowded;
    private boolean begun;
    private boolean someWait;
    private long endMillis;

    ReadRounds(Clock clock) {
        this.clock = clock;
    }

    /// Whether a socket that has something to be read is read in this round.
    ///
    /// @param last the cycle in which it was read last, as this has said
    /// @return the cycle in which it is read now, or [#WAITS]
    int next(int last) {
        if (crowded && last == cycle) {
            return WAITS;
        }
        if (!begun) {
            begun = true;
            endMillis = clock.nowMillis() + READS_MILLIS;
        } else if (clock.nowMillis() >= endMillis) {
            someWait = true;
            return WAITS;
        }
        return cycle;
    }

    /// All were asked about that had something to be read.
    void over() {
        if (begun || crowded) {
            crowded = someWait;
            if (!someWait) {
                cycle = cycle == Integer.MAX_VALUE ? 1 : cycle + 1;
            }
            begun = false;
            someWait = false;
        }
    }
}
