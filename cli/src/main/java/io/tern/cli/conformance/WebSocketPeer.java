package io.tern.cli.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A broker over WebSocket. Loaded only when asked for: it takes java.net.http with it.
public final class WebSocketPeer implements Peer, AutoCloseable {

    private static final int CONNECT_MILLIS = 5000;
    private static final int SEND_MILLIS = 5000;
    private static final byte[] END = {};
    /// Brokers limit what one message may have.
    private static final int MESSAGE_BYTES_MAX = 32 * 1024;

    private final URI uri;
    private final HttpClient http;

    /// Connects nothing yet.
    ///
    /// @param uri `ws://host:port/path`
    public WebSocketPeer(URI uri) {
        this.uri = uri;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(CONNECT_MILLIS))
                .executor(Thread::startVirtualThread)
                .build();
    }

    @Override
    public long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void pass(long millis) throws IOException {
        TcpPeer.pause(millis);
    }

    @Override
    public Link open() throws IOException {
        WebSocketConnection connection = new WebSocketConnection();
        try {
            connection.socket = http.newWebSocketBuilder()
                    .subprotocols("mqtt")
                    .connectTimeout(Duration.ofMillis(CONNECT_MILLIS))
                    .buildAsync(uri, connection)
                    .join();
            return connection;
        } catch (CompletionException e) {
            throw new IOException("no WebSocket at " + uri + ": " + e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private final class WebSocketConnection implements Link, WebSocket.Listener {

        /// Holds one frame and the end, at most: the next is asked for when one has been taken.
        private final ArrayBlockingQueue<byte[]> arrived = new ArrayBlockingQueue<>(4);
        private WebSocket socket;

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            if (bytes.length > 0) {
                arrived.offer(bytes);
            } else {
                webSocket.request(1);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            arrived.offer(END);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            arrived.offer(END);
        }

        @Override
        public void send(byte[] bytes) throws IOException {
            for (int done = 0; done < bytes.length; done += MESSAGE_BYTES_MAX) {
                int length = Math.min(MESSAGE_BYTES_MAX, bytes.length - done);
                try {
                    socket.sendBinary(ByteBuffer.wrap(bytes, done, length), true)
                            .get(SEND_MILLIS, TimeUnit.MILLISECONDS);
                } catch (ExecutionException | TimeoutException e) {
                    return; // The broker may close before all has been said; the script says whether it should.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
        }

        @Override
        public byte[] receive(long untilMillis) throws IOException {
            try {
                byte[] bytes = arrived.poll(Math.max(0, untilMillis - nowMillis()), TimeUnit.MILLISECONDS);
                if (bytes != null && bytes.length > 0) {
                    socket.request(1);
                }
                return bytes;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
