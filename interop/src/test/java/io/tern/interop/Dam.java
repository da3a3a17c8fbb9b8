package io.tern.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;

/// Lies between one client and the broker, and holds back what the client says from a moment on, until it has ended:
/// then all of that and the end reach the broker at once, whatever the bytes travel in.
final class Dam implements AutoCloseable {

    /// How the connection to the broker ends.
    enum End { HALF_CLOSED, CLOSED, RESET }

    private final ServerSocket server;
    private final SocketChannel broker;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final CompletableFuture<Void> clientEnded = new CompletableFuture<>();
    private boolean holding;

    /// @param address of the broker
    Dam(SocketAddress address) throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        broker = SocketChannel.open(address);
        Thread.ofVirtual().name("dam").start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        try (Socket client = server.accept()) {
            Thread down = Thread.ofVirtual().name("dam-down").start(() -> down(client));
            byte[] buffer = new byte[16 * 1024];
            InputStream in = client.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                take(buffer, n);
            }
            clientEnded.complete(null);
            down.join();
        } catch (IOException e) {
            clientEnded.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void take(byte[] bytes, int length) throws IOException {
        if (holding) {
            kept.write(bytes, 0, length);
        } else {
            write(ByteBuffer.wrap(bytes, 0, length));
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            broker.write(bytes);
        }
    }

    /// What the broker says, until it ends.
    private void down(Socket client) {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try {
            while (broker.read(buffer.clear()) >= 0) {
                client.getOutputStream().write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException e) {
            return; // One of them has gone.
        }
    }

    /// From here on what the client says is kept. What it said before must have been answered.
    synchronized void hold() {
        holding = true;
    }

    /// Waits for the client's end, and lets all go.
    void burst(End end) throws IOException {
        clientEnded.join();
        synchronized (this) {
            write(ByteBuffer.wrap(kept.toByteArray()));
        }
        switch (end) {
            case HALF_CLOSED -> broker.shutdownOutput();
            case CLOSED -> broker.close();
            case RESET -> {
                if (broker.getLocalAddress() instanceof InetSocketAddress) {
                    broker.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
                broker.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        broker.close();
    }
}
