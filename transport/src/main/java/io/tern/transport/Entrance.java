package io.tern.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.tern.api.ConnectionInfo;
import io.tern.api.PeerCertificate;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.ListenerTls;
import io.tern.transport.tls.TlsGreeting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Keeps a connection waiting until its proxy has said who it is and TLS is settled, then lets it begin and goes.
final class Entrance extends ChannelInboundHandlerAdapter {

    private final SocketConnection connection;
    private final Approach approach;
    private final ListenerCounters counters;
    private final int millis;
    private final ListenerTls tls;
    private SocketAddress remote;
    private boolean counted;
    private boolean refused;

    /// @param tls null if the listener speaks none
    Entrance(SocketConnection connection, Approach approach, ListenerOptions options, ListenerTls tls,
            ListenerCounters counters) {
        this.connection = connection;
        this.tls = tls;
        this.approach = approach;
        this.counters = counters;
        this.millis = options.handshakeMillis();
        this.remote = connection.info().remote();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection.limit(millis); // It hears of its begin once all is known.
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (!(message instanceof HAProxyMessage header)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            // LOCAL is a proxy that speaks for itself, to see whether we are alive.
            if (header.command() == HAProxyCommand.PROXY && header.sourceAddress() != null
                    && header.proxiedProtocol().addressFamily() != null) {
                named(header);
            }
        } finally {
            header.release();
        }
        if (!approach.admits(facts(null))) {
            refuse(context);
        } else if (tls == null) {
            open(context, null, null);
        }
    }

    /// Closes, and lets no TLS see what has come behind the header.
    private void refuse(ChannelHandlerContext context) {
        refused = true;
        if (tls != null) {
            context.pipeline().remove(TlsGreeting.class);
        }
        context.close();
    }

    private ConnectionInfo facts(PeerCertificate certificate) {
        ConnectionInfo before = connection.info();
        return new ConnectionInfo(before.listener(), before.transport(), remote, certificate);
    }

    private void named(HAProxyMessage header) {
        switch (header.proxiedProtocol().addressFamily()) {
            case AF_IPv4, AF_IPv6 ->
                    remote = new InetSocketAddress(InetAddress.ofLiteral(header.sourceAddress()), header.sourcePort());
            case AF_UNIX, AF_UNSPEC -> { } // Says nothing that is of use to anybody here.
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                open(context);
            } else if (context.channel().isActive() && !connection.limit().hasPassed()) {
                count(Event.TLS_FAILED);
                counters.tellHandshake(connection, handshake.cause());
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void open(ChannelHandlerContext context) {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        SSLSession session = handler.engine().getSession();
        X509Certificate[] chain = shown(session);
        try {
            if (chain.length > 0) {
                tls.checkAgain(chain, session.getCreationTime());
            }
            open(context, handler, chain.length > 0 ? PeerCertificate.of(chain[0]) : null);
        } catch (CertificateException | IllegalArgumentException unfit) {
            count(Event.TLS_FAILED);
            counters.tellHandshake(connection, unfit);
            refused = true;
            context.close();
        }
    }

    /// What the client has shown; empty if nothing.
    private static X509Certificate[] shown(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .toArray(X509Certificate[]::new);
        } catch (SSLPeerUnverifiedException none) {
            return new X509Certificate[0];
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (root instanceof NotSslRecordException) {
            count(Event.NOT_TLS);
        } else if (root instanceof HAProxyProtocolException
                || approach.awaitsProxy() && cause instanceof DecoderException) {
            count(Event.PROXY_BROKEN);
        }
        context.fireExceptionCaught(cause);
    }

    /// The first failure is the one; it may have others in its wake.
    private void count(Event failure) {
        if (!counted) {
            counted = true;
            counters.add(failure);
        }
    }

    private void open(ChannelHandlerContext context, SslHandler tls, PeerCertificate certificate) {
        connection.known(facts(certificate), tls);
        context.fireChannelActive();
        context.pipeline().remove(this);
        if (tls == null) {
            context.pipeline().remove(Gate.class); // What comes next is taken at once, by the connection itself.
        }
    }
}
