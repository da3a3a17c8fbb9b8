package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/// Stands before handlers of Netty's that keep what they are given: copies the bytes out of the loop's read buffer, as
/// many as came, and lets nobody read while reading is off. A TLS handler asks for more bytes until a record is whole,
/// whether they are wanted or not. And it closes a socket that is reset, or that takes no more, whoever may still rest
/// over what came before: so the connection hears of that from here, and closes by itself.
final class Gate extends ChannelDuplexHandler {

    private final SocketConnection connection;

    Gate(SocketConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf shared = (ByteBuf) message;
        ByteBuf own;
        try {
            own = PooledByteBufAllocator.DEFAULT.directBuffer(shared.readableBytes()).writeBytes(shared);
        } finally {
            shared.release();
        }
        context.fireChannelRead(own);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.exceptionCaught(context, cause);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!connection.endsByItself()) {
            context.close(promise);
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (context.channel().config().isAutoRead()) {
            context.read();
        }
    }
}
