package io.tern.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Connections that do nothing: what each costs in memory.
final class Idle {

    private static final Flag CONNECTIONS = new Flag("connections", 9000, 1, 1_000_000, "How many.");
    private static final Flag HOLD = new Flag("hold", 1, 0, 3600, "Seconds that they stay.");

    private final Target target;
    private final int connections;
    private final int atOnce;
    private final int holdSeconds;

    private Idle(Target target, Given given) {
        this.target = target;
        connections = given.number(CONNECTIONS);
        atOnce = given.number(Opening.AT_ONCE);
        holdSeconds = given.number(HOLD);
    }

    static Scenario scenario() {
        return new Scenario("idle", "Connections that do nothing: what each costs in memory.",
                List.of(CONNECTIONS, Opening.AT_ONCE, HOLD), (target, given) -> new Idle(target, given)::run);
    }

    private static final class Idler extends Peer {

        Idler(Loop loop, Watcher watcher, byte[] connect, Packets.Subscriptions subscriptions) {
            super(loop, watcher, connect, subscriptions, 256);
        }

        @Override
        void packet(ByteBuffer in, int header, int body, int end) {
            // Nobody publishes to it.
        }
    }

    /// Opens all, each with a subscription of its own, and measures before and after. A JVM collects its garbage first,
    /// so that what is left is live.
    ///
    /// @return bytes a connection: of the whole process, and of live heap
    Report run() throws IOException, InterruptedException {
        try (Loop loop = new Loop()) {
            Opening opening = new Opening(loop, target);
            // The first connections load code and make buffers that later ones use too.
            Peer[] first = new Peer[Math.min(100, connections)];
            opening.all(i -> first[i] = idler(loop, opening, "first/" + i), first.length, atOnce);
            for (Peer peer : first) {
                peer.leave();
            }
            BrokerProcess process = target.process();
            long heapBefore = process.liveHeapBytes();
            long rssBefore = process.rssBytes();
            long cpuBefore = process.cpuMicros();
            long startNanos = System.nanoTime();
            Peer[] peers = new Peer[connections];
            opening.all(i -> peers[i] = idler(loop, opening, "idle/" + i), connections, atOnce);
            double openSeconds = (System.nanoTime() - startNanos) / 1e9;
            long cpuAfter = process.cpuMicros();
            long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(holdSeconds);
            while (System.nanoTime() < endNanos) {
                loop.read(100);
                loop.flush();
            }
            long rssGarbage = process.rssBytes();
            long heapAfter = process.liveHeapBytes();
            long rssAfter = process.rssBytes();
            Report report = new Report("idle")
                    .number("connections", connections)
                    .number("openSeconds", openSeconds)
                    .number("brokerMicrosPerConnect", (cpuAfter - cpuBefore) / (double) connections)
                    .number("rssBeforeBytes", rssBefore)
                    .number("rssBeforeCollectionBytes", rssGarbage)
                    .number("rssAfterBytes", rssAfter)
                    .number("rssBytesPerConnection", (rssAfter - rssBefore) / (double) connections)
                    .number("liveHeapBeforeBytes", heapBefore)
                    .number("liveHeapAfterBytes", heapAfter)
                    .number(
                            "heapBytesPerConnection",
                            heapAfter < 0 ? Double.NaN : (heapAfter - heapBefore) / (double) connections)
                    .number("connectionsLost", opening.lost());
            for (Peer peer : peers) {
                peer.leave();
            }
            return report;
        }
    }

    private Peer idler(Loop loop, Opening opening, String topic) {
        return new Idler(
                loop,
                opening,
                Packets.connect(target.version(), "bench-" + topic.replace('/', '-')),
                Packets.subscribe(target.version(), 0, "bench/" + topic));
    }
}
