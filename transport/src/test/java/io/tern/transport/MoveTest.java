package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.Loop;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MoveTest {

    private static final int CLIENTS = 1_000;
    private static final int LOOPS = 4;
    private static final Peer.Script LISTEN = (connection, bytes) -> { };

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Nomads nomads = new Nomads();

    @ParameterizedTest
    @EnumSource
    void a_thousand_move_to_and_fro_with_bytes_in_flight_both_ways(IoKind kind) throws Exception {
        AtomicInteger moves = new AtomicInteger();
        try (NettyLoops loops = NettyLoops.start(LOOPS, kind, Clock.system());
                Listener listener = Listener.bind(loops, ListenerOptions.tcp("mqtt", "127.0.0.1", 0),
                        connection -> nomads.new Nomad(connection, loops.loops(), moves))) {
            nomads.run(CLIENTS, () -> new Nomads.TcpWire(new Socket("127.0.0.1", listener.port())));
        }
        assertThat(nomads.failures()).isEmpty();
        assertThat(moves.get()).isGreaterThan(CLIENTS * 5);
    }

    @ParameterizedTest
    @EnumSource
    void so_do_web_sockets(IoKind kind) throws Exception {
        int clients = CLIENTS / 5;
        AtomicInteger moves = new AtomicInteger();
        try (NettyLoops loops = NettyLoops.start(LOOPS, kind, Clock.system());
                Listener listener = Listener.bind(loops, ListenerOptions.ws("ws", "127.0.0.1", 0),
                        connection -> nomads.new Nomad(connection, loops.loops(), moves))) {
            nomads.run(clients, () -> new Nomads.WebSocketWire(new Socket("127.0.0.1", listener.port())));
        }
        assertThat(nomads.failures()).isEmpty();
        assertThat(moves.get()).isGreaterThan(clients * 5);
    }

    @ParameterizedTest
    @EnumSource
    void it_arrives_on_the_other_thread_and_reads_no_more_until_told(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            Connection connection = peer.connection();
            Loop from = connection.loop();
            Loop to = site.otherThan(from);
            BlockingQueue<Boolean> arrived = new LinkedBlockingQueue<>();
            Peer.on(from, () -> {
                connection.move(to, () -> arrived.add(to.inLoop() && connection.loop() == to && connection.isOpen()));
                return null;
            });
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
            client.getOutputStream().write(1);
            for (int i = 0; i < 20; i++) {
                Peer.on(to, () -> null);
            }
            assertThat(peer.isQuiet()).isTrue();
            Peer.on(to, () -> {
                connection.reading(true);
                return null;
            });
            assertThat(peer.bytes(1)).containsExactly(1);
            assertThat(peer.mistakes()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_was_appended_before_goes_out_after(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            peer.run(() -> {
                peer.connection().write(new byte[] {1, 2}, 0, 2);
                peer.move(site.otherThan(peer.connection().loop()), () -> {
                    peer.connection().write(new byte[] {3}, 0, 1);
                    peer.connection().flush();
                });
            });
            assertThat(client.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_full_socket_goes_on_after_a_move(IoKind kind) throws Exception {
        byte[] big = TcpConnectionTest.pattern(5_000_000);
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            Loop to = site.otherThan(peer.connection().loop());
            BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
            peer.run(() -> {
                peer.connection().write(big, 0, big.length);
                peer.connection().flush();
                peer.connection().write(big, 0, 10);
                peer.move(to, () -> arrived.add(peer.connection().pendingBytes()));
            });
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isGreaterThan(Connection.HIGH_WATER_BYTES);
            assertThat(client.getInputStream().readNBytes(big.length)).isEqualTo(big);
            assertThat(client.getInputStream().readNBytes(10)).startsWith(big[0], big[1]);
            peer.writable();
            Site.hangUp(client);
            assertThat(peer.closed()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void it_may_move_to_where_it_is(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            BlockingQueue<Boolean> arrived = new LinkedBlockingQueue<>();
            peer.run(() -> peer.move(peer.connection().loop(), () -> arrived.add(peer.connection().isOpen())));
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
            client.getOutputStream().write(1);
            assertThat(peer.bytes(1)).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_that_is_reset_on_the_way_arrives_and_then_ends_there(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            Loop to = site.otherThan(peer.connection().loop());
            BlockingQueue<Boolean> arrived = new LinkedBlockingQueue<>();
            peer.run(() -> {
                try {
                    Site.reset(client);
                } catch (IOException e) {
                    failures.add(e);
                }
                peer.move(to, () -> arrived.add(peer.isQuiet()));
            });
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(peer.closed()).isInstanceOf(IOException.class);
            assertThat(failures).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_that_is_closing_already_arrives_closed(IoKind kind) throws Exception {
        try (Site site = Site.tcp(kind, LISTEN); Socket client = site.connect()) {
            Peer peer = site.accepted();
            Loop to = site.otherThan(peer.connection().loop());
            BlockingQueue<Boolean> arrived = new LinkedBlockingQueue<>();
            peer.run(() -> {
                peer.connection().close();
                peer.move(to, () -> arrived.add(peer.isQuiet() && !peer.connection().isOpen()));
            });
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(peer.closed()).isNull();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenever_the_peer_leaves_its_end_is_told_once_in_the_right_place(IoKind kind) throws Exception {
        int clients = 500;
        CountDownLatch ends = new CountDownLatch(clients);
        try (NettyLoops loops = NettyLoops.start(LOOPS, kind, Clock.system());
                Listener listener = Listener.bind(loops, ListenerOptions.tcp("mqtt", "127.0.0.1", 0),
                        connection -> new Restless(connection, loops.loops(), ends))) {
            for (int i = 0; i < clients; i++) {
                Socket client = new Socket("127.0.0.1", listener.port());
                client.getOutputStream().write(i);
                if (i % 3 == 0) {
                    Site.hangUp(client);
                } else {
                    Site.reset(client);
                }
            }
            assertThat(ends.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failures).isEmpty();
    }

    /// Netty refuses to register a socket of one kind with a loop of the other.
    @Test
    void one_that_the_target_refuses_arrives_closed_and_then_ends_there() throws Exception {
        assumeTrue(IoKind.best() == IoKind.EPOLL);
        try (Site site = Site.tcp(IoKind.EPOLL, LISTEN);
                NettyLoops others = NettyLoops.start(1, IoKind.NIO, Clock.system());
                Socket client = site.connect()) {
            Peer peer = site.accepted();
            BlockingQueue<Boolean> arrived = new LinkedBlockingQueue<>();
            peer.run(() -> {
                byte[] big = TcpConnectionTest.pattern(5_000_000);
                peer.connection().write(big, 0, big.length);
                peer.connection().flush();
                peer.connection().write(big, 0, 10);
                peer.move(others.loops().getFirst(),
                        () -> arrived.add(peer.isQuiet() && !peer.connection().isOpen()));
            });
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(peer.closed()).isInstanceOf(IllegalStateException.class);
            assertThat(Site.drained(client)).isLessThan(5_000_000);
        }
    }

    /// Moves a few dozen times without pause, writing all the while.
    private final class Restless implements ConnectionHandler {

        private final Connection connection;
        private final List<Loop> loops;
        private final CountDownLatch ends;
        private int movesLeft = 40;
        private boolean moving;
        private boolean closed;

        Restless(Connection connection, List<Loop> loops, CountDownLatch ends) {
            this.connection = connection;
            this.loops = loops;
            this.ends = ends;
            connection.loop().execute(this::moveOn);
        }

        private void moveOn() {
            if (closed || movesLeft-- == 0) {
                return;
            }
            connection.write(new byte[100], 0, 100);
            if (movesLeft % 2 == 0) {
                connection.flush();
            }
            moving = true;
            Loop to = loops.get((loops.indexOf(connection.loop()) + 1) % loops.size());
            connection.move(to, () -> {
                check(to.inLoop() && connection.loop() == to && !closed);
                moving = false;
                connection.reading(true);
                to.execute(this::moveOn);
            });
        }

        @Override
        public void onBytes(byte[] src, int offset, int length) {
            check(!moving && !closed && connection.loop().inLoop());
        }

        @Override
        public void onSent() {
            // Nobody asks.
        }

        @Override
        public void onWritable() {
            check(false);
        }

        @Override
        public void onClosed(Throwable cause) {
            check(!moving && !closed && connection.loop().inLoop() && !connection.isOpen());
            closed = true;
            ends.countDown();
        }

        private void check(boolean holds) {
            if (!holds) {
                failures.add(new AssertionError("moving " + moving + ", closed " + closed));
            }
        }
    }
}
