package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.tls.TlsOptions;
import io.tern.transport.tls.TlsProvider;
import io.tern.wire.Spec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The end of what a peer says comes behind all that it said before, whatever the handler was busy with, whatever the
/// bytes travel in, and however the socket ends.
class EndTest {

    /// What carries the bytes.
    enum Way { TCP, UNIX, TLS, WS, WSS }

    /// What the server is at when the last bytes and the end come.
    enum Moment { LISTENING, RESTING, MOVING, MOVING_AND_THEN_RESTING }

    /// How the socket ends.
    enum End { HALF_CLOSED, CLOSED, RESET }

    private static final byte[] FIRST = {1};
    private static final int FRAME_BYTES = 1_000;
    private static final int LOOP_ROUNDS = 20;

    private final TestAuthority authority = TestAuthority.of("root");

    @TempDir
    private Path folder;

    static Stream<Arguments> ways() {
        return Arrays.stream(IoKind.values()).flatMap(kind -> Arrays.stream(Way.values()).flatMap(way ->
                Arrays.stream(TlsProvider.values())
                        .filter(provider -> provider == TlsProvider.JDK || isSecure(way))
                        .map(provider -> Arguments.of(kind, way, provider))));
    }

    private static boolean isSecure(Way way) {
        return way == Way.TLS || way == Way.WSS;
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Spec("MQTT-3.14.4-3")
    void the_end_comes_behind_all_that_was_said_before(IoKind kind, Way way, TlsProvider provider) throws Exception {
        assumeTrue(provider == TlsProvider.JDK || TlsProvider.best() == provider);
        List<String> wrong = new ArrayList<>();
        try (Stage stage = new Stage(kind, way, provider)) {
            for (Moment moment : Moment.values()) {
                for (End end : End.values()) {
                    for (boolean saysGoodbye : new boolean[] {true, false}) {
                        for (boolean answered : new boolean[] {true, false}) {
                            String name = moment + ", " + end + (saysGoodbye ? ", said" : "")
                                    + (answered ? ", answered" : "");
                            String what = stage.play(moment, end, saysGoodbye, answered);
                            if (what != null) {
                                wrong.add(name + ": " + what);
                            }
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private final class Stage implements AutoCloseable {

        private final Way way;
        private final Site site;
        private volatile Moment moment = Moment.LISTENING;
        private volatile Peer peer;
        private final Semaphore arrived = new Semaphore(0);

        Stage(IoKind kind, Way way, TlsProvider provider) throws ListenException {
            this.way = way;
            boolean web = way == Way.WS || way == Way.WSS;
            ListenerOptions options = web
                    ? ListenerOptions.ws("any", "127.0.0.1", 0) : ListenerOptions.tcp("any", "127.0.0.1", 0);
            if (isSecure(way)) {
                TestFiles files = authority.issue("server", "localhost").write(folder, "server");
                options = options.withTls(TlsOptions.of(files.certificate(), files.key()));
            } else if (way == Way.UNIX) {
                options = options.withUnix(new UnixOptions(file(), PosixFilePermissions.fromString("rw-rw----")));
            }
            site = new Site(kind, provider, 2, options, Clock.system(), this::onBytes);
        }

        private Path file() {
            return folder.resolve("end.sock");
        }

        private void onBytes(Connection connection, byte[] bytes) {
            if (bytes.length == FIRST.length) {
                return;
            }
            switch (moment) {
                case LISTENING -> { }
                case RESTING -> connection.reading(false);
                case MOVING -> peer.move(site.otherThan(connection.loop()), () -> { });
                case MOVING_AND_THEN_RESTING -> peer.move(site.otherThan(connection.loop()), () -> {
                    connection.reading(false);
                    arrived.release();
                });
            }
            moment = Moment.LISTENING;
        }

        /// Null if all went well.
        String play(Moment when, End end, boolean saysGoodbye, boolean answered) throws Exception {
            byte[] last = TcpConnectionTest.pattern(10_000);
            try (Client client = client()) {
                peer = site.accepted();
                client.send(FIRST);
                peer.bytes(1);
                moment = when;
                client.end(last, end, saysGoodbye);
                ByteArrayOutputStream heard = new ByteArrayOutputStream();
                if (when == Moment.RESTING || when == Moment.MOVING_AND_THEN_RESTING) {
                    heard.writeBytes((byte[]) peer.next());
                    if (when == Moment.MOVING_AND_THEN_RESTING) {
                        assertThat(arrived.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                    }
                    rounds(answered);
                    if (hear(heard, false)) {
                        return "told of the end while it rested";
                    }
                    peer.run(() -> peer.connection().reading(true));
                }
                hear(heard, true);
                return peer.mistakes().isEmpty() && Arrays.equals(heard.toByteArray(), last)
                        ? null : "heard " + heard.size() + " of " + last.length + ", " + peer.mistakes();
            }
        }

        /// @return whether the end has come
        private boolean hear(ByteArrayOutputStream heard, boolean toTheEnd) throws InterruptedException {
            while (toTheEnd || !peer.isQuiet()) {
                Object event = peer.next();
                if (event instanceof byte[] bytes) {
                    heard.writeBytes(bytes);
                } else if (event instanceof Peer.Closed) {
                    return true;
                }
            }
            return false;
        }

        private void rounds(boolean answered) throws Exception {
            byte[] answer = TcpConnectionTest.pattern(100);
            for (int i = 0; i < LOOP_ROUNDS; i++) {
                for (var loop : site.loops()) {
                    Peer.on(loop, () -> null);
                }
                if (answered) {
                    peer.run(() -> {
                        peer.connection().write(answer, 0, answer.length);
                        peer.connection().flush();
                    });
                }
            }
        }

        private Client client() throws IOException {
            if (way == Way.UNIX) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(UnixDomainSocketAddress.of(file()));
                return new Client(null, channel, null, null, false);
            }
            Socket plain = site.connect();
            if (!isSecure(way)) {
                if (way == Way.WS) {
                    RawWebSocket.open(plain);
                }
                return new Client(plain, null, null, null, way == Way.WS);
            }
            Corked corked = new Corked(plain);
            SSLSocket tls = new TlsClients(authority, null).over(corked, "localhost", true);
            tls.startHandshake();
            if (way == Way.WSS) {
                RawWebSocket.open(tls);
            }
            return new Client(plain, null, corked, tls, way == Way.WSS);
        }

        @Override
        public void close() {
            site.close();
        }
    }

    /// A client that ends.
    private record Client(Socket plain, SocketChannel unix, Corked corked, SSLSocket tls, boolean framed)
            implements AutoCloseable {

        void send(byte[] bytes) throws IOException {
            byte[] framedBytes = framed ? ClientFrame.of(ClientFrame.FINAL | ClientFrame.BINARY, bytes) : bytes;
            if (tls != null) {
                tls.getOutputStream().write(framedBytes);
            } else {
                raw(framedBytes);
            }
        }

        private void raw(byte[] bytes) throws IOException {
            if (unix == null) {
                plain.getOutputStream().write(bytes);
                return;
            }
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                unix.write(left);
            }
        }

        /// All that is left to say, and the end, in one piece.
        void end(byte[] last, End end, boolean saysGoodbye) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            if (framed) {
                for (int at = 0; at < last.length; at += FRAME_BYTES) {
                    all.writeBytes(ClientFrame.of(ClientFrame.FINAL | ClientFrame.BINARY,
                            Arrays.copyOfRange(last, at, at + FRAME_BYTES)));
                }
                if (saysGoodbye) {
                    all.writeBytes(ClientFrame.close(1000));
                }
            } else {
                all.writeBytes(last);
            }
            byte[] bytes = all.toByteArray();
            if (tls != null) {
                corked.cork();
                tls.getOutputStream().write(bytes);
                if (saysGoodbye) {
                    tls.shutdownOutput();
                }
                bytes = corked.uncork();
            }
            raw(bytes);
            switch (end) {
                case HALF_CLOSED -> halfClose();
                case CLOSED -> close();
                case RESET -> reset();
            }
        }

        private void halfClose() throws IOException {
            if (unix != null) {
                unix.shutdownOutput();
            } else {
                plain.shutdownOutput();
            }
        }

        private void reset() throws IOException {
            if (plain != null) {
                plain.setSoLinger(true, 0);
            }
            close();
        }

        @Override
        public void close() throws IOException {
            if (unix != null) {
                unix.close();
            } else {
                plain.close();
            }
        }
    }
}
