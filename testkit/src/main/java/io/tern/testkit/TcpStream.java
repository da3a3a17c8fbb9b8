package io.tern.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/// MQTT right on TCP.
final class TcpStream implements ByteStream {

    private final Socket socket = new Socket();

    TcpStream(String host, int port) throws IOException {
        this(null, host, port);
    }

    /// @param local address to connect from; null for any
    TcpStream(String local, String host, int port) throws IOException {
        if (local != null) {
            socket.bind(new InetSocketAddress(local, 0));
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    @Override
    public int read(byte[] into) throws IOException {
        try {
            return socket.getInputStream().read(into);
        } catch (SocketException reset) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
