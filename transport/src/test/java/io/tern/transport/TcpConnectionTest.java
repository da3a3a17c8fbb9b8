package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.Turn;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcpConnectionTest {

    private static final Peer.Script LISTEN = (connection, bytes) -> { };
    private static final Peer.Script ECHO = (connection, bytes) -> {
        connection.write(bytes, 0, bytes.length);
        connection.flush();
    };

    @ParameterizedTest
    @EnumSource
    void bytes_come_and_go_however_they_are_cut(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, ECHO); Socket client = site.connect()) {
            byte[] sent = pattern(300_000);
            Thread writer = Thread.ofVirtual().start(() -> writeInPieces(client, sent));
            assertThat(client.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            writer.join();
            Peer peer = site.accepted();
            assertThat(peer.bytes(sent.length)).isEqualTo(sent);
            Site.hangUp(client);
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void it_says_where_it_comes_from(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            assertThat(peer.connection().info().listener()).isEqualTo("mqtt");
            assertThat(peer.connection().info().transport()).isEqualTo("tcp");
            assertThat(((InetSocketAddress) peer.connection().info().remote()).getPort())
                    .isEqualTo(client.getLocalPort());
            assertThat(peer.on(peer.connection()::isOpen)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothing_leaves_before_a_flush_and_all_of_it_then(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            byte[] big = pattern(200_000);
            int pending = peer.on(() -> {
                peer.connection().write(big, 0, 1);
                peer.connection().write(big, 1, big.length - 1);
                peer.connection().write(big, 0, 0);
                return peer.connection().pendingBytes();
            });
            assertThat(pending).isEqualTo(big.length);
            assertThat(client.getInputStream().available()).isZero();
            peer.run(peer.connection()::flush);
            assertThat(client.getInputStream().readNBytes(big.length)).isEqualTo(big);
            assertThat(peer.on(peer.connection()::pendingBytes)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_turn_answers_what_was_read_before_it(IoKind kind) throws Exception {
        AtomicReference<Connection> dirty = new AtomicReference<>();
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            loops.loops().getFirst().bind(now -> {
                Connection connection = dirty.getAndSet(null);
                if (connection != null) {
                    connection.flush();
                }
                return Turn.IDLE;
            });
            try (Listener listener = Listener.bind(loops, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), connection ->
                    new Peer(connection, (from, bytes) -> {
                        from.write(bytes, 0, bytes.length);
                        dirty.set(from);
                        from.loop().wake();
                    })); Socket client = new Socket("127.0.0.1", listener.port())) {
                client.setSoTimeout(20_000);
                for (int i = 0; i < 100; i++) {
                    client.getOutputStream().write(i);
                    assertThat(client.getInputStream().read()).isEqualTo(i);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_peer_that_does_not_read_is_noticed_and_forgiven(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            Connection connection = peer.connection();
            byte[] piece = pattern(10_000);
            int written = peer.on(() -> {
                int pieces = 0;
                while (connection.pendingBytes() < Connection.HIGH_WATER_BYTES) {
                    connection.write(piece, 0, piece.length);
                    connection.flush();
                    pieces++;
                }
                return pieces;
            });
            assertThat(peer.isQuiet()).isTrue();
            InputStream in = client.getInputStream();
            for (int i = 0; i < written; i++) {
                assertThat(in.readNBytes(piece.length)).isEqualTo(piece);
            }
            peer.writable();
            assertThat(peer.on(connection::pendingBytes)).isLessThan(Connection.HIGH_WATER_BYTES / 2);
            assertThat(peer.isQuiet()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void high_water_that_one_flush_takes_away_is_reported_too(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            byte[] big = pattern(Connection.HIGH_WATER_BYTES);
            peer.run(() -> {
                peer.connection().write(big, 0, big.length);
                peer.connection().flush();
            });
            assertThat(client.getInputStream().readNBytes(big.length)).isEqualTo(big);
            peer.writable();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_paused_connection_hands_over_nothing_not_even_when_the_peer_hangs_up(IoKind kind) throws Exception {
        Peer.Script pauseAtOnce = (connection, bytes) -> connection.reading(false);
        try (Site site = Site.tcp(kind, pauseAtOnce); Socket client = site.connect()) {
            Peer peer = site.accepted();
            client.getOutputStream().write(1);
            assertThat(peer.bytes(1)).containsExactly(1);
            byte[] sent = pattern(50_000);
            client.getOutputStream().write(sent);
            client.shutdownOutput();
            for (int i = 0; i < 10; i++) {
                assertThat(peer.on(peer.connection()::isOpen)).isTrue();
            }
            assertThat(peer.isQuiet()).isTrue();
            int got = 0;
            while (got < sent.length) {
                peer.run(() -> peer.connection().reading(true));
                int before = got;
                byte[] part = (byte[]) peer.next();
                assertThat(part).isEqualTo(Arrays.copyOfRange(sent, before, before + part.length));
                got += part.length;
            }
            peer.run(() -> peer.connection().reading(true));
            assertThat(peer.closed()).isNull();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    /// Whichever of two comes first in a round pauses the other, which the kernel has reported as readable already.
    @ParameterizedTest
    @EnumSource
    void a_handler_may_pause_another_connection_of_its_loop(IoKind kind) throws Exception {
        AtomicReference<List<Connection>> armed = new AtomicReference<>();
        AtomicReference<Connection> paused = new AtomicReference<>();
        AtomicInteger whilePaused = new AtomicInteger();
        Peer.Script pauseOther = (connection, bytes) -> {
            List<Connection> both = armed.getAndSet(null);
            if (both != null) {
                paused.set(both.get(1 - both.indexOf(connection)));
                paused.get().reading(false);
            } else if (connection == paused.get()) {
                whilePaused.incrementAndGet();
            }
        };
        try (Site site = new Site(kind, 1, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), Clock.system(), pauseOther);
                Socket first = site.connect();
                Socket second = site.connect()) {
            Peer one = site.accepted();
            Peer two = site.accepted();
            for (int round = 0; round < 50; round++) {
                // Both become readable while the loop is busy, so that it learns of both at once.
                one.on(() -> {
                    armed.set(List.of(one.connection(), two.connection()));
                    first.getOutputStream().write(1);
                    second.getOutputStream().write(1);
                    return null;
                });
                while (armed.get() != null) {
                    one.run(() -> { });
                }
                one.run(() -> paused.getAndSet(null).reading(true));
                one.bytes(1);
                two.bytes(1);
            }
            assertThat(whilePaused).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void close_sends_what_is_pending_and_then_ends(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            byte[] big = pattern(5_000_000);
            boolean told = peer.on(() -> {
                peer.connection().write(big, 0, big.length);
                peer.connection().close();
                assertThat(peer.connection().isOpen()).isFalse();
                peer.connection().close();
                peer.connection().write(big, 0, 1);
                peer.connection().flush();
                peer.connection().reading(true);
                return !peer.isQuiet();
            });
            assertThat(told).isFalse();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(big);
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void last_words_reach_a_peer_that_is_still_talking(IoKind kind) throws Exception {
        Peer.Script pause = (connection, bytes) -> connection.reading(false);
        try (Site site = Site.tcp(kind, pause); Socket client = site.connect()) {
            Peer peer = site.accepted();
            client.getOutputStream().write(pattern(500_000));
            peer.next();
            byte[] words = "goodbye".getBytes(StandardCharsets.US_ASCII);
            peer.run(() -> {
                peer.connection().write(words, 0, words.length);
                peer.connection().close();
            });
            assertThat(peer.closed()).isNull();
            client.getOutputStream().write(pattern(500_000));
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(words);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_peer_that_takes_nothing_is_cut_off_after_five_seconds(IoKind kind) throws Exception {
        ManualClock clock = new ManualClock();
        try (Site site = new Site(kind, 1, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), clock, LISTEN);
                Socket client = site.connect()) {
            Peer peer = site.accepted();
            byte[] big = pattern(20_000_000);
            peer.run(() -> {
                peer.connection().write(big, 0, big.length);
                peer.connection().close();
            });
            clock.advance(4_999);
            peer.run(() -> { });
            peer.run(() -> { });
            assertThat(peer.isQuiet()).isTrue();
            clock.advance(1);
            peer.run(() -> { });
            assertThat(peer.closed()).isNull();
            assertThat(Site.drained(client)).isLessThan(big.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_peer_that_does_not_hang_up_is_cut_off_after_five_seconds(IoKind kind) throws Exception {
        ManualClock clock = new ManualClock();
        try (Site site = new Site(kind, 1, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), clock, LISTEN);
                Socket client = site.connect()) {
            Peer peer = site.accepted();
            peer.run(peer.connection()::close);
            assertThat(peer.closed()).isNull();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.getOutputStream().write(pattern(100_000));
            clock.advance(SocketConnection.CLOSE_MILLIS);
            peer.run(() -> { });
            assertThatThrownBy(() -> {
                while (true) {
                    client.getOutputStream().write(1);
                }
            }).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_half_closed_peer_gets_its_answers_before_the_end(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, ECHO); Socket client = site.connect()) {
            byte[] sent = pattern(100_000);
            Thread writer = Thread.ofVirtual().start(() -> {
                writeInPieces(client, sent);
                shutdownOutput(client);
            });
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
            writer.join();
            Peer peer = site.accepted();
            peer.bytes(sent.length);
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_appended_when_the_peer_ends_still_goes_out(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            byte[] big = pattern(5_000_000);
            peer.run(() -> peer.connection().write(big, 0, big.length));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(big);
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_reset_is_told_with_its_cause(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            Site.reset(client);
            assertThat(peer.closed()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_reset_met_in_writing_is_told_once(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            peer.run(() -> peer.connection().reading(false));
            Site.reset(client);
            byte[] bytes = pattern(1_000);
            boolean open = true;
            while (open) {
                open = peer.on(() -> {
                    peer.connection().write(bytes, 0, bytes.length);
                    peer.connection().flush();
                    return peer.connection().isOpen();
                });
            }
            peer.run(() -> { });
            assertThat(peer.isQuiet()).as("told before what came is heard").isTrue();
            peer.run(() -> peer.connection().reading(true));
            assertThat(peer.closed()).isInstanceOf(IOException.class);
            assertThat(peer.mistakes()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_refused_connection_is_closed(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(2, kind, Clock.system());
                Listener listener = Listener.bind(loops, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), c -> null);
                Socket client = new Socket("127.0.0.1", listener.port())) {
            client.setSoTimeout(20_000);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_handler_that_throws_loses_its_connection_only(IoKind kind) throws Exception {
        Peer.Script angry = (connection, bytes) -> {
            if (bytes[0] == 1) {
                throw new IllegalStateException("on purpose");
            }
        };
        try (Site site = Site.tcp(kind, angry); Socket first = site.connect(); Socket second = site.connect()) {
            Peer one = site.accepted();
            Peer two = site.accepted();
            Peer ofFirst = isPeerOf(one, first) ? one : two;
            Peer ofSecond = ofFirst == one ? two : one;
            first.getOutputStream().write(1);
            assertThat(ofFirst.closed()).hasMessage("on purpose");
            second.getOutputStream().write(2);
            assertThat(ofSecond.bytes(1)).containsExactly(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_end_of_the_loops_ends_their_connections(IoKind kind) throws Exception {
        for (int round = 0; round < 100; round++) { // It has to meet the loops at any point of their rounds.
            Site site = Site.tcp(kind, LISTEN);
            try (Socket client = site.connect()) {
                Peer peer = site.accepted();
                site.close();
                assertThat(peer.closed()).isNull();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void what_a_door_writes_goes_out() throws Exception {
        try (NettyLoops loops = NettyLoops.start(1, IoKind.best(), Clock.system());
                Listener listener = Listener.bind(loops, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), connection -> {
                    connection.write(new byte[] {7}, 0, 1);
                    connection.close();
                    return new Silent();
                });
                Socket client = new Socket("127.0.0.1", listener.port())) {
            client.setSoTimeout(20_000);
            assertThat(client.getInputStream().readAllBytes()).containsExactly(7);
        }
    }

    private static final class Silent implements ConnectionHandler {
        @Override
        public void onBytes(byte[] src, int offset, int length) {}

        @Override
        public void onWritable() {}

        @Override
        public void onSent() {}

        @Override
        public void onClosed(Throwable cause) {}
    }

    @ParameterizedTest
    @EnumSource
    void nothing_follows_a_packet_that_was_cut(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            byte[] bytes = pattern(10);
            boolean open = peer.on(() -> {
                peer.connection().write(bytes, 5, 100); // Throws within, when some of it is counted already.
                peer.connection().write(bytes, 0, 10);
                peer.connection().flush();
                return peer.connection().isOpen();
            });
            assertThat(open).isFalse();
            assertThat(peer.closed()).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(Site.drained(client)).isZero();
        }
    }

    static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    private static void writeInPieces(Socket socket, byte[] bytes) {
        try {
            int at = 0;
            for (int piece = 1; at < bytes.length; piece = piece * 3 % 7919) {
                int length = Math.min(piece, bytes.length - at);
                socket.getOutputStream().write(bytes, at, length);
                at += length;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void shutdownOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPeerOf(Peer peer, Socket client) {
        return ((InetSocketAddress) peer.connection().info().remote()).getPort() == client.getLocalPort();
    }
}
