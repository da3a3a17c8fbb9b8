package io.tern.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// A Unix socket: a server on the same machine, reached through a file.
final class UnixLink implements Link {

    private final SocketChannel channel;

    private UnixLink(SocketChannel channel) {
        this.channel = channel;
    }

    static UnixLink open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new UnixLink(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return channel.read(ByteBuffer.wrap(buffer));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    @Override
    public void finishWriting() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nobody is interested any more.
        }
    }
}
