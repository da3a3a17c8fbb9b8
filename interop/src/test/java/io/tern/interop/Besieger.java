package io.tern.interop;

import io.tern.interop.Siegecraft.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Somebody who makes a broker hold as much as it lets him: lawful packets, more of them than anybody needs, one
/// connection after the other. He answers nothing, and reads nothing, or hardly anything.
///
/// He never waits: one thread steps many of him.
final class Besieger {

    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// Who holds something stays for a while; who comes and goes does so at this pace.
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int DRIPS = 400;
    /// All of them, or with `-Dtern.siege.ways=FILTERS,PINGS` some, to see what each costs.
    static final List<Way> WAYS = Stream.of(System.getProperty("tern.siege.ways", "").split(","))
            .filter(name -> !name.isEmpty())
            .map(Way::valueOf)
            .collect(Collectors.collectingAndThen(
                    Collectors.toList(), some -> some.isEmpty() ? List.of(Way.values()) : some));

    private final int port;
    private final int number;
    private final Random random;
    private final Siegecraft siegecraft;
    private final AtomicIntegerArray ways;
    private final long staysNanos;
    private final ByteBuffer sip = ByteBuffer.allocate(1);

    private SocketChannel channel;
    private Way way;
    private int connections;
    private int round;
    private long nextNanos;
    private long endNanos;
    /// What is to be written, or null.
    private ByteBuffer writing;

    /// @param number tells it from others
    /// @param ways counts each [Way]
    /// @param staysNanos about how long a connection is kept
    Besieger(int port, int number, Siegecraft siegecraft, AtomicIntegerArray ways, long staysNanos) {
        this.port = port;
        this.number = number;
        this.random = new Random(number);
        this.siegecraft = siegecraft;
        this.ways = ways;
        this.staysNanos = staysNanos;
    }

    /// Does what is due.
    void step(long nowNanos) {
        try {
            if (channel == null) {
                if (nowNanos >= nextNanos) {
                    begin(nowNanos);
                }
            } else if (nowNanos >= endNanos) {
                end(nowNanos);
            } else {
                goOn(nowNanos);
            }
        } catch (IOException e) {
            end(nowNanos); // The broker has ended it, as it may.
        }
    }

    private void begin(long nowNanos) throws IOException {
        way = WAYS.get((number + connections++) % WAYS.size());
        channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        ways.incrementAndGet(way.ordinal());
        writing = siegecraft.first(way, "besieger-" + number + "-" + connections);
        round = 0;
        nextNanos = nowNanos;
        boolean brief = way == Way.KNOCKS || way == Way.TAKEOVERS || way == Way.SESSIONS || way == Way.MEMBERS;
        endNanos = nowNanos + (brief ? SHORT_NANOS : staysNanos / 2 + random.nextLong(staysNanos));
    }

    private void goOn(long nowNanos) throws IOException {
        if (way == Way.SIPS) {
            sip.clear();
            if (channel.read(sip) < 0) {
                throw new IOException("ended by the broker");
            }
        }
        if (writing != null) {
            write();
        } else if (nowNanos >= nextNanos) {
            nextNanos = nowNanos + PACE_NANOS;
            writing = siegecraft.next(way, round++);
        }
    }

    private void write() throws IOException {
        if (way == Way.DRIP && round > 0 && writing.position() < DRIPS) {
            int limit = writing.limit();
            writing.limit(writing.position() + 1);
            channel.write(writing);
            writing.limit(limit);
        } else {
            channel.write(writing);
        }
        if (!writing.hasRemaining()) {
            writing = null;
        }
    }

    /// Lets go of the connection; others follow if it is stepped again.
    void end(long nowNanos) {
        SocketChannel old = channel;
        channel = null;
        writing = null;
        nextNanos = nowNanos + PACE_NANOS / 2;
        if (old != null) {
            try {
                old.setOption(StandardSocketOptions.SO_LINGER, random.nextBoolean() ? 0 : -1);
                old.close();
            } catch (IOException e) {
                nextNanos = nowNanos + PACE_NANOS; // It is over, however it has ended.
            }
        }
    }
}
