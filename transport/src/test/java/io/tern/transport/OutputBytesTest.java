package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What an output buffer takes, until when, and how it is given back at once.
class OutputBytesTest {

    private static final Peer.Script LISTEN = (connection, bytes) -> { };
    private static final int PIECE_BYTES = 10_000;

    /// Writes until the socket takes no more.
    private static int fill(Peer peer) throws Exception {
        Connection connection = peer.connection();
        return peer.on(() -> {
            int written = 0;
            while (connection.pendingBytes() < Connection.HIGH_WATER_BYTES) {
                connection.write(new byte[PIECE_BYTES], 0, PIECE_BYTES);
                connection.flush();
                written += PIECE_BYTES;
            }
            return written;
        });
    }

    @ParameterizedTest
    @EnumSource
    void pieces_count_with_what_they_take(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            Connection connection = peer.connection();

            int one = peer.on(() -> {
                connection.write(new byte[1], 0, 1);
                return connection.outputBytes();
            });
            int more = peer.on(() -> {
                connection.write(new byte[2000], 0, 2000);
                return connection.outputBytes();
            });
            int sent = peer.on(() -> {
                connection.flush();
                return connection.outputBytes();
            });

            assertThat(one).isEqualTo(1024);
            assertThat(more).isEqualTo(4096);
            assertThat(sent).isZero();
            assertThat(client.getInputStream().readNBytes(2001)).hasSize(2001);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_handler_hears_of_what_is_taken_later_down_to_nothing(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            int written = fill(peer);
            int full = peer.on(peer.connection()::outputBytes);

            InputStream in = client.getInputStream();
            in.readNBytes(written);

            assertThat(full).isGreaterThanOrEqualTo(Connection.HIGH_WATER_BYTES);
            peer.sentDownTo(0);
            assertThat(peer.on(peer.connection()::outputBytes)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_that_is_cut_gives_back_its_memory_at_once(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            int written = fill(peer);

            int left = peer.on(() -> {
                peer.connection().abort();
                return peer.connection().outputBytes();
            });

            assertThat(left).isZero();
            peer.closed();
            assertThat(read(client)).isLessThan(written);
        }
    }

    private static long read(Socket client) {
        long bytes = 0;
        try {
            InputStream in = client.getInputStream();
            byte[] some = new byte[PIECE_BYTES];
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                bytes += length;
            }
        } catch (IOException reset) {
            return bytes; // That is how it is cut.
        }
        return bytes;
    }
}
