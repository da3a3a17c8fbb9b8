package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Clock;
import io.tern.api.Loop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListenerTest {

    private static final Peer.Script LISTEN = (connection, bytes) -> { };

    @ParameterizedTest
    @EnumSource
    void a_taken_port_is_one_clear_line(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN)) {
            assertThat(site.listener().name()).isEqualTo("mqtt");
            assertThat(site.port()).isPositive();
            ListenerOptions same = ListenerOptions.ws("second", "127.0.0.1", site.port());
            assertThatThrownBy(() -> Listener.bind(site.netty(), same, connection -> null))
                    .isInstanceOf(ListenException.class)
                    .hasMessage("listener second: can't listen on 127.0.0.1 port %d: the port is taken", site.port());
        }
    }

    @ParameterizedTest
    @EnumSource
    void so_is_a_host_that_is_not_here(IoKind kind) {
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            ListenerOptions nowhere = ListenerOptions.tcp("mqtt", "nowhere.invalid", 0);
            assertThatThrownBy(() -> Listener.bind(loops, nowhere, connection -> null))
                    .isInstanceOf(ListenException.class)
                    .hasMessage("listener mqtt: can't listen on nowhere.invalid port 0: unknown host");
            ListenerOptions elsewhere = ListenerOptions.tcp("mqtt", "192.0.2.1", 0);
            assertThatThrownBy(() -> Listener.bind(loops, elsewhere, connection -> null))
                    .isInstanceOf(ListenException.class)
                    .hasMessageStartingWith("listener mqtt: can't listen on 192.0.2.1 port 0: ")
                    .message().doesNotContain("\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void connections_are_spread_evenly_over_the_loops(IoKind kind) throws Exception {
        ListenerOptions options = ListenerOptions.tcp("mqtt", "127.0.0.1", 0);
        List<Socket> clients = new ArrayList<>();
        try (Site site = new Site(kind, 3, options, Clock.system(), LISTEN)) {
            List<Loop> loops = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                clients.add(site.connect());
                loops.add(site.accepted().connection().loop());
            }
            for (Loop loop : site.loops()) {
                assertThat(loops).filteredOn(loop::equals).hasSize(3);
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_closed_listener_frees_its_port_and_keeps_its_connections(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            site.listener().close();
            assertThatThrownBy(site::connect).isInstanceOf(ConnectException.class);
            client.getOutputStream().write(1);
            assertThat(peer.bytes(1)).containsExactly(1);
            ListenerOptions same = ListenerOptions.tcp("mqtt", "127.0.0.1", site.port());
            Listener.bind(site.netty(), same, connection -> null).close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void when_many_shake_hands_the_others_wait_in_the_kernel(IoKind kind) throws Exception {
        ListenerOptions options =
                ListenerOptions.ws("ws", "127.0.0.1", 0).withLimits(600_000, 8 * 1024, 2);
        try (Site site = new Site(kind, 1, options, Clock.system(), LISTEN);
                Socket first = site.connect();
                Socket second = site.connect();
                Socket third = site.connect()) {
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    RawWebSocket.open(third);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            // One that leaves makes room for another, and so does one that is done.
            Site.hangUp(first);
            site.accepted();
            waiting.join();
            RawWebSocket done = RawWebSocket.open(second);
            site.accepted();
            assertThat(site.listener().counters().get(ListenerCounters.Event.HANDSHAKES_FULL)).isBetween(1L, 2L);
            for (int i = 0; i < 3; i++) {
                try (Socket next = site.connect()) {
                    RawWebSocket.open(next);
                    site.accepted();
                }
            }
            done.send(ClientFrame.of(ClientFrame.FINAL | ClientFrame.PING));
            assertThat(done.read().opcode()).isEqualTo(ClientFrame.PONG);
        }
    }

    @Test
    void a_handshake_that_takes_too_long_is_ended() throws Exception {
        ManualClock clock = new ManualClock();
        try (Site site = new Site(IoKind.best(), 1, ListenerOptions.ws("ws", "127.0.0.1", 0), clock, LISTEN);
                Socket client = site.connect()) {
            client.getOutputStream().write("GET /mqtt HTTP/1.1\r\n".getBytes());
            Thread ticking = Thread.ofVirtual().start(() -> {
                while (!Thread.interrupted()) {
                    clock.advance(1_000);
                    site.loops().getFirst().wake();
                    Thread.yield();
                }
            });
            assertThat(isEnded(client)).isTrue();
            ticking.interrupt();
            ticking.join();
            assertThat(site.hasAccepted()).isFalse();
            assertThat(site.listener().counters().get(ListenerCounters.Event.TOO_SLOW)).isEqualTo(1);
        }
    }

    private static boolean isEnded(Socket client) {
        try {
            return client.getInputStream().read() == -1;
        } catch (IOException reset) {
            return true;
        }
    }
}
