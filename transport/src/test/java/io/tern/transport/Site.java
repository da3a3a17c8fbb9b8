package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Clock;
import io.tern.api.Loop;
import io.tern.transport.tls.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Loops and one listener on loopback.
final class Site implements AutoCloseable {

    private final NettyLoops loops;
    private final Listener listener;
    private final BlockingQueue<Peer> accepted = new LinkedBlockingQueue<>();

    Site(IoKind kind, int loopCount, ListenerOptions options, Clock clock, Peer.Script script) throws ListenException {
        this(kind, TlsProvider.best(), loopCount, options, clock, script);
    }

    Site(IoKind kind, TlsProvider tls, int loopCount, ListenerOptions options, Clock clock, Peer.Script script)
            throws ListenException {
        loops = NettyLoops.start(loopCount, kind, clock);
        listener = Listener.bind(loops, options, tls, connection -> {
            Peer peer = new Peer(connection, script);
            accepted.add(peer);
            return peer;
        });
    }

    static Site tcp(IoKind kind, Peer.Script script) throws ListenException {
        return new Site(kind, 2, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), Clock.system(), script);
    }

    static Site ws(IoKind kind, Peer.Script script) throws ListenException {
        return new Site(kind, 2, ListenerOptions.ws("ws", "127.0.0.1", 0), Clock.system(), script);
    }

    NettyLoops netty() {
        return loops;
    }

    List<Loop> loops() {
        return loops.loops();
    }

    Loop otherThan(Loop loop) {
        return loops().get((loops().indexOf(loop) + 1) % loops().size());
    }

    int port() {
        return listener.port();
    }

    Listener listener() {
        return listener;
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    static void hangUp(Socket client) throws IOException {
        client.close();
    }

    static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    /// Reads until the end, be it a reset.
    static int drained(Socket client) {
        int total = 0;
        byte[] buffer = new byte[64 * 1024];
        try {
            for (int n = client.getInputStream().read(buffer); n >= 0; n = client.getInputStream().read(buffer)) {
                total += n;
            }
        } catch (IOException reset) {
            return total;
        }
        return total;
    }

    /// Waits for something that nobody tells of.
    static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as("waited").isLessThan(TimeUnit.SECONDS.toNanos(20));
            Thread.yield();
        }
    }

    /// The server's end of the next connection.
    Peer accepted() throws InterruptedException {
        Peer peer = accepted.poll(20, TimeUnit.SECONDS);
        assertThat(peer).as("an accepted connection").isNotNull();
        return peer;
    }

    boolean hasAccepted() {
        return !accepted.isEmpty();
    }

    @Override
    public void close() {
        listener.close();
        loops.close();
    }
}
