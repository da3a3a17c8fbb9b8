package io.tern.cli.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// A broker over TCP.
public final class TcpPeer implements Peer {

    private static final int CONNECT_MILLIS = 5000;
    private static final int READ_BYTES = 64 * 1024;

    private final String host;
    private final int port;

    /// Connects nothing yet.
    ///
    /// @param host name or address
    /// @param port of MQTT
    public TcpPeer(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void pass(long millis) throws IOException {
        pause(millis);
    }

    static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public Link open() throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return new TcpLink(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private final class TcpLink implements Link {

        private final Socket socket;
        private final InputStream in;
        private final byte[] buffer = new byte[READ_BYTES];

        TcpLink(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
        }

        @Override
        public void send(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                // The broker may close before all has been said; the script says whether it should.
            }
        }

        @Override
        public byte[] receive(long untilMillis) throws IOException {
            long left = untilMillis - nowMillis();
            if (left <= 0) {
                return null;
            }
            try {
                socket.setSoTimeout((int) left);
                int length = in.read(buffer);
                return length < 0 ? new byte[0] : Arrays.copyOf(buffer, length);
            } catch (SocketTimeoutException e) {
                return null;
            } catch (SocketException reset) {
                return new byte[0];
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone in any case.
            }
        }
    }
}
