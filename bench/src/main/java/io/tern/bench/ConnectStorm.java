package io.tern.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Clients that connect, and leave as soon as they are: what a CONNECT costs.
final class ConnectStorm implements Peer.Watcher {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Target target;
    private final int connects;
    private final int atOnce;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private int opened;
    private int done;
    private int failed;

    ConnectStorm(Target target, Arguments args) {
        this.target = target;
        connects = args.integer("connects", 20_000, 1, 1_000_000);
        atOnce = args.integer("at-once", 100, 1, 10_000);
        args.end();
    }

    private static final class Guest extends Peer {

        Guest(Loop loop, Watcher watcher, byte[] connect) {
            super(loop, watcher, connect, null, 256);
        }

        @Override
        void packet(ByteBuffer in, int header, int body, int end) {
            // It has left by then.
        }
    }

    /// Runs it. A time is that from opening the socket to CONNACK.
    Report run() throws IOException {
        try (Loop loop = new Loop()) {
            run(loop, Math.min(2000, connects));
            latency.reset();
            failed = 0;
            long brokerBefore = target.process().cpuMicros();
            long ownBefore = BrokerProcess.self().cpuMicros();
            long startNanos = System.nanoTime();
            run(loop, connects);
            double elapsed = (System.nanoTime() - startNanos) / 1e9;
            double brokerMicros = target.process().cpuMicros() - brokerBefore;
            double ownMicros = BrokerProcess.self().cpuMicros() - ownBefore;
            return new Report("connect")
                    .number("connects", connects)
                    .number("atOnce", atOnce)
                    .number("connectsPerSecond", connects / elapsed)
                    .number(
                            "brokerMicrosPerConnect",
                            target.process().pid() == 0 ? Double.NaN : brokerMicros / connects)
                    .number("generatorMicrosPerConnect", ownMicros / connects)
                    .latency("connack", latency)
                    .number("failed", failed);
        }
    }

    private void run(Loop loop, int count) throws IOException {
        long endNanos = System.nanoTime() + PATIENCE_NANOS;
        int first = opened;
        while (done - first < count) {
            while (opened - first < count && opened - done < atOnce) {
                new Guest(loop, this, Packets.connect(target.version(), "bench-guest-" + opened))
                        .open(target.address(), target.source(opened));
                opened++;
            }
            loop.read(10);
            loop.flush();
            if (System.nanoTime() > endNanos) {
                throw new IOException((done - first) + " of " + count + " connects after five minutes");
            }
        }
    }

    @Override
    public void ready(Peer peer) {
        latency.recordValue(Math.min(latency.getHighestTrackableValue(), System.nanoTime() - peer.openedNanos()));
        done++;
        peer.leave();
    }

    @Override
    public void lost(Peer peer, String why) {
        done++;
        failed++;
    }
}
