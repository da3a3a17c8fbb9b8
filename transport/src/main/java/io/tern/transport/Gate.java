package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/// Stands before handlers of Netty's that keep what they are given: copies the bytes out of the loop's read buffer, as
/// many as came, and lets nobody read while reading is off. A TLS handler asks for more bytes until a record is whole,
/// whether they are wanted or not.
final class Gate extends ChannelDuplexHandler {

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
    public void read(ChannelHandlerContext context) {
        if (context.channel().config().isAutoRead()) {
            context.read();
        }
    }
}
