package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Clock;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.TlsOptions;
import io.tern.transport.tls.TlsProvider;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A stream of bytes through TLS, and its ends.
class TlsConnectionTest {

    private static final Peer.Script LISTEN = (connection, bytes) -> { };
    private static final Peer.Script ECHO = (connection, bytes) -> {
        connection.write(bytes, 0, bytes.length);
        connection.flush();
    };

    private final TestAuthority authority = TestAuthority.of("root");
    private final TlsClients clients = new TlsClients(authority, null);

    @TempDir
    private Path folder;

    private TlsOptions tls;

    static Stream<Arguments> ways() {
        return Arrays.stream(IoKind.values()).flatMap(kind -> Arrays.stream(TlsProvider.values())
                .filter(provider -> provider == TlsProvider.JDK || TlsProvider.best() == provider)
                .flatMap(provider -> TlsOptions.VERSIONS.stream()
                        .map(version -> Arguments.of(kind, provider, version))));
    }

    @BeforeEach
    void write() {
        TestFiles files = authority.issue("server", "localhost").write(folder, "server");
        tls = TlsOptions.of(files.certificate(), files.key());
    }

    private Site site(IoKind kind, TlsProvider provider, Peer.Script script) throws ListenException {
        return new Site(kind, provider, 2, ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls), Clock.system(),
                script);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void bytes_come_and_go_however_they_are_cut(IoKind kind, TlsProvider provider, String version) throws Exception {
        byte[] sent = TcpConnectionTest.pattern(600_000);
        try (Site site = site(kind, provider, ECHO); SSLSocket client = clients.open(site.port(), version)) {
            Thread writer = Thread.ofVirtual().start(() -> writeInPieces(client, sent));
            assertThat(client.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            writer.join();
            Peer peer = site.accepted();
            assertThat(peer.bytes(sent.length)).isEqualTo(sent);
            Site.hangUp(client);
            assertThat(peer.closed()).isNull();
        }
    }

    /// Behind it nothing of the handshake is under way any more.
    private static void echoes(SSLSocket client) throws IOException {
        client.getOutputStream().write(1);
        assertThat(client.getInputStream().read()).isEqualTo(1);
    }

    private static void writeInPieces(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            int at = 0;
            for (int size = 1; at < bytes.length; size = size * 3 % 40_001) {
                int length = Math.min(size, bytes.length - at);
                out.write(bytes, at, length);
                at += length;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void close_sends_what_is_pending_and_says_goodbye(IoKind kind, TlsProvider provider, String version)
            throws Exception {
        byte[] big = TcpConnectionTest.pattern(3_000_000);
        try (Site site = site(kind, provider, LISTEN); SSLSocket client = clients.open(site.port(), version)) {
            Peer peer = site.accepted();
            peer.run(() -> {
                peer.connection().write(big, 0, big.length);
                peer.connection().close();
            });
            InputStream in = client.getInputStream();
            assertThat(in.readNBytes(big.length)).isEqualTo(big);
            // A stream that was cut off would be an exception here.
            assertThat(in.read()).isEqualTo(-1);
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void last_words_reach_a_peer_that_is_still_talking(IoKind kind, TlsProvider provider, String version)
            throws Exception {
        try (Site site = site(kind, provider, (connection, bytes) -> {
            connection.write(new byte[] {1, 2, 3}, 0, 3);
            connection.close();
        }); SSLSocket client = clients.open(site.port(), version)) {
            client.getOutputStream().write(new byte[200_000]);
            assertThat(client.getInputStream().readNBytes(4)).containsExactly(1, 2, 3);
            assertThat(site.accepted().closed()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_peer_that_says_goodbye_is_said_goodbye_to(IoKind kind, TlsProvider provider, String version)
            throws Exception {
        try (Site site = site(kind, provider, ECHO); SSLSocket client = clients.open(site.port(), version)) {
            echoes(client);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(site.accepted().closed()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_peer_that_is_cut_off_is_told(IoKind kind, TlsProvider provider, String version) throws Exception {
        try (Site site = site(kind, provider, (connection, bytes) -> {
            throw new IllegalStateException("planted");
        }); SSLSocket client = clients.open(site.port(), version)) {
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> {
                if (client.getInputStream().read() < 0) {
                    throw new EOFException();
                }
            }).isInstanceOfAny(SSLException.class, IOException.class);
            assertThat(site.accepted().closed()).hasMessage("planted");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_reset_is_told_with_its_cause(IoKind kind, TlsProvider provider, String version) throws Exception {
        try (Site site = site(kind, provider, ECHO); Socket plain = site.connect()) {
            echoes(clients.over(plain, "localhost", true, version));
            Peer peer = site.accepted();
            Site.reset(plain);
            assertThat(peer.closed()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_paused_connection_hands_over_nothing(IoKind kind, TlsProvider provider, String version) throws Exception {
        byte[] big = TcpConnectionTest.pattern(2_000_000);
        try (Site site = site(kind, provider, LISTEN); SSLSocket client = clients.open(site.port(), version)) {
            Peer peer = site.accepted();
            peer.run(() -> peer.connection().reading(false));
            Thread writer = Thread.ofVirtual().start(() -> writeInPieces(client, big));
            for (int i = 0; i < 50; i++) {
                peer.run(() -> { }); // The loop goes round and does not spin on bytes that it may not read.
            }
            assertThat(peer.isQuiet()).isTrue();
            peer.run(() -> peer.connection().reading(true));
            assertThat(peer.bytes(big.length)).isEqualTo(big);
            writer.join();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void one_flush_is_one_record_up_to_16_KiB(IoKind kind, TlsProvider provider, String version) throws Exception {
        byte[] small = TcpConnectionTest.pattern(100);
        try (Site site = site(kind, provider, ECHO); Socket plain = site.connect()) {
            Recording recording = new Recording(plain);
            SSLSocket client = clients.over(recording, "localhost", true, version);
            echoes(client);
            recording.begin();
            Peer peer = site.accepted();
            peer.run(() -> {
                for (int i = 0; i < 300; i++) {
                    peer.connection().write(small, 0, small.length);
                }
                peer.connection().flush();
            });
            assertThat(client.getInputStream().readNBytes(30_000)).hasSize(30_000);
            List<Integer> records = recording.records();
            assertThat(records).hasSize(2);
            assertThat(records.getFirst()).isBetween(16_384, 16_384 + 64);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_first_record_that_is_too_long_is_not_waited_for(IoKind kind, TlsProvider provider, String version)
            throws Exception {
        try (Site site = site(kind, provider, LISTEN); Socket plain = site.connect()) {
            plain.getOutputStream().write(new byte[] {22, 3, 1, (byte) 0xFF, (byte) 0xFD, 1, 0});
            assertThat(Site.drained(plain)).as(version).isZero();
            Site.until(() -> site.listener().counters().get(Event.NOT_TLS) == 1);
        }
    }

    /// SUBACK, then a message that is retained, then PINGRESP, twice: once while the socket takes no more.
    @ParameterizedTest
    @MethodSource("ways")
    void answers_end_their_record_unless_packets_are_packed(IoKind kind, TlsProvider provider, String version)
            throws Exception {
        byte[] suback = {(byte) 0x90, 3, 0, 1, 0};
        byte[] publish = {0x30, 4, 0, 1, 'a', 'x'};
        byte[] pingresp = {(byte) 0xD0, 0};
        byte[] big = TcpConnectionTest.pattern(8_000_000);
        for (boolean packed : new boolean[] {false, true}) {
            ListenerOptions options =
                    ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls).withPacked(packed);
            try (Site site = new Site(kind, provider, 2, options, Clock.system(), ECHO);
                    Socket plain = site.connect()) {
                Recording recording = new Recording(plain);
                SSLSocket client = clients.over(recording, "localhost", true, version);
                echoes(client);
                Peer peer = site.accepted();
                for (int filling : new int[] {0, big.length}) {
                    recording.begin();
                    peer.run(() -> {
                        if (filling > 0) {
                            peer.connection().write(big, 0, filling);
                            peer.connection().flush();
                        }
                        for (byte[] packet : List.of(suback, publish, publish, pingresp, publish)) {
                            peer.connection().write(packet, 0, packet.length);
                        }
                        peer.connection().flush();
                    });
                    assertThat(client.getInputStream().readNBytes(filling + 25)).hasSize(filling + 25);
                    List<Integer> records = recording.records();
                    List<Integer> last = records.subList(records.size() - (packed ? 1 : 3), records.size());
                    int head = packed ? last.getFirst() - 25 : last.getFirst() - 5;
                    assertThat(last).isEqualTo(packed ? List.of(25 + head) : List.of(5 + head, 14 + head, 6 + head));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_handshake_that_takes_too_long_is_ended(IoKind kind, TlsProvider provider, String version) throws Exception {
        ManualClock clock = new ManualClock();
        ListenerOptions options = ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls);
        try (Site site = new Site(kind, provider, 1, options, clock, LISTEN);
                Socket silent = site.connect();
                Socket halfHello = site.connect()) {
            halfHello.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
            Thread ticking = Thread.ofVirtual().start(() -> {
                while (!Thread.interrupted()) {
                    clock.advance(1_000);
                    site.loops().getFirst().wake();
                    Thread.yield();
                }
            });
            assertThat(Site.drained(silent)).isZero();
            assertThat(Site.drained(halfHello)).isZero();
            ticking.interrupt();
            ticking.join();
            // The client may see the end before the loop has counted it.
            Site.until(() -> site.listener().counters().get(Event.TOO_SLOW) == 2);
            assertThat(site.hasAccepted()).isFalse();
        }
    }
}
