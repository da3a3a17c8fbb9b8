package io.tern.transport;

import io.netty.channel.socket.SocketChannel;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;

/// MQTT right on TCP: what comes in is MQTT's, and so is what goes out.
final class TcpConnection extends SocketConnection {

    private static final byte[] NOTHING = {};

    TcpConnection(SocketChannel channel, NettyLoop loop, ConnectionInfo info, Door door) {
        super(channel, loop, info, door, false);
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
