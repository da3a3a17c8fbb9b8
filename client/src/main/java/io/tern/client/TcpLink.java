package io.tern.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A TCP connection, with TLS on it or without, or whatever else the socket factory makes. TCP_NODELAY is on: what is
/// written was gathered before.
final class TcpLink implements Link {

    private final Socket plain;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private TcpLink(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /// Connects to the first address of the host that answers.
    ///
    /// @param tls null for none
    /// @param proxy to go through, or null
    /// @param bindAddress local address to come from, or null
    static TcpLink open(SocketFactory factory, ClientTls tls, SocksProxy proxy, String host, int port,
            InetAddress bindAddress, int timeoutMillis) throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(proxy == null ? host : proxy.host())) {
            Socket socket = factory.createSocket();
            try {
                socket.setTcpNoDelay(true);
                if (bindAddress != null) {
                    socket.bind(new InetSocketAddress(bindAddress, 0));
                }
                socket.connect(new InetSocketAddress(address, proxy == null ? port : proxy.port()), timeoutMillis);
                if (proxy != null) {
                    socket.setSoTimeout(timeoutMillis);
                    proxy.connect(socket, host, port);
                    socket.setSoTimeout(0);
                }
                return new TcpLink(socket, tls == null ? socket : secured(socket, tls, host, port, timeoutMillis));
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

    private static Socket secured(Socket plain, ClientTls tls, String host, int port, int timeoutMillis)
            throws IOException {
        SSLSocket socket = (SSLSocket) tls.context().getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = tls.parameters();
        if (parameters.getServerNames() == null) {
            parameters.setServerNames(socket.getSSLParameters().getServerNames());
        }
        socket.setSSLParameters(parameters);
        plain.setSoTimeout(timeoutMillis);
        socket.startHandshake();
        plain.setSoTimeout(0);
        return socket;
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
            // TLS would wait for its turn to say goodbye, behind a write that the server doesn't take.
            plain.close();
        } catch (IOException e) {
            // Nobody is interested any more.
        }
    }
}
