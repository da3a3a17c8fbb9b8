package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.AddressRange;
import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A door that is asked before anything is spent on a socket.
class AdmissionTest {

    private static final List<AddressRange> LOOPBACK = List.of(AddressRange.of("127.0.0.0/8"));
    private static final String BANNED = "203.0.113.7";
    private static final byte[] CONTENT = {22, 3};

    @TempDir
    private Path folder;

    /// Remembers whom it was asked for and what has become of them.
    private static final class Recorder implements Door {
        final Queue<String> asked = new ConcurrentLinkedQueue<>();
        final AtomicInteger here = new AtomicInteger();
        final AtomicInteger missed = new AtomicInteger();
        final boolean closed;

        Recorder(boolean closed) {
            this.closed = closed;
        }

        @Override
        public Door admit(ConnectionInfo from) {
            String address = ((InetSocketAddress) from.remote()).getAddress().getHostAddress();
            asked.add(address);
            return closed || address.equals(BANNED) ? null : new Door() {
                @Override
                public ConnectionHandler accept(Connection connection) {
                    here.incrementAndGet();
                    return new Peer(connection, (open, bytes) -> { });
                }

                @Override
                public void missed() {
                    missed.incrementAndGet();
                }
            };
        }

        @Override
        public ConnectionHandler accept(Connection connection) {
            here.incrementAndGet();
            return new Peer(connection, (open, bytes) -> { });
        }
    }

    /// Loops, a listener and its door.
    private record House(NettyLoops loops, Listener listener, Recorder door) implements AutoCloseable {

        static House of(IoKind kind, ListenerOptions options, Recorder door) throws ListenException {
            NettyLoops loops = NettyLoops.start(2, kind, Clock.system());
            return new House(loops, Listener.bind(loops, options, door), door);
        }

        Socket connect() throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
            socket.setSoTimeout(20_000);
            return socket;
        }

        long count(Event event) {
            return listener.counters().get(event);
        }

        @Override
        public void close() {
            listener.close();
            loops.close();
        }
    }

    private ListenerOptions tls() throws Exception {
        TestFiles files = TestAuthority.of("root").issue("server", "localhost").write(folder, "server");
        return ListenerOptions.tcp("mqtts", "127.0.0.1", 0)
                .withTls(TlsOptions.of(files.certificate(), files.key()));
    }

    private static byte[] hello() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] proxied(String address, byte[] then) {
        byte[] header = ("PROXY TCP4 " + address + " 198.51.100.1 40000 8883\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(header, header.length + then.length);
        System.arraycopy(then, 0, all, header.length, then.length);
        return all;
    }

    /// @return whether the server has begun a handshake of TLS
    private static boolean answers(Socket client, byte[] first) {
        try {
            client.getOutputStream().write(first);
            byte[] answer = client.getInputStream().readNBytes(CONTENT.length);
            return Arrays.equals(answer, CONTENT);
        } catch (IOException reset) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_is_not_admitted_gets_no_handshake(IoKind kind) throws Exception {
        try (House house = House.of(kind, tls(), new Recorder(true)); Socket client = house.connect()) {
            assertThat(answers(client, hello())).isFalse();
            assertThat(house.count(Event.NOT_ADMITTED)).isEqualTo(1);
            assertThat(house.count(Event.OPENED) + house.count(Event.TLS_FAILED)).isZero();
        }
        try (House house = House.of(kind, tls(), new Recorder(false)); Socket client = house.connect()) {
            assertThat(answers(client, hello())).isTrue();
            assertThat(house.door.asked).containsExactly("127.0.0.1");
            assertThat(house.count(Event.NOT_ADMITTED)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nor_whom_the_PROXY_protocol_names_and_not_the_proxy_itself(IoKind kind) throws Exception {
        ListenerOptions options = tls().withProxies(new ProxyOptions(LOOPBACK, true, false));
        try (House house = House.of(kind, options, new Recorder(false));
                Socket banned = house.connect(); Socket inPieces = house.connect(); Socket other = house.connect()) {
            assertThat(answers(banned, proxied(BANNED, hello()))).isFalse();
            inPieces.getOutputStream().write(proxied(BANNED, new byte[0]));
            assertThat(Site.drained(inPieces)).isZero();
            assertThat(answers(other, proxied("203.0.113.8", hello()))).isTrue();

            assertThat(house.door.asked).containsExactlyInAnyOrder(BANNED, BANNED, "203.0.113.8");
            assertThat(house.count(Event.NOT_ADMITTED)).isEqualTo(2);
            assertThat(house.count(Event.TLS_FAILED) + house.count(Event.NOT_TLS)).isZero();
            assertThat(house.door.missed).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_admitted_comes_or_is_missed_once(IoKind kind) throws Exception {
        try (House house = House.of(kind, tls(), new Recorder(false))) {
            for (int i = 0; i < 5; i++) {
                try (Socket client = house.connect()) {
                    assertThat(answers(client, hello())).isTrue(); // And then it hangs up.
                }
            }
            Site.until(() -> house.door.missed.get() == 5);
            assertThat(house.door.here).hasValue(0);
        }
        ListenerOptions plain = ListenerOptions.tcp("mqtt", "127.0.0.1", 0);
        try (House house = House.of(kind, plain, new Recorder(false))) {
            for (int i = 0; i < 5; i++) {
                house.connect().close();
            }
            Site.until(() -> house.door.here.get() + house.door.missed.get() == 5);
        }
        try (House house = House.of(kind, plain, new Recorder(true)); Socket client = house.connect()) {
            assertThat(Site.drained(client)).isZero();
            assertThat(house.count(Event.NOT_ADMITTED)).isEqualTo(1);
        }
    }

    @Test
    void a_proxy_that_forwards_is_not_taken_for_its_clients() throws Exception {
        ListenerOptions options = ListenerOptions.ws("ws", "127.0.0.1", 0)
                .withProxies(new ProxyOptions(LOOPBACK, false, true));
        try (House house = House.of(IoKind.best(), options, new Recorder(true)); Socket client = house.connect()) {
            client.getOutputStream().write(("GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\nX-Forwarded-For: 203.0.113.8\r\n"
                    + "\r\n").getBytes(StandardCharsets.US_ASCII));
            Site.until(() -> house.door.here.get() == 1); // The door sees it, and decides then.
            assertThat(house.door.asked).isEmpty();
        }
    }
}
