package io.tern.transport;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/// How a loop waits for its sockets.
public enum IoKind {

    /// Linux epoll, through Netty's native library.
    EPOLL,

    /// The JDK's selectors, on every platform.
    NIO;

    /// Most sockets reported at once. Unit: sockets. NIO has no such limit; how long they are read says [ReadRounds].
    private static final int EVENTS_MAX = 512;

    /// The fastest kind this machine has.
    ///
    /// @return [#EPOLL] where its native library loads, else [#NIO]
    public static IoKind best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> {
                IoHandlerFactory epoll =
                        EpollIoHandler.newFactory(EVENTS_MAX, DefaultSelectStrategyFactory.INSTANCE);
                yield executor -> new PatientEpoll(epoll.newHandler(executor), executor);
            }
            case NIO -> {
                IoHandlerFactory nio = NioIoHandler.newFactory();
                yield nio::newHandler;
            }
        };
    }

    /// A channel to listen on, not bound yet.
    ServerChannel newServerChannel(ListenerOptions options) {
        boolean unix = options.unix() != null;
        ServerChannel channel = switch (this) {
            case EPOLL -> unix ? new EpollServerDomainSocketChannel() : new EpollServerSocketChannel();
            case NIO -> unix ? new NioServerDomainSocketChannel() : new NioServerSocketChannel();
        };
        channel.config().setOption(ChannelOption.SO_BACKLOG, options.backlog());
        if (!unix) {
            channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        }
        return channel;
    }
}
