package io.tern.transport;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.Promise;
import io.tern.api.Door;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// An open port. Its connections are spread over all loops, one after the other, and outlive it.
public final class Listener implements AutoCloseable {

    /// How long [#close] waits for a loop that is very busy or about to end. Unit: seconds.
    private static final long CLOSE_SECONDS = 10;

    private final ListenerOptions options;
    private final ServerSocketChannel channel;
    private final NettyLoop loop;
    private final int port;

    private Listener(ListenerOptions options, ServerSocketChannel channel, NettyLoop loop) {
        this.options = options;
        this.channel = channel;
        this.loop = loop;
        this.port = channel.localAddress().getPort();
    }

    /// Opens a port and accepts connections at once. Not from a loop's own thread.
    ///
    /// @param loops where the connections will live; every loop is bound to its turn already
    /// @param options where and how to listen
    /// @param door gets each connection that is ready for MQTT
    /// @return the open listener
    /// @throws ListenException if the port is taken, not allowed, or the host is not known here
    public static Listener bind(NettyLoops loops, ListenerOptions options, Door door) throws ListenException {
        InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
        if (address.isUnresolved()) {
            throw new ListenException(options, "unknown host", null);
        }
        int place = loops.nextAcceptor();
        NettyLoop loop = loops.loop(place);
        ServerSocketChannel channel = loops.kind().newServerChannel();
        channel.config().setBacklog(options.backlog()).setReuseAddress(true);
        channel.pipeline().addLast(new Acceptor(loops, place, options, door));
        ChannelFuture step = loop.thread().register(channel).awaitUninterruptibly();
        if (step.isSuccess()) {
            step = channel.bind(address).awaitUninterruptibly();
        }
        if (!step.isSuccess()) {
            channel.close().awaitUninterruptibly();
            throw new ListenException(options, reason(step.cause()), step.cause());
        }
        return new Listener(options, channel, loop);
    }

    /// Its name.
    ///
    /// @return as in the options
    public String name() {
        return options.name();
    }

    /// Where it listens.
    ///
    /// @return the port, the one taken if the options said 0
    public int port() {
        return port;
    }

    /// Accepts no more and frees the port, waiting for it unless called on a loop. Connections stay.
    @Override
    public void close() {
        boolean wasOpen = channel.isOpen();
        ChannelFuture closed = channel.close();
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
