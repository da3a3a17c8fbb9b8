package io.tern.transport;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/// How a loop waits for its sockets.
public enum IoKind {

    /// Linux epoll, through Netty's native library.
    EPOLL,

    /// The JDK's selectors, on every platform.
    NIO;

    /// Most sockets read before the shard has its turn. Unit: sockets. NIO has no such limit.
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

    ServerSocketChannel newServerChannel() {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }
}
