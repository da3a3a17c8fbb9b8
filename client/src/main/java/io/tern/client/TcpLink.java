package io.tern.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/// A TCP connection, or whatever else the socket factory makes, TLS for instance. TCP_NODELAY is on: what is written
/// was gathered before.
final class TcpLink implements Link {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private TcpLink(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /// Connects to the first address of the host that answers.
    ///
    /// @param bindAddress local address to come from, or null
    static TcpLink open(SocketFactory factory, String host, int port, InetAddress bindAddress, int timeoutMillis)
            throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(host)) {
            Socket socket = factory.createSocket();
            try {
                socket.setTcpNoDelay(true);
                if (bindAddress != null) {
                    socket.bind(new InetSocketAddress(bindAddress, 0));
                }
                socket.connect(new InetSocketAddress(address, port), timeoutMillis);
                return new TcpLink(socket);
            } catch (IOException e) {
                socket.close();
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure;
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return in.read(buffer);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public void finishWriting() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nobody is interested any more.
        }
    }
}
