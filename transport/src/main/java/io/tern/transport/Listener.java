package io.tern.transport;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.Promise;
import io.tern.api.Clock;
import io.tern.api.Door;
import io.tern.transport.tls.ListenerTls;
import io.tern.transport.tls.TlsException;
import io.tern.transport.tls.TlsProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// An open port or Unix socket. Its connections are spread over all loops, one after the other, and outlive it.
public final class Listener implements AutoCloseable {

    /// How long [#close] waits for a loop that is very busy or about to end. Unit: seconds.
    private static final long CLOSE_SECONDS = 10;

    private final ListenerOptions options;
    private final ServerChannel channel;
    private final NettyLoop loop;
    private final ListenerTls tls;
    private final ListenerCounters counters;
    private final int port;

    private Listener(ListenerOptions options, ServerChannel channel, NettyLoop loop, ListenerTls tls,
            ListenerCounters counters) {
        this.options = options;
        this.channel = channel;
        this.loop = loop;
        this.tls = tls;
        this.counters = counters;
        this.port = channel instanceof ServerSocketChannel tcp ? tcp.localAddress().getPort() : 0;
    }

    /// Opens a port or Unix socket and accepts connections at once, with TLS by the best provider there is. Not from a
    /// loop's own thread.
    ///
    /// @param loops where the connections will live; every loop is bound to its turn already
    /// @param options where and how to listen
    /// @param door gets each connection that is ready for MQTT
    /// @return the open listener
    /// @throws ListenException if the port is taken, not allowed, the host is not known here, or a certificate or
    ///     another file can't be used
    public static Listener bind(NettyLoops loops, ListenerOptions options, Door door) throws ListenException {
        // Without TLS the native library isn't even loaded: 90 ms.
        return bind(loops, options, options.tls() == null ? null : TlsProvider.best(), door);
    }

    /// @param provider only for a listener with TLS
    static Listener bind(NettyLoops loops, ListenerOptions options, TlsProvider provider, Door door)
            throws ListenException {
        ListenerTls tls = options.tls() == null ? null : load(options, provider, loops.clock());
        try {
            return open(loops, options, tls, door);
        } catch (ListenException | RuntimeException | Error e) {
            if (tls != null) {
                tls.close();
            }
            throw e;
        }
    }

    private static ListenerTls load(ListenerOptions options, TlsProvider provider, Clock clock)
            throws ListenException {
        try {
            boolean web = options.kind() == ListenerOptions.Kind.WS;
            return ListenerTls.load(options.name(), options.tls(), List.of(web ? "http/1.1" : "mqtt"), provider,
                    clock);
        } catch (TlsException e) {
            throw new ListenException(options, e.getMessage(), e);
        }
    }

    private static Listener open(NettyLoops loops, ListenerOptions options, ListenerTls tls, Door door)
            throws ListenException {
        boolean unix = options.unix() != null;
        SocketAddress address = unix
                ? UnixSocket.prepare(loops.kind(), options)
                : new InetSocketAddress(options.host(), options.port());
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new ListenException(options, "unknown host", null);
        }
        int place = loops.nextAcceptor();
        NettyLoop loop = loops.loop(place);
        ListenerCounters counters = new ListenerCounters();
        ServerChannel channel = loops.kind().newServerChannel(options);
        channel.pipeline().addLast(new Acceptor(loops, place, options, tls, counters, door));
        ChannelFuture step = loop.thread().register(channel).awaitUninterruptibly();
        if (step.isSuccess()) {
            step = channel.bind(address).awaitUninterruptibly();
        }
        if (!step.isSuccess()) {
            channel.close().awaitUninterruptibly();
            throw new ListenException(options, reason(step.cause()), step.cause());
        }
        if (unix) {
            UnixSocket.protect(channel, options);
        }
        return new Listener(options, channel, loop, tls, counters);
    }

    /// Its name.
    ///
    /// @return as in the options
    public String name() {
        return options.name();
    }

    /// How it was opened.
    ///
    /// @return as given
    public ListenerOptions options() {
        return options;
    }

    /// Where it listens.
    ///
    /// @return the port, the one taken if the options said 0; 0 for a Unix socket
    public int port() {
        return port;
    }

    /// What it has met. For any thread.
    ///
    /// @return counts since it was opened
    public ListenerCounters counters() {
        return counters;
    }

    /// Its certificates, to be watched and to be asked how long they live.
    ///
    /// @return empty if it speaks no TLS
    public Optional<ListenerTls> tls() {
        return Optional.ofNullable(tls);
    }

    /// Accepts no more and frees the port, waiting for it unless called on a loop. Connections stay, but those
    /// that have not begun their TLS handshake.
    @Override
    public void close() {
        boolean wasOpen = channel.isOpen();
        ChannelFuture closed = channel.close();
        if (wasOpen && options.unix() != null) {
            UnixSocket.remove(options);
        }
        if (tls != null) {
            tls.close();
        }
        if (wasOpen && !loop.inLoop()) {
            closed.awaitUninterruptibly();
            Promise<Void> free = loop.thread().newPromise();
            loop.afterNextWait(() -> free.setSuccess(null));
            free.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static String reason(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        return text.contains("Address already in use") ? "the port is taken" : text.lines().findFirst().orElse(text);
    }
}
