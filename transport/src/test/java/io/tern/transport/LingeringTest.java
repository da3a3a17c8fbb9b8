package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Clock;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections that are over and wait for their peers' end.
class LingeringTest {

    private static final Peer.Script LISTEN = (connection, bytes) -> { };

    @ParameterizedTest
    @EnumSource
    void only_so_many_wait_for_their_peers_to_hang_up(IoKind kind) throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (Site site = new Site(kind, 1, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), Clock.system(), LISTEN)) {
            Lingering lingering = ((NettyLoop) site.loops().getFirst()).lingering();
            for (int i = 0; i <= Lingering.CONNECTIONS_MAX; i++) {
                clients.add(site.connect());
                Peer peer = site.accepted();
                peer.run(peer.connection()::close);
                assertThat(peer.closed()).isNull();
                assertThat(clients.getLast().getInputStream().read()).isEqualTo(-1);
            }
            assertThat(Peer.on(site.loops().getFirst(), lingering::size)).isEqualTo(Lingering.CONNECTIONS_MAX);
            for (Socket client : clients) {
                client.close();
            }
            Site.until(() -> {
                try {
                    return Peer.on(site.loops().getFirst(), lingering::size) == 0;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
        }
    }
}
