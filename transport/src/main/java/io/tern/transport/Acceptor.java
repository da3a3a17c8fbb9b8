package io.tern.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.api.LostProcess;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.ListenerTls;
import io.tern.transport.tls.TlsGreeting;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a listener's new sockets, on one loop, and gives each its connection and its loop, in turn.
final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /// How long no socket is accepted after accepting one failed, for want of file descriptors mostly.
    private static final long PAUSE_MILLIS = 1_000;

    private final NettyLoops loops;
    private final ListenerOptions options;
    private final ListenerTls tls;
    private final ListenerCounters counters;
    private final Door door;
    private final Handshakes handshakes;
    /// Whether a socket has to show something before it gets to the door.
    private final boolean hasHandshake;
    private int next;

    /// @param tls null if the listener speaks none
    Acceptor(NettyLoops loops, int own, ListenerOptions options, ListenerTls tls, ListenerCounters counters,
            Door door) {
        this.loops = loops;
        this.next = own + 1;
        this.options = options;
        this.tls = tls;
        this.counters = counters;
        this.door = door;
        this.handshakes = new Handshakes(options.handshakesMax(), loops.loop(own), counters);
        this.hasHandshake =
                options.kind() == ListenerOptions.Kind.WS || tls != null || options.proxies().protocol();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DuplexChannel channel = (DuplexChannel) message;
        NettyLoop loop = loops.loop(next++);
        try {
            SocketAddress remote = options.unix() == null
                    ? channel.remoteAddress()
                    : UnixDomainSocketAddress.of(options.unix().path());
            if (options.proxies().protocol() && !options.proxies().trusts(remote)) {
                counters.add(Event.PROXY_NOT_TRUSTED);
                channel.unsafe().closeForcibly();
                return;
            }
            ConnectionInfo info = new ConnectionInfo(options.name(), options.transport(), remote);
            Approach approach = new Approach(options, counters, handshakes, door);
            if (!options.proxies().protocol() && !approach.admits(info)) {
                channel.unsafe().closeForcibly();
                return;
            }
            begin(context.channel(), channel, loop, info, approach);
        } catch (RuntimeException | Error refused) {
            LostProcess.endIf(refused);
            channel.unsafe().closeForcibly(); // The peer has gone already, as a rule.
            LOG.debug("listener {}: a socket is broken from the start", options.name(), refused);
        }
    }

    private void begin(Channel listener, DuplexChannel channel, NettyLoop loop, ConnectionInfo info,
            Approach approach) {
        SocketConnection connection = null;
        try {
            if (hasHandshake) {
                approach.handshake(listener);
            }
            connection = connection(channel, loop, info, approach);
            configure(channel, connection);
            fill(channel.pipeline(), connection, approach);
            SocketConnection begun = connection;
            loop.thread().register(channel).addListener(done -> {
                if (!done.isSuccess()) {
                    discard(begun, channel, done.cause());
                }
            });
        } catch (RuntimeException | Error refused) {
            if (connection == null) {
                approach.over(false, false);
            } else {
                connection.discard();
            }
            throw refused;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LostProcess.endIf(cause);
        LOG.warn("listener {}: accepting failed, trying again in a second: {}", options.name(), cause.toString());
        handshakes.rest(context.channel(), PAUSE_MILLIS);
    }

    private SocketConnection connection(
            DuplexChannel channel, NettyLoop loop, ConnectionInfo info, Approach approach) {
        return switch (options.kind()) {
            case TCP -> new TcpConnection(channel, loop, info, approach, options);
            case WS -> new WebSocketConnection(channel, loop, info, approach, options);
        };
    }

    private void fill(ChannelPipeline pipeline, SocketConnection connection, Approach approach) {
        if (tls != null || options.proxies().protocol()) {
            pipeline.addLast(new Gate(connection));
            if (options.proxies().protocol()) {
                pipeline.addLast(new HAProxyMessageDecoder());
            }
            if (tls != null) {
                pipeline.addLast(new TlsGreeting(tls));
            }
            pipeline.addLast(new Entrance(connection, approach, options, tls, counters));
        }
        pipeline.addLast(connection);
    }

    private static void configure(DuplexChannel channel, SocketConnection connection) {
        if (channel instanceof SocketChannel tcp) {
            tcp.config().setTcpNoDelay(true);
        }
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true); // The connection decides how to end.
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        channel.config().setRecvByteBufAllocator(new SharedReads(connection));
        // The connection keeps count itself; Netty's events about it would cost and say nothing new.
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(Integer.MAX_VALUE, Integer.MAX_VALUE));
        // All that is pending or until the socket is full: what Netty leaves for later it does in a task on the loop
        // where it began, which the connection may have left by then.
        channel.config().setWriteSpinCount(Integer.MAX_VALUE);
        // Who can't be sent anything any more may still have said something: the connection decides how to end.
        channel.config().setOption(ChannelOption.AUTO_CLOSE, false);
    }

    private void discard(SocketConnection connection, DuplexChannel channel, Throwable cause) {
        LostProcess.endIf(cause);
        LOG.warn("listener {}: a socket can't join its loop", options.name(), cause);
        channel.unsafe().closeForcibly();
        connection.discard();
    }
}
