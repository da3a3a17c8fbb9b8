package io.tern.transport;

import static io.tern.transport.ClientFrame.BINARY;
import static io.tern.transport.ClientFrame.CLOSE;
import static io.tern.transport.ClientFrame.CONTINUATION;
import static io.tern.transport.ClientFrame.FINAL;
import static io.tern.transport.ClientFrame.PING;
import static io.tern.transport.ClientFrame.PONG;
import static io.tern.transport.ClientFrame.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.api.Loop;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.RawWebSocket.Frame;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebSocketConnectionTest {

    private static final Peer.Script LISTEN = (connection, bytes) -> { };
    private static final Peer.Script ECHO = (connection, bytes) -> {
        connection.write(bytes, 0, bytes.length);
        connection.flush();
    };

    @ParameterizedTest
    @EnumSource
    void an_ordinary_client_is_served(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, ECHO); HttpClient http = HttpClient.newHttpClient()) {
            Collector collector = new Collector();
            WebSocket socket = http.newWebSocketBuilder().subprotocols("mqtt", "mqttv3.1")
                    .buildAsync(URI.create("ws://127.0.0.1:" + site.port() + "/mqtt"), collector)
                    .get(20, TimeUnit.SECONDS);
            assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
            Peer peer = site.accepted();
            assertThat(peer.connection().info().transport()).isEqualTo("ws");
            assertThat(peer.connection().info().listener()).isEqualTo("ws");

            byte[] sent = TcpConnectionTest.pattern(200_000);
            socket.sendBinary(ByteBuffer.wrap(sent, 0, 70_000), false).get(20, TimeUnit.SECONDS);
            socket.sendBinary(ByteBuffer.wrap(sent, 70_000, 130_000), true).get(20, TimeUnit.SECONDS);
            assertThat(collector.bytes(sent.length)).isEqualTo(sent);
            assertThat(peer.bytes(sent.length)).isEqualTo(sent);

            socket.sendPing(ByteBuffer.wrap(new byte[] {1, 2, 3})).get(20, TimeUnit.SECONDS);
            assertThat(collector.next()).isEqualTo("pong 3");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(20, TimeUnit.SECONDS);
            assertThat(collector.next()).isEqualTo("close 1000");
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closing_says_so_to_an_ordinary_client(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN); HttpClient http = HttpClient.newHttpClient()) {
            Collector collector = new Collector();
            http.newWebSocketBuilder().subprotocols("mqttv3.1")
                    .buildAsync(URI.create("ws://127.0.0.1:" + site.port() + "/mqtt"), collector)
                    .get(20, TimeUnit.SECONDS);
            Peer peer = site.accepted();
            peer.run(() -> {
                peer.connection().write(new byte[] {5}, 0, 1);
                peer.connection().close();
            });
            assertThat(collector.bytes(1)).containsExactly(5);
            assertThat(collector.next()).isEqualTo("close 1000");
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void frames_may_come_right_behind_the_handshake(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket.open(client, ClientFrame.of(FINAL | BINARY, (byte) 1, (byte) 2));
            assertThat(site.accepted().bytes(2)).containsExactly(1, 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void frames_and_packets_need_not_agree(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            socket.send(ClientFrame.of(BINARY, (byte) 1));
            socket.send(ClientFrame.of(FINAL | CONTINUATION, (byte) 2));
            socket.send(ClientFrame.of(FINAL | BINARY));
            byte[] late = ClientFrame.of(FINAL | BINARY, (byte) 3, (byte) 4);
            for (byte b : late) {
                socket.send(new byte[] {b});
            }
            assertThat(site.accepted().bytes(4)).containsExactly(1, 2, 3, 4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_packet_is_one_frame(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            Peer peer = site.accepted();
            int[] lengths = {1, 125, 126, 65_535, 65_536, 300_000, 2, 65_500, 40, 3};
            peer.run(() -> {
                for (int length : lengths) {
                    peer.connection().write(TcpConnectionTest.pattern(length), 0, length);
                }
                peer.connection().flush();
            });
            for (int length : lengths) {
                Frame frame = socket.read();
                assertThat(frame.opcode()).isEqualTo(BINARY);
                assertThat(frame.payload()).isEqualTo(TcpConnectionTest.pattern(length));
            }
            assertThat(peer.on(peer.connection()::pendingBytes)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_flush_is_one_frame_if_packets_are_packed(IoKind kind) throws Exception {
        try (Site site = packed(kind); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            Peer peer = site.accepted();
            for (int length : new int[] {1, 125, 126, 65_535, 65_536, 300_000}) {
                byte[] payload = TcpConnectionTest.pattern(length);
                peer.run(() -> {
                    peer.connection().write(payload, 0, length / 2);
                    peer.connection().write(payload, length / 2, length - length / 2);
                    peer.connection().flush();
                    peer.connection().flush();
                });
                Frame frame = socket.read();
                assertThat(frame.opcode()).isEqualTo(BINARY);
                assertThat(frame.payload()).isEqualTo(payload);
            }
        }
    }

    private static Site packed(IoKind kind) throws ListenException {
        return new Site(kind, 2, ListenerOptions.ws("ws", "127.0.0.1", 0).withPacked(true), Clock.system(), LISTEN);
    }

    @ParameterizedTest
    @EnumSource
    void a_peer_that_errs_in_what_it_says_is_told_so(IoKind kind) throws Exception {
        Peer.Script refuse = (connection, bytes) -> {
            connection.peerErred();
            connection.close();
        };
        try (Site site = Site.ws(kind, refuse); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            socket.send(ClientFrame.of(FINAL | BINARY, (byte) 0));
            assertThat(socket.read().closeCode()).isEqualTo(WebSocketFrames.PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_frame_may_be_as_large_as_it_likes(IoKind kind) throws Exception {
        byte[] big = TcpConnectionTest.pattern(5_000_000);
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            socket.send(ClientFrame.of(FINAL | BINARY, big));
            assertThat(site.accepted().bytes(big.length)).isEqualTo(big);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_foreign_page_is_refused_and_counted(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN)) {
            String page = HandshakeTest.GOOD.replace("Upgrade: ", "Origin: https://evil.example\r\nUpgrade: ");
            assertThat(ask(site, page)).startsWith("HTTP/1.1 403 ");
            assertThat(site.listener().counters().get(Event.ORIGIN_REFUSED)).isEqualTo(1);
            assertThat(site.hasAccepted()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void text_is_refused(IoKind kind) throws Exception {
        assertRefused(kind, ClientFrame.of(FINAL | TEXT, (byte) 'x'), WebSocketFrames.UNSUPPORTED);
    }

    @ParameterizedTest
    @EnumSource
    void broken_rules_end_it(IoKind kind) throws Exception {
        assertRefused(kind, ClientFrame.of(FINAL | CONTINUATION, (byte) 1), WebSocketFrames.PROTOCOL_ERROR);
    }

    private static void assertRefused(IoKind kind, byte[] frame, int code) throws Exception {
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            Peer peer = site.accepted();
            socket.send(ClientFrame.of(FINAL | BINARY, (byte) 1));
            socket.send(frame);
            Frame close = socket.read();
            assertThat(close.opcode()).isEqualTo(CLOSE);
            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(socket.isAtEnd()).isTrue();
            assertThat(peer.bytes(1)).containsExactly(1);
            assertThat(peer.closed()).isInstanceOf(ProtocolException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_close_frame_is_echoed_with_its_code(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            socket.send(ClientFrame.close(4321));
            assertThat(socket.read().closeCode()).isEqualTo(4321);
            assertThat(socket.isAtEnd()).isTrue();
            assertThat(site.accepted().closed()).isNull();
        }
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            socket.send(ClientFrame.of(FINAL | CLOSE));
            assertThat(socket.read().payload()).isEmpty();
            assertThat(socket.isAtEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_last_of_many_pings_is_answered_even_to_a_full_socket(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            Peer peer = site.accepted();
            byte[] big = TcpConnectionTest.pattern(5_000_000);
            peer.run(() -> {
                peer.connection().write(big, 0, big.length);
                peer.connection().flush();
                peer.connection().write(big, 0, 10);
                peer.connection().flush();
            });
            int before = peer.on(peer.connection()::pendingBytes);
            ByteArrayOutputStream pings = new ByteArrayOutputStream();
            for (int i = 0; i < 100_000; i++) {
                pings.writeBytes(ClientFrame.of(FINAL | PING, (byte) i));
            }
            pings.writeBytes(ClientFrame.of(FINAL | BINARY, (byte) 1));
            socket.send(pings.toByteArray());
            peer.bytes(1);
            assertThat(peer.on(peer.connection()::pendingBytes)).isLessThanOrEqualTo(before);
            assertThat(socket.read().payload()).isEqualTo(big);
            Frame next = socket.read();
            Frame afterNext = socket.read();
            Frame pong = next.opcode() == PONG ? next : afterNext;
            assertThat(pong.payload()).containsExactly((byte) 99_999);
            assertThat((pong == next ? afterNext : next).payload()).hasSize(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_slow_reader_costs_its_bytes_and_gets_them_in_few_frames(IoKind kind) throws Exception {
        try (Site site = packed(kind); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            Peer peer = site.accepted();
            Connection connection = peer.connection();
            byte[] big = TcpConnectionTest.pattern(5_000_000);
            byte[] small = TcpConnectionTest.pattern(20);
            peer.run(() -> {
                connection.write(big, 0, big.length);
                connection.flush();
                for (int i = 0; i < 10_000; i++) {
                    connection.write(small, 0, small.length);
                    connection.flush();
                }
            });
            assertThat(socket.read().payload()).isEqualTo(big);
            Frame rest = socket.read();
            assertThat(rest.payload()).hasSize(10_000 * small.length);
            peer.writable();
            assertThat(peer.on(connection::pendingBytes)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusals_are_answered_and_closed(IoKind kind) throws Exception {
        try (Site site = Site.ws(kind, LISTEN)) {
            assertThat(ask(site, HandshakeTest.GOOD.replace("/mqtt", "/other"))).startsWith("HTTP/1.1 404 ");
            assertThat(ask(site, HandshakeTest.GOOD.replace("col: mqtt", "col: chat"))).startsWith("HTTP/1.1 400 ");
            assertThat(ask(site, "x".repeat(20_000))).startsWith("HTTP/1.1 431 ");
            assertThat(site.hasAccepted()).isFalse();
        }
    }

    private static String ask(Site site, String request) throws Exception {
        try (Socket client = site.connect()) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_path_may_be_another(IoKind kind) throws Exception {
        ListenerOptions options =
                ListenerOptions.ws("ws", "127.0.0.1", 0).withWeb(new WebOptions(List.of("/"), List.of(), false));
        try (Site site = new Site(kind, 1, options, Clock.system(), LISTEN)) {
            assertThat(ask(site, HandshakeTest.GOOD)).startsWith("HTTP/1.1 404 ");
            try (Socket client = site.connect()) {
                client.getOutputStream().write(
                        HandshakeTest.GOOD.replace("/mqtt", "/").getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 101");
            }
        }
    }

    /// The handler moves at the first of several frames that came in one read; the others come after it.
    @ParameterizedTest
    @EnumSource
    void what_was_read_and_not_handed_over_is_replayed_after_a_move(IoKind kind) throws Exception {
        BlockingQueue<Loop> seenOn = new LinkedBlockingQueue<>();
        AtomicReference<Loop> target = new AtomicReference<>();
        Peer.Script moveAtFirst = (connection, bytes) -> {
            seenOn.add(connection.loop());
            if (bytes[0] % 2 == 1) {
                Loop from = connection.loop();
                connection.move(bytes[0] == 1 ? from : target.get(), () -> {
                    connection.write(new byte[] {bytes[0]}, 0, 1);
                    connection.flush();
                    connection.reading(true);
                    connection.reading(false);
                    connection.reading(true);
                });
            }
        };
        try (Site site = Site.ws(kind, moveAtFirst); Socket client = site.connect()) {
            RawWebSocket socket = RawWebSocket.open(client);
            Peer peer = site.accepted();
            target.set(site.otherThan(peer.connection().loop()));
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (int i = 1; i <= 6; i++) {
                sent.writeBytes(ClientFrame.of(FINAL | BINARY, (byte) i));
            }
            socket.send(sent.toByteArray());
            assertThat(peer.bytes(6)).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(socket.read().payload()).containsExactly(1);
            assertThat(socket.read().payload()).containsExactly(3);
            assertThat(socket.read().payload()).containsExactly(5);
            socket.send(ClientFrame.of(FINAL | BINARY, (byte) 8));
            assertThat(peer.bytes(1)).containsExactly(8);
            assertThat(seenOn).element(3).isSameAs(target.get());
            assertThat(seenOn).element(5).isSameAs(target.get());
            assertThat(peer.mistakes()).isEmpty();
        }
    }

    /// Puts all a client hears into a queue.
    private static final class Collector implements WebSocket.Listener {

        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

        byte[] bytes(int count) throws InterruptedException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (all.size() < count) {
                all.writeBytes((byte[]) next());
            }
            return all.toByteArray();
        }

        Object next() throws InterruptedException {
            Object event = heard.poll(20, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            heard.add(bytes);
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
            heard.add("pong " + message.remaining());
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            heard.add("close " + statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            heard.add("error " + error);
        }
    }
}
