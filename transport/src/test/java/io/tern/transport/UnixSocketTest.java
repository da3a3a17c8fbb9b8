package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnixSocketTest {

    private static final Peer.Script ECHO = (connection, bytes) -> {
        connection.write(bytes, 0, bytes.length);
        connection.flush();
    };

    @TempDir
    private Path folder;

    private Site site(IoKind kind) throws ListenException {
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-rw----");
        return new Site(kind, 2, ListenerOptions.tcp("local", "127.0.0.1", 0)
                .withUnix(new UnixOptions(file(), mode)), Clock.system(), ECHO);
    }

    private Path file() {
        return folder.resolve("tern.sock");
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(file()));
    }

    private static byte[] read(SocketChannel client, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining() && client.read(buffer) >= 0) {
            Thread.onSpinWait();
        }
        return buffer.array();
    }

    @ParameterizedTest
    @EnumSource
    void bytes_come_and_go_and_connections_move(IoKind kind) throws Exception {
        byte[] sent = TcpConnectionTest.pattern(300_000);
        try (Site site = site(kind); SocketChannel client = connect()) {
            Thread writer = Thread.ofPlatform().start(() -> write(client, sent));
            assertThat(read(client, sent.length)).isEqualTo(sent);
            writer.join();
            Peer peer = site.accepted();
            assertThat(peer.bytes(sent.length)).isEqualTo(sent);
            assertThat(peer.connection().info().transport()).isEqualTo("unix");
            assertThat(peer.connection().info().remote()).isEqualTo(UnixDomainSocketAddress.of(file()));
            peer.run(() -> peer.move(site.otherThan(peer.connection().loop()), () -> { }));
            write(client, new byte[] {1, 2});
            assertThat(read(client, 2)).containsExactly(1, 2);
            assertThat(peer.bytes(2)).containsExactly(1, 2);
            client.shutdownOutput();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(peer.closed()).isNull();
        }
    }

    private static void write(SocketChannel client, byte[] bytes) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            while (left.hasRemaining()) {
                client.write(left);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_file_has_its_mode_and_goes_with_the_listener(IoKind kind) throws Exception {
        try (Site site = site(kind)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-rw----");
            assertThat(site.port()).isZero();
        }
        assertThat(file()).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void what_an_earlier_process_left_is_taken_away(IoKind kind) throws Exception {
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(file()));
        dead.close();
        assertThat(Files.exists(file())).isTrue();
        try (Site site = site(kind); SocketChannel client = connect()) {
            assertThat(client.isConnected()).isTrue();
            site.accepted();
        }
    }

    @ParameterizedTest
    @EnumSource
    void somebody_who_is_busy_is_somebody(IoKind kind) throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file()), 1);
            fillQueue(waiting);
            assertThatThrownBy(() -> site(kind)).isInstanceOf(ListenException.class)
                    .hasMessageEndingWith("somebody listens there");
            assertThat(file()).exists();
        } finally {
            for (SocketChannel each : waiting) {
                each.close();
            }
        }
    }

    /// Connects until the kernel takes no more, which it says by an exception or by leaving one half-way.
    private void fillQueue(List<SocketChannel> waiting) throws IOException {
        for (int i = 0; i < 100; i++) {
            SocketChannel next = SocketChannel.open(StandardProtocolFamily.UNIX);
            waiting.add(next);
            next.configureBlocking(false);
            try {
                if (!next.connect(UnixDomainSocketAddress.of(file()))) {
                    return;
                }
            } catch (IOException full) {
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_somebody_else_s_stays(IoKind kind) throws Exception {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file()));
            assertThatThrownBy(() -> site(kind)).isInstanceOf(ListenException.class)
                    .hasMessage("listener local: can't listen on " + file() + ": somebody listens there");
        }
        Files.delete(file());
        Files.writeString(file(), "a file");
        assertThatThrownBy(() -> site(kind)).isInstanceOf(ListenException.class)
                .hasMessage("listener local: can't listen on " + file() + ": there is something that is no socket");
        assertThat(file()).hasContent("a file");
    }
}
