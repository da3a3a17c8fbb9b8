package io.tern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.tern.api.LostProcess;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/// A connection's socket, with TLS on the way to it or without. On the loop's thread.
final class Wire {

    /// Tells the connection that bytes could not be sent, as long as it is there. Netty may come with that behind the
    /// channel's end, when its pipeline is empty: there it would be logged with all its stack, as often as a peer
    /// likes.
    static final ChannelFutureListener TELL_FAILURE = done -> {
        ChannelPipeline pipeline = done.channel().pipeline();
        if (!done.isSuccess() && pipeline.first() != null) {
            pipeline.fireExceptionCaught(new OutputException(done.cause()));
        }
    };

    private final DuplexChannel channel;
    private SslHandler tls;
    private boolean closing;
    /// Where to go on when TLS has nothing to do with it; the channel itself if there is none.
    private ChannelOutboundInvoker below;

    Wire(DuplexChannel channel) {
        this.channel = channel;
        this.below = channel;
    }

    /// From now on there is TLS, its handshake done.
    void secured(SslHandler handler) {
        tls = handler;
        below = channel.pipeline().context(handler);
    }

    /// Says whether something went wrong on the way out, and not on the way in.
    static boolean isOfOutput(Throwable thrown) {
        return thrown instanceof OutputException || thrown instanceof ChannelOutputShutdownException
                || thrown instanceof ClosedChannelException;
    }

    boolean isActive() {
        return channel.isActive();
    }

    /// Sends bytes; all that was written before goes out with them.
    void writeAndFlush(ByteBuf bytes) {
        if (tls == null) {
            channel.writeAndFlush(bytes, channel.voidPromise());
        } else {
            // A void promise's failure gets lost on the way through TLS.
            channel.writeAndFlush(bytes).addListener(TELL_FAILURE);
        }
    }

    /// Sends bytes with the next [#flush].
    ///
    /// @param taken runs when the network has taken them
    void write(ByteBuf bytes, Runnable taken) {
        channel.write(bytes).addListener(done -> here(taken));
    }

    /// Netty tells on the loop that the socket was on when it was given something. After a move that is another one,
    /// and two threads would count the same bytes.
    private void here(Runnable taken) {
        EventLoop loop = channel.eventLoop();
        if (loop.inEventLoop()) {
            told(taken);
        } else {
            loop.execute(() -> told(taken));
        }
    }

    private static void told(Runnable taken) {
        try {
            taken.run();
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug); // Netty only logs it.
            throw bug;
        }
    }

    void flush() {
        channel.flush();
    }

    /// Closes the socket while it belongs to no loop, which would do it.
    void closeUnregistered() {
        if (channel.isOpen()) {
            channel.unsafe().close(channel.voidPromise());
            leaveTls();
        }
    }

    /// Goes on with what waits for a full socket.
    void resume() {
        below.flush();
    }

    /// Says whether the network has taken all it was given.
    boolean hasTakenAll() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null || waiting.isEmpty();
    }

    /// Puts a mark behind all that was given.
    ///
    /// @param taken runs when the network has taken everything before it
    void mark(Runnable taken) {
        below.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> here(taken));
    }

    /// Says in TLS that nothing more will come; without it the peer could not tell the end from an attack.
    void sayGoodbye() {
        if (tls != null) {
            tls.closeOutbound();
        }
    }

    /// Ends our half, and has no more use for TLS: what still comes is thrown away, decrypted or not.
    void shutOutput() {
        channel.shutdownOutput().addListener(shut -> {
            if (!shut.isSuccess()) {
                channel.close();
            }
        });
        leaveTls();
    }

    /// Gives back what TLS holds outside the heap; for a socket that no loop will close in an orderly way.
    void leaveTls() {
        if (tls != null) {
            SslHandler handler = tls;
            tls = null;
            below = channel;
            channel.pipeline().remove(handler);
        }
    }

    /// Whether [#close] was called.
    boolean isClosing() {
        return closing;
    }

    /// Closes the socket without further words.
    void close() {
        closing = true;
        below.close();
    }

    /// Bytes that TLS could not send.
    private static final class OutputException extends IOException {
        OutputException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
