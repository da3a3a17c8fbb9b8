package io.tern.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Lies between clients and the broker, and can be cut, so that any client can lose its connection without DISCONNECT.
/// After a cut it takes new connections. It remembers what went over it, up to [#KEPT_BYTES] each way.
final class Cable implements AutoCloseable {

    private static final int KEPT_BYTES = 64 * 1024;

    private final int brokerPort;
    private final ServerSocket server;
    private final List<Socket> sockets = new ArrayList<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean upMuted;
    private boolean downMuted;

    Cable(int brokerPort) throws IOException {
        this.brokerPort = brokerPort;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("cable-" + port()).start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /// From here to the next [#cut] what clients send is lost.
    synchronized void muteUp() {
        upMuted = true;
    }

    /// From here to the next [#cut] what the broker sends is lost.
    synchronized void muteDown() {
        downMuted = true;
    }

    /// How often clients have sent this text. What goes up a WebSocket is masked, so there it is never seen.
    synchronized int sentCount(String text) {
        return count(sent, text);
    }

    /// How often the broker has sent this text.
    synchronized int receivedCount(String text) {
        return count(received, text);
    }

    private static int count(ByteArrayOutputStream bytes, String text) {
        String all = bytes.toString(StandardCharsets.ISO_8859_1);
        String wanted = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        int count = 0;
        for (int at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
            count++;
        }
        return count;
    }

    /// Ends all connections, on both sides.
    synchronized void cut() {
        sockets.forEach(Cable::shut);
        sockets.clear();
        upMuted = false;
        downMuted = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
                synchronized (this) {
                    sockets.add(client);
                    sockets.add(broker);
                }
                Thread.ofVirtual().start(() -> pump(client, broker, true));
                Thread.ofVirtual().start(() -> pump(broker, client, false));
            }
        } catch (IOException e) {
            // Closed; or the broker can't be reached, which the client will say better.
            cut();
        }
    }

    private void pump(Socket from, Socket to, boolean up) {
        byte[] buffer = new byte[16 * 1024];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (passes(buffer, n, up)) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            // One end is gone, so the other goes: try has closed both.
            return;
        }
    }

    private synchronized boolean passes(byte[] buffer, int n, boolean up) {
        ByteArrayOutputStream kept = up ? sent : received;
        if (kept.size() + n <= KEPT_BYTES) {
            kept.write(buffer, 0, n);
        }
        return up ? !upMuted : !downMuted;
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("a socket can't be closed", e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError("a cable can't be closed", e);
        } finally {
            cut();
        }
    }
}
