package io.tern.transport;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/// A socket that keeps what it reads, to look at the records of TLS.
final class Recording extends Socket {

    private final Socket plain;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    Recording(Socket plain) {
        this.plain = plain;
    }

    /// Forgets what was read so far.
    void begin() {
        read.reset();
    }

    /// Lengths of the records of application data.
    List<Integer> records() {
        byte[] all = read.toByteArray();
        List<Integer> lengths = new ArrayList<>();
        for (int at = 0; at + 5 <= all.length;) {
            int length = (all[at + 3] & 0xFF) << 8 | all[at + 4] & 0xFF;
            if (all[at] == 23) {
                lengths.add(length);
            }
            at += 5 + length;
        }
        return lengths;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(plain.getInputStream()) {
            @Override
            public int read() throws IOException {
                int next = super.read();
                if (next >= 0) {
                    read.write(next);
                }
                return next;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                if (count > 0) {
                    read.write(buffer, offset, count);
                }
                return count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return plain.getOutputStream();
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
    public void shutdownOutput() throws IOException {
        plain.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }
}
