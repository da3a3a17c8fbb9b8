package io.tern.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Many clients that connect at once and stay until all are in: what a CONNECT costs. In rounds, since the first ones
/// are a cold broker's.
final class ConnectStorm implements Peer.Watcher {

    private static final Flag CONNECTS = new Flag("connects", 9000, 1, 60_000, "Clients that connect in each round.");
    private static final Flag ROUNDS = new Flag("rounds", 6, 1, 1000, "How often; the second half is measured.");

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Target target;
    private final int connects;
    private final int atOnce;
    private final int rounds;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private final double[] microsPerConnect;
    private int opened;
    private int done;
    private int failed;
    private double connectSeconds;
    private double connectMicros;
    private double leaveMicros;

    private ConnectStorm(Target target, Given given) {
        this.target = target;
        connects = given.number(CONNECTS);
        atOnce = given.number(Opening.AT_ONCE);
        rounds = given.number(ROUNDS);
        microsPerConnect = new double[rounds];
    }

    static Scenario scenario() {
        return new Scenario("connect", "Many clients that connect at once and stay until all are in.",
                List.of(CONNECTS, Opening.AT_ONCE, ROUNDS), (target, given) -> new ConnectStorm(target, given)::run);
    }

    private static final class Guest extends Peer {

        Guest(Loop loop, Watcher watcher, byte[] connect) {
            super(loop, watcher, connect, Packets.NO_SUBSCRIPTIONS, 256);
        }

        @Override
        void packet(ByteBuffer in, int header, int body, int end) {
            // Nobody sends it anything.
        }
    }

    /// Runs it. The rounds behind the middle count as warm. A time is that from opening the socket to CONNACK.
    Report run() throws IOException {
        try (Loop loop = new Loop()) {
            int warm = rounds - (rounds + 1) / 2;
            for (int round = 0; round < rounds; round++) {
                if (round == rounds - warm) {
                    latency.reset();
                    connectSeconds = 0;
                    connectMicros = 0;
                    leaveMicros = 0;
                }
                round(loop, round);
            }
            double counted = (double) connects * Math.max(1, warm);
            return new Report("connect")
                    .number("connects", connects)
                    .number("atOnce", atOnce)
                    .number("rounds", rounds)
                    .number("connectsPerSecond", counted / connectSeconds)
                    .number("brokerMicrosPerConnect", connectMicros / counted)
                    .number("brokerMicrosPerConnectCold", microsPerConnect[0])
                    .number("brokerMicrosPerLeave", leaveMicros / counted)
                    .latency("connack", latency)
                    .number("failed", failed);
        }
    }

    private void round(Loop loop, int round) throws IOException {
        Guest[] guests = new Guest[connects];
        Stretch connecting = new Stretch(target);
        long endNanos = System.nanoTime() + PATIENCE_NANOS;
        int first = opened;
        while (done - first < connects) {
            while (opened - first < connects && opened - done < atOnce) {
                Guest guest = new Guest(loop, this, Packets.connect(target.version(), "bench-guest-" + opened));
                guest.open(target.address(), target.source(opened));
                guests[opened - first] = guest;
                opened++;
            }
            loop.read(10);
            loop.flush();
            if (System.nanoTime() > endNanos) {
                throw new IOException((done - first) + " of " + connects + " connects after five minutes");
            }
        }
        connecting.end();
        connectSeconds += connecting.seconds();
        connectMicros += connecting.brokerMicros();
        microsPerConnect[round] = connecting.brokerMicros() / connects;
        Stretch leaving = new Stretch(target);
        Arrays.stream(guests).forEach(Peer::leave);
        loop.read(1);
        leaveMicros += leaving.end().brokerMicros();
    }

    @Override
    public void ready(Peer peer) {
        latency.recordValue(Math.min(latency.getHighestTrackableValue(), System.nanoTime() - peer.openedNanos()));
        done++;
    }

    @Override
    public void lost(Peer peer, String why) {
        done++;
        failed++;
    }
}
