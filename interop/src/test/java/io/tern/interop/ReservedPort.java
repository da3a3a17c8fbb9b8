package io.tern.interop;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A port of the loopback address for a program that has to be told of one. Nobody else is given it while this is
/// open, so who listens there is that program: it is bound, but not listened on, and Linux lets only those bind it as
/// well who set `SO_REUSEADDR` and name it, as servers do.
final class ReservedPort implements Closeable {

    private final Socket socket = new Socket();
    private final int number;

    ReservedPort() throws IOException {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        number = socket.getLocalPort();
    }

    int number() {
        return number;
    }

    /// Whether somebody listens there.
    boolean listens() {
        try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), number)) {
            return caller.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
