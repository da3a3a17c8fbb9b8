package io.tern.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A long way to the broker: takes connections on this machine and passes on what it reads, each way later by half of a
/// round trip.
///
/// Each direction of a connection has a thread that reads and one that writes, and between them at most
/// [#PIECES_MAX] pieces of [#PIECE_BYTES]: a link of 300 ms holds some 200 MB a second.
final class Detour implements AutoCloseable {

    private static final int PIECE_BYTES = 64 * 1024;
    private static final int PIECES_MAX = 512;

    /// What was read at once, and when it is to be passed on; no bytes for the end.
    private record Piece(byte[] bytes, long dueNanos) {}

    private final InetSocketAddress target;
    private final long delayNanos;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /// Begins to listen.
    ///
    /// @param target where it leads
    /// @param roundTripMillis by how much an answer comes later
    Detour(InetSocketAddress target, int roundTripMillis) throws IOException {
        this.target = target;
        delayNanos = TimeUnit.MILLISECONDS.toNanos(roundTripMillis) / 2;
        server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                sockets.add(near);
                Socket far = new Socket(target.getAddress(), target.getPort());
                sockets.add(far);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                pass(near, far);
                pass(far, near);
            }
        } catch (IOException closed) {
            close();
        }
    }

    private void pass(Socket from, Socket to) {
        BlockingQueue<Piece> way = new ArrayBlockingQueue<>(PIECES_MAX);
        Thread.ofVirtual().start(() -> read(from, way));
        Thread.ofVirtual().start(() -> write(way, to));
    }

    private void read(Socket from, BlockingQueue<Piece> way) {
        byte[] buffer = new byte[PIECE_BYTES];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                way.put(new Piece(Arrays.copyOf(buffer, count), System.nanoTime() + delayNanos));
            }
            way.put(new Piece(new byte[0], System.nanoTime() + delayNanos));
        } catch (IOException | InterruptedException gone) {
            close(from);
        }
    }

    private void write(BlockingQueue<Piece> way, Socket to) {
        try (to) {
            OutputStream out = to.getOutputStream();
            for (Piece piece = way.take(); piece.bytes.length > 0; piece = way.take()) {
                TimeUnit.NANOSECONDS.sleep(piece.dueNanos - System.nanoTime());
                out.write(piece.bytes);
            }
        } catch (IOException | InterruptedException gone) {
            close(to);
        }
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
        sockets.forEach(this::close);
    }
}
