package io.tern.transport;

import io.netty.channel.socket.DuplexChannel;
import io.tern.api.ConnectionInfo;

/// MQTT right on the stream, which may be inside TLS: what comes in is MQTT's, and so is what goes out.
final class TcpConnection extends SocketConnection {

    private static final byte[] NOTHING = {};

    TcpConnection(DuplexChannel channel, NettyLoop loop, ConnectionInfo info, Approach approach,
            ListenerOptions options) {
        super(channel, loop, info, approach, options);
    }

    @Override
    void connected() {
        opened();
    }

    @Override
    int input(byte[] src, int offset, int length) {
        deliver(src, offset, length);
        return length;
    }

    @Override
    byte[] lastWords() {
        return NOTHING;
    }

    @Override
    void writable() {
        // Nothing of our own waits.
    }

    @Override
    void released() {
        // Nothing to give back.
    }
}
