package io.tern.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLParameters;

/// MQTT in the binary frames of a WebSocket [MQTT-6.0.0-1]; a packet may span frames [MQTT-6.0.0-2].
///
/// At most one frame's bytes are held: the next is asked for when they have been read, so a reader that pauses
/// pauses the server. Loaded only when a client asks for it: it takes java.net.http with it.
final class WebSocketLink implements Link, WebSocket.Listener {

    private static final ByteBuffer END = ByteBuffer.allocate(0);

    /// Servers limit what a message may have; MQTT doesn't care where one ends.
    private static final int MESSAGE_BYTES_MAX = 32 * 1024;

    private final HttpClient http;
    /// Holds one frame and the end, at most.
    private final ArrayBlockingQueue<ByteBuffer> arriving = new ArrayBlockingQueue<>(2);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private WebSocket socket;
    private ByteBuffer current = END;

    private WebSocketLink(HttpClient http) {
        this.http = http;
    }

    /// Connects and shakes hands.
    ///
    /// @param subprotocol `mqtt`, or `mqttv3.1` for MQTT 3.1
    /// @param tls null for none
    /// @param bindAddress local address to come from, or null
    static WebSocketLink open(
            URI uri, String subprotocol, ClientTls tls, InetAddress bindAddress, int timeoutMillis) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(timeoutMillis))
                .executor(Thread::startVirtualThread)
                .localAddress(bindAddress);
        if (tls != null) {
            SSLParameters parameters = tls.parameters();
            parameters.setApplicationProtocols(new String[0]);
            builder.sslContext(tls.context()).sslParameters(parameters);
        }
        HttpClient http = builder.build();
        WebSocketLink link = new WebSocketLink(http);
        try {
            link.socket = http.newWebSocketBuilder()
                    .subprotocols(subprotocol)
                    .connectTimeout(Duration.ofMillis(timeoutMillis))
                    .buildAsync(uri, link)
                    .join();
        } catch (CompletionException e) {
            http.shutdownNow();
            throw plain(e.getCause(), uri);
        }
        return link;
    }

    // What the HTTP client throws, in the words of a plain socket: it leaves messages empty.
    private static IOException plain(Throwable cause, URI uri) {
        if (cause instanceof WebSocketHandshakeException refused) {
            return new IOException("WebSocket handshake refused with HTTP status "
                    + refused.getResponse().statusCode(), refused);
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof UnresolvedAddressException) {
            UnknownHostException unknown = new UnknownHostException(uri.getHost());
            unknown.initCause(cause);
            return unknown;
        }
        if (cause instanceof ConnectException && root.getMessage() == null) {
            return new IOException("Connection refused", cause);
        }
        return new IOException(root.getMessage() == null ? "WebSocket handshake failed" : root.getMessage(), cause);
    }

    @Override
    public void onOpen(WebSocket webSocket) {
        webSocket.request(1);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        if (data.hasRemaining()) {
            // Copied, because the buffer goes back to the WebSocket on return.
            arriving.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
        } else {
            webSocket.request(1);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        end(new IOException("the server sent a text frame"));
        webSocket.abort();
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        end(null);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        end(error);
    }

    private void end(Throwable error) {
        boolean first = error == null ? ended.complete(null) : ended.completeExceptionally(error);
        if (first) {
            arriving.add(END);
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        if (!current.hasRemaining()) {
            current = next();
        }
        if (current == END) {
            if (ended.isCompletedExceptionally()) {
                throw new IOException("WebSocket failed: " + ended.exceptionNow().getMessage(), ended.exceptionNow());
            }
            return -1;
        }
        int length = Math.min(buffer.length, current.remaining());
        current.get(buffer, 0, length);
        if (!current.hasRemaining()) {
            socket.request(1);
        }
        return length;
    }

    private ByteBuffer next() throws IOException {
        try {
            return arriving.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += MESSAGE_BYTES_MAX) {
            writeMessage(ByteBuffer.wrap(bytes, offset + done, Math.min(MESSAGE_BYTES_MAX, length - done)));
        }
    }

    private void writeMessage(ByteBuffer message) throws IOException {
        try {
            socket.sendBinary(message, true).get();
        } catch (ExecutionException e) {
            throw new IOException("WebSocket failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void finishWriting() throws IOException {
        try {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
        } catch (ExecutionException e) {
            throw new IOException("WebSocket failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        end(null);
        socket.abort();
        http.shutdownNow();
    }
}
