package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Options;
import io.tern.wire.Spec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What MQTT says about WebSocket: frames and sub-protocol.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceWebSocketTest {

    private static final String CONNECT = "100d00044d5154540402003c000161";
    private static final String CONNACK = "20020000";
    private static final String CLOSED = "closed";

    private Server server;
    private HttpClient http;

    @BeforeAll
    void start(@TempDir Path dataDir) throws Exception {
        server = Server.start(Options.builder()
                .with(ServerOptions.MQTT_PORT, 0)
                .with(ServerOptions.WS_PORT, 0)
                .with(ServerOptions.DATA_DIR, dataDir.toString())
                .build());
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    void stop() {
        http.shutdownNow();
        server.close();
    }

    /// Hex digits of what came, and the end.
    private static final class Arrivals implements WebSocket.Listener {

        private final LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            arrived.add(HexFormat.of().formatHex(bytes));
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            arrived.add(CLOSED);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            arrived.add(CLOSED);
        }

        /// Takes bytes until there are as many as expected, in whatever frames they come.
        void expect(String hex) throws InterruptedException {
            StringBuilder came = new StringBuilder();
            while (came.length() < hex.length()) {
                String next = arrived.poll(5, TimeUnit.SECONDS);
                assertThat(next).as("after " + came + " of " + hex).isNotNull();
                came.append(next);
            }
            assertThat(came.toString()).isEqualTo(hex);
        }
    }

    private WebSocket open(Arrivals arrivals, String subprotocol, String... others) {
        return http.newWebSocketBuilder()
                .subprotocols(subprotocol, others)
                .buildAsync(URI.create("ws://127.0.0.1:" + server.wsPort() + "/mqtt"), arrivals)
                .join();
    }

    private static void send(WebSocket socket, String hex) {
        socket.sendBinary(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), true).join();
    }

    @Test
    @Spec({"MQTT-6.0.0-4", "3.1.1:MQTT-6.0.0-4"})
    void the_server_selects_mqtt() {
        WebSocket socket = open(new Arrivals(), "chat", "mqtt");
        assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
        socket.abort();
    }

    @Test
    @Spec({"MQTT-6.0.0-3", "3.1.1:MQTT-6.0.0-3"})
    void a_client_that_offers_something_else_is_refused() {
        Arrivals arrivals = new Arrivals();
        assertThatThrownBy(() -> open(arrivals, "chat")).isInstanceOf(CompletionException.class);
    }

    @Test
    @Spec({"MQTT-6.0.0-1", "3.1.1:MQTT-6.0.0-1"})
    void a_text_frame_ends_the_connection() throws InterruptedException {
        Arrivals arrivals = new Arrivals();
        WebSocket socket = open(arrivals, "mqtt");
        send(socket, CONNECT);
        arrivals.expect(CONNACK);
        socket.sendText("hello", true).join();
        arrivals.expect(CLOSED);
    }

    @Test
    @Spec({"MQTT-6.0.0-2", "3.1.1:MQTT-6.0.0-2"})
    void a_packet_may_come_in_many_frames() throws InterruptedException {
        Arrivals arrivals = new Arrivals();
        WebSocket socket = open(arrivals, "mqtt");
        for (int i = 0; i < CONNECT.length(); i += 2) {
            send(socket, CONNECT.substring(i, i + 2));
        }
        arrivals.expect(CONNACK);
        socket.abort();
    }

    @Test
    @Spec({"MQTT-6.0.0-2", "3.1.1:MQTT-6.0.0-2"})
    void a_frame_may_hold_many_packets_and_a_part_of_another() throws InterruptedException {
        Arrivals arrivals = new Arrivals();
        WebSocket socket = open(arrivals, "mqtt");
        send(socket, CONNECT + "c000c000c0");
        send(socket, "00c000");
        arrivals.expect(CONNACK + "d000d000d000d000");
        socket.abort();
    }
}
