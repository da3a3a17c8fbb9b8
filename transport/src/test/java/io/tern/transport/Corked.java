package io.tern.transport;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

/// A client's socket under TLS that keeps back what is written until all of it may go in one piece, the goodbye too.
final class Corked extends Socket {

    private final Socket plain;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean corked;

    Corked(Socket plain) {
        this.plain = plain;
    }

    void cork() {
        corked = true;
    }

    /// What was kept.
    byte[] uncork() {
        corked = false;
        byte[] all = kept.toByteArray();
        kept.reset();
        return all;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(plain.getOutputStream()) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (corked) {
                    kept.write(bytes, offset, length);
                } else {
                    out.write(bytes, offset, length);
                }
            }
        };
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return plain.getInputStream();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public InetAddress getInetAddress() {
        return plain.getInetAddress();
    }

    @Override
    public int getPort() {
        return plain.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return plain.getRemoteSocketAddress();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        plain.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return plain.getSoTimeout();
    }

    @Override
    public void shutdownOutput() {
        // The test ends the socket itself.
    }

    @Override
    public void close() {
        // The test ends the socket itself.
    }
}
