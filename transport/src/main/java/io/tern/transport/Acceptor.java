package io.tern.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a listener's new sockets, on one loop, and gives each its connection and its loop, in turn.
final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /// How long no socket is accepted after accepting one failed, for want of file descriptors mostly.
    private static final long PAUSE_MILLIS = 1_000;

    private final NettyLoops loops;
    private final NettyLoop own;
    private final ListenerOptions options;
    private final Door door;
    private final AtomicInteger handshakes = new AtomicInteger();
    private int next;

    Acceptor(NettyLoops loops, int own, ListenerOptions options, Door door) {
        this.loops = loops;
        this.own = loops.loop(own);
        this.next = own + 1;
        this.options = options;
        this.door = door;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        SocketChannel channel = (SocketChannel) message;
        if (options.kind() == ListenerOptions.Kind.WS && handshakes.get() >= options.handshakesMax()) {
            channel.unsafe().closeForcibly();
            return;
        }
        NettyLoop loop = loops.loop(next++);
        try {
            SocketConnection connection = connection(channel, loop);
            configure(channel.config(), connection);
            channel.pipeline().addLast(connection);
            if (options.kind() == ListenerOptions.Kind.WS) {
                handshakes.incrementAndGet();
            }
            loop.thread().register(channel).addListener(done -> {
                if (!done.isSuccess()) {
                    discard(connection, channel, done.cause());
                }
            });
        } catch (RuntimeException refused) {
            channel.unsafe().closeForcibly(); // The peer has gone already, as a rule.
            LOG.debug("listener {}: a socket is broken from the start", options.name(), refused);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.warn("listener {}: accepting failed, trying again in a second: {}", options.name(), cause.toString());
        Channel server = context.channel();
        if (server.config().isAutoRead()) {
            server.config().setAutoRead(false);
            own.after(PAUSE_MILLIS, () -> server.config().setAutoRead(true));
        }
    }

    private SocketConnection connection(SocketChannel channel, NettyLoop loop) {
        ConnectionInfo info =
                new ConnectionInfo(options.name(), options.kind().transport(), channel.remoteAddress());
        return switch (options.kind()) {
            case TCP -> new TcpConnection(channel, loop, info, door);
            case WS -> new WebSocketConnection(channel, loop, info, door, options, handshakes::decrementAndGet);
        };
    }

    private static void configure(SocketChannelConfig config, SocketConnection connection) {
        config.setTcpNoDelay(true);
        config.setAllowHalfClosure(true); // The connection decides how to end.
        config.setRecvByteBufAllocator(new SharedReads(connection));
        // The connection keeps count itself; Netty's events about it would cost and say nothing new.
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(Integer.MAX_VALUE, Integer.MAX_VALUE));
        // All that is pending or until the socket is full: what Netty leaves for later it does in a task on the loop
        // where it began, which the connection may have left by then.
        config.setWriteSpinCount(Integer.MAX_VALUE);
    }

    private void discard(SocketConnection connection, SocketChannel channel, Throwable cause) {
        LOG.warn("listener {}: a socket can't join its loop", options.name(), cause);
        channel.unsafe().closeForcibly();
        connection.released();
    }
}
