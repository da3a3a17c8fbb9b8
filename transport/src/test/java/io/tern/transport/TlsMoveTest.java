package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.api.Clock;
import io.tern.api.Loop;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.tls.TlsOptions;
import io.tern.transport.tls.TlsProvider;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Connections with TLS that move. How long that takes is the machine's business: what takes twenty seconds alone was
/// seen to take more than a minute beside other work.
@Timeout(600)
class TlsMoveTest {

    private static final int CLIENTS = Boolean.getBoolean("tern.full") ? 1_000 : 500;
    private static final int LOOPS = 4;
    private static final Peer.Script LISTEN = (connection, bytes) -> { };

    private final TestAuthority authority = TestAuthority.of("root");
    private final TlsClients clients = new TlsClients(authority, null);
    private final Nomads nomads = new Nomads();

    @TempDir
    private Path folder;

    private TlsOptions tls;

    static Stream<Arguments> kinds() {
        return Arrays.stream(IoKind.values()).flatMap(kind -> Arrays.stream(TlsProvider.values())
                .filter(provider -> provider == TlsProvider.JDK || TlsProvider.best() == provider)
                .map(provider -> Arguments.of(kind, provider)));
    }

    @BeforeEach
    void write() {
        TestFiles files = authority.issue("server", "localhost").write(folder, "server");
        tls = TlsOptions.of(files.certificate(), files.key());
    }

    /// On a busy machine a thousand clients that begin at once need a while for their own half.
    private ListenerOptions patient(ListenerOptions options) {
        return options.withTls(tls).withLimits(600_000, 8 * 1024, 1_000);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void hundreds_move_to_and_fro_with_bytes_in_flight_both_ways(IoKind kind, TlsProvider provider)
            throws Exception {
        // All of them where it is the usual way; the others differ too little to wait for.
        int count = kind == IoKind.best() && provider == TlsProvider.best() ? CLIENTS : CLIENTS / 5;
        AtomicInteger moves = new AtomicInteger();
        ListenerOptions options = patient(ListenerOptions.tcp("mqtts", "127.0.0.1", 0));
        try (NettyLoops loops = NettyLoops.start(LOOPS, kind, Clock.system());
                Listener listener = Listener.bind(loops, options, provider,
                        connection -> nomads.new Nomad(connection, loops.loops(), moves))) {
            nomads.run(count, () -> new Nomads.TcpWire(clients.open(listener.port())));
        }
        assertThat(nomads.failures()).isEmpty();
        assertThat(moves.get()).isGreaterThan(count * 5);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void so_do_web_sockets(IoKind kind, TlsProvider provider) throws Exception {
        int count = CLIENTS / 5;
        AtomicInteger moves = new AtomicInteger();
        ListenerOptions options = patient(ListenerOptions.ws("wss", "127.0.0.1", 0));
        try (NettyLoops loops = NettyLoops.start(LOOPS, kind, Clock.system());
                Listener listener = Listener.bind(loops, options, provider,
                        connection -> nomads.new Nomad(connection, loops.loops(), moves))) {
            nomads.run(count, () -> new Nomads.WebSocketWire(clients.open(listener.port())));
        }
        assertThat(nomads.failures()).isEmpty();
        assertThat(moves.get()).isGreaterThan(count * 5);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_full_socket_goes_on_after_a_move(IoKind kind, TlsProvider provider) throws Exception {
        byte[] big = TcpConnectionTest.pattern(5_000_000);
        ListenerOptions options = ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls);
        try (Site site = new Site(kind, provider, 2, options, Clock.system(), LISTEN);
                SSLSocket client = clients.open(site.port())) {
            Peer peer = site.accepted();
            Loop to = site.otherThan(peer.connection().loop());
            BlockingQueue<Boolean> arrived = new LinkedBlockingQueue<>();
            peer.run(() -> {
                peer.connection().write(big, 0, big.length);
                peer.connection().flush();
                peer.connection().write(big, 0, 10);
                peer.move(to, () -> arrived.add(to.inLoop()));
            });
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(client.getInputStream().readNBytes(big.length)).isEqualTo(big);
            assertThat(client.getInputStream().readNBytes(10)).startsWith(big[0], big[1]);
            peer.writable();
            Site.hangUp(client);
            assertThat(peer.closed()).isNull();
        }
    }

    /// As when all loops end while connections are moving: one ends first.
    @ParameterizedTest
    @MethodSource("kinds")
    void one_whose_target_has_ended_is_closed_and_leaks_nothing(IoKind kind, TlsProvider provider) throws Exception {
        ListenerOptions options = ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls);
        NettyLoops others = NettyLoops.start(1, kind, Clock.system());
        others.close();
        try (Site site = new Site(kind, provider, 1, options, Clock.system(), LISTEN);
                SSLSocket client = clients.open(site.port())) {
            Peer peer = site.accepted();
            peer.run(() -> {
                peer.connection().write(new byte[100], 0, 100);
                peer.move(others.loops().getFirst(), () -> { });
            });
            assertThat(Site.drained(client)).isZero(); // LeakWatch looks for the rest.
        }
    }

    /// Then no loop closes it in an orderly way, and what TLS holds outside the heap must be given back all the same.
    @Test
    void one_that_the_target_refuses_leaks_nothing() throws Exception {
        assumeTrue(IoKind.best() == IoKind.EPOLL);
        ListenerOptions options = ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls);
        try (Site site = new Site(IoKind.EPOLL, TlsProvider.best(), 1, options, Clock.system(), LISTEN);
                NettyLoops others = NettyLoops.start(1, IoKind.NIO, Clock.system());
                SSLSocket client = clients.open(site.port())) {
            Peer peer = site.accepted();
            BlockingQueue<Boolean> arrived = new LinkedBlockingQueue<>();
            peer.run(() -> peer.move(others.loops().getFirst(),
                    () -> arrived.add(peer.isQuiet() && !peer.connection().isOpen())));
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(peer.closed()).isInstanceOf(IllegalStateException.class);
            assertThat(Site.drained(client)).isZero();
        }
    }
}
