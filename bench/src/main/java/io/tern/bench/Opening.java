package io.tern.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/// Opens connections, a bounded number at once, and waits until they are ready.
final class Opening implements Peer.Watcher {

    static final Flag AT_ONCE = new Flag("at-once", 64, 1, 10_000, "How many connect at a time.");

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Loop loop;
    private Target target;
    private int opened;
    private int settled;
    private int refused;
    private String trouble;

    Opening(Loop loop, Target target) {
        this.loop = loop;
        this.target = target;
    }

    /// Connections opened from now on go another way.
    void by(Target way) {
        target = way;
    }

    /// Opens them all.
    ///
    /// @param peers makes the one with a number from 0
    /// @param count how many
    /// @param atOnce most that are neither ready nor refused
    /// @throws IOException if one is refused, or a minute is not enough
    void all(IntFunction<Peer> peers, int count, int atOnce) throws IOException {
        int first = opened;
        trouble = null; // What was lost before is the business of who looks at [#lost].
        long endNanos = System.nanoTime() + PATIENCE_NANOS;
        while (settled - first < count) {
            while (opened - first < count && opened - settled < atOnce) {
                peers.apply(opened - first).open(target.address(), target.source(opened));
                opened++;
            }
            loop.read(10);
            loop.flush();
            if (trouble != null) {
                throw new IOException(trouble);
            }
            if (System.nanoTime() > endNanos) {
                throw new IOException((settled - first) + " of " + count + " connections after a minute");
            }
        }
    }

    /// How many were refused or lost, also after all were open.
    int lost() {
        return refused;
    }

    @Override
    public void ready(Peer peer) {
        settled++;
    }

    @Override
    public void lost(Peer peer, String why) {
        refused++;
        trouble = "a connection was lost: " + why;
    }
}
