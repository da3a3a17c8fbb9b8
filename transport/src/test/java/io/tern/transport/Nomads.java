package io.tern.transport;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.Loop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that check the echo of all they send, and connections that echo while they move from loop to loop.
final class Nomads {

    private static final int BYTES_A_CLIENT = 30_000;

    /// Most bytes a client is ahead of the echo, so that its bytes come in many reads.
    private static final int WINDOW_BYTES = 3_000;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    Queue<Throwable> failures() {
        return failures;
    }

    /// A client's end.
    interface Wire extends AutoCloseable {
        void write(byte[] piece) throws IOException;

        byte[] read() throws IOException;

        @Override
        void close() throws IOException;
    }

    record TcpWire(Socket socket) implements Wire {

        @Override
        public void write(byte[] piece) throws IOException {
            socket.getOutputStream().write(piece);
        }

        @Override
        public byte[] read() throws IOException {
            byte[] buffer = new byte[8 * 1024];
            int length = socket.getInputStream().read(buffer);
            if (length < 0) {
                throw new IOException("ended");
            }
            return Arrays.copyOf(buffer, length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// Each piece in several frames, with a ping between.
    static final class WebSocketWire implements Wire {

        private final Socket socket;
        private final RawWebSocket frames;

        WebSocketWire(Socket socket) throws IOException {
            this.socket = socket;
            this.frames = RawWebSocket.open(socket);
        }

        @Override
        public void write(byte[] piece) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int cut = piece.length / 3;
            out.writeBytes(ClientFrame.of(ClientFrame.BINARY, Arrays.copyOf(piece, cut)));
            out.writeBytes(ClientFrame.of(ClientFrame.FINAL | ClientFrame.PING));
            out.writeBytes(ClientFrame.of(ClientFrame.FINAL | ClientFrame.CONTINUATION,
                    Arrays.copyOfRange(piece, cut, 2 * cut)));
            out.writeBytes(ClientFrame.of(ClientFrame.FINAL | ClientFrame.BINARY,
                    Arrays.copyOfRange(piece, 2 * cut, piece.length)));
            frames.send(out.toByteArray());
        }

        @Override
        public byte[] read() throws IOException {
            RawWebSocket.Frame frame = frames.read();
            return frame.opcode() == ClientFrame.BINARY ? frame.payload() : new byte[0];
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// Makes a client.
    interface Connector {
        Wire connect() throws IOException;
    }

    void run(int count, Connector connector) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int seed = i;
            threads.add(Thread.ofVirtual().start(() -> runClient(connector, seed)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void runClient(Connector connector, int seed) {
        try (Wire wire = connector.connect()) {
            Semaphore window = new Semaphore(WINDOW_BYTES);
            Thread writer = Thread.ofVirtual().start(() -> write(wire, seed, window));
            int at = 0;
            while (at < BYTES_A_CLIENT) {
                byte[] part = wire.read();
                for (byte b : part) {
                    if (b != byteAt(seed, at++)) {
                        throw new IOException("wrong byte at " + at);
                    }
                }
                window.release(part.length);
            }
            writer.join();
        } catch (IOException | InterruptedException e) {
            failures.add(e);
        }
    }

    private void write(Wire wire, int seed, Semaphore window) {
        try {
            int at = 0;
            while (at < BYTES_A_CLIENT) {
                byte[] piece = new byte[Math.min(200 + (seed + at) % 1_300, BYTES_A_CLIENT - at)];
                for (int i = 0; i < piece.length; i++) {
                    piece[i] = byteAt(seed, at + i);
                }
                window.acquire(piece.length);
                wire.write(piece);
                at += piece.length;
            }
        } catch (IOException | InterruptedException e) {
            failures.add(e);
        }
    }

    private static byte byteAt(int seed, int position) {
        return (byte) (seed * 7 + position * 13 + (position >> 8));
    }

    /// Echoes, and moves on with nearly every read: from within it or after it, flushed or not.
    final class Nomad implements ConnectionHandler {

        private final Connection connection;
        private final List<Loop> loops;
        private final AtomicInteger moves;
        private int reads;
        private boolean moving;

        Nomad(Connection connection, List<Loop> loops, AtomicInteger moves) {
            this.connection = connection;
            this.loops = loops;
            this.moves = moves;
        }

        @Override
        public void onBytes(byte[] src, int offset, int length) {
            check(!moving, "bytes while moving");
            check(connection.loop().inLoop(), "a wrong thread");
            connection.write(src, offset, length);
            reads++;
            if (reads % 3 != 0) {
                connection.flush();
            }
            if (reads % 5 == 0) {
                connection.loop().execute(this::moveOn);
            } else if (reads % 2 == 0) {
                moveOn();
            } else {
                connection.flush();
            }
        }

        private void moveOn() {
            if (moving || !connection.isOpen()) {
                return;
            }
            moving = true;
            moves.incrementAndGet();
            Loop to = loops.get((loops.indexOf(connection.loop()) + 1 + reads % 2) % loops.size());
            connection.move(to, () -> {
                check(to.inLoop() && connection.loop() == to, "arrived elsewhere");
                moving = false;
                connection.reading(true);
            });
        }

        @Override
        public void onWritable() {
            check(!moving && connection.loop().inLoop(), "writable on a wrong thread");
        }

        @Override
        public void onSent() {
            check(!moving && connection.loop().inLoop(), "sent on a wrong thread");
        }

        @Override
        public void onClosed(Throwable cause) {
            check(!moving && connection.loop().inLoop(), "closed on a wrong thread");
            check(cause == null, "closed by " + cause);
        }

        private void check(boolean holds, String what) {
            if (!holds) {
                failures.add(new AssertionError(what));
            }
        }
    }
}
