package io.tern.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.List;

/// Waits for a client's first words of TLS, looks which host they name, and puts the handler with that identity in its
/// own place. What is no TLS costs no more than a few bytes looked at.
public final class TlsGreeting extends AbstractSniHandler<Object> {

    /// Longest ClientHello: with post-quantum key shares they have 2 KiB. Unit: bytes.
    private static final int HELLO_BYTES_MAX = 16 * 1024;

    private static final int RECORD_HEADER_BYTES = 5;
    private static final int RECORD_LENGTH_AT = 3;
    /// Most that a record without encryption holds (RFC 8446, section 5.1).
    private static final int RECORD_BYTES_MAX = 1 << 14;

    private static final Object ANY = new Object();

    private final ListenerTls tls;
    private boolean refused;

    /// For one connection.
    ///
    /// @param tls of its listener
    public TlsGreeting(ListenerTls tls) {
        super(HELLO_BYTES_MAX, 0);
        this.tls = tls;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else if (in.readableBytes() >= RECORD_HEADER_BYTES
                && in.getUnsignedShort(in.readerIndex() + RECORD_LENGTH_AT) > RECORD_BYTES_MAX) {
            refused = true; // Netty would wait for all of it, up to 64 KiB for each socket.
            throw new NotSslRecordException("no record of TLS is as long");
        } else {
            super.decode(context, in, out);
        }
    }

    @Override
    protected Future<Object> lookup(ChannelHandlerContext context, ByteBuf hello) throws Exception {
        if (hello == null) {
            refused = true;
            return context.executor().newFailedFuture(new NotSslRecordException("not TLS"));
        }
        return super.lookup(context, hello);
    }

    @Override
    protected Future<Object> lookup(ChannelHandlerContext context, String host) {
        return context.executor().newSucceededFuture(ANY); // Which one is settled when it is made.
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, String host, Future<Object> future)
            throws NotSslRecordException {
        if (future.cause() instanceof NotSslRecordException none) {
            throw none;
        }
        SslHandler handler = tls.newHandler(host, context.alloc());
        try {
            context.pipeline().replace(this, "tls", handler);
            handler = null;
        } finally {
            if (handler != null) {
                ReferenceCountUtil.safeRelease(handler.engine());
            }
        }
    }
}
