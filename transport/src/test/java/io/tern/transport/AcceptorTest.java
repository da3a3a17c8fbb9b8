package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.transport.ListenerCounters.Event;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a socket whose beginning ends in an Error, for want of memory mostly.
class AcceptorTest {

    /// When there is no class left.
    enum When { ADMITTED, CONFIGURED, REGISTERED }

    /// Counts what it has let in and what it was told never came.
    private static final class Counting implements Door {

        private final boolean fails;
        private int admitted;
        private int missed;

        Counting(boolean fails) {
            this.fails = fails;
        }

        @Override
        public Door admit(ConnectionInfo from) {
            if (fails) {
                throw new LinkageError("of the test's");
            }
            admitted++;
            return this;
        }

        @Override
        public void missed() {
            missed++;
        }

        @Override
        public ConnectionHandler accept(Connection connection) {
            throw new AssertionError("nobody comes as far");
        }
    }

    /// A socket for which there is no class.
    private static final class Poor extends NioSocketChannel {

        private final When when;
        private int asked;

        Poor(SocketChannel socket, When when) {
            super(null, socket);
            this.when = when;
        }

        @Override
        public SocketChannelConfig config() {
            if (when == When.CONFIGURED) {
                throw new LinkageError("of the test's");
            }
            return super.config();
        }

        /// First its address is asked for, then it is registered, then closed.
        @Override
        public NioUnsafe unsafe() {
            if (when == When.REGISTERED && ++asked == 2) {
                throw new LinkageError("of the test's");
            }
            return super.unsafe();
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_error_gives_back_the_descriptor_the_admission_and_the_place_among_handshakes(When when) throws Exception {
        Counting door = new Counting(when == When.ADMITTED);
        ListenerCounters counters = new ListenerCounters();
        ListenerOptions options = ListenerOptions.ws("ws", "127.0.0.1", 0).withLimits(600_000, 8 * 1024, 1);
        try (NettyLoops loops = NettyLoops.start(1, IoKind.NIO, Clock.system());
                ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            EmbeddedChannel listener =
                    new EmbeddedChannel(new Acceptor(loops, 0, options, null, counters, door));
            for (int i = 1; i <= 3; i++) {
                SocketChannel socket = SocketChannel.open(
                        new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
                Socket other = server.accept();
                Poor poor = new Poor(socket, when);

                listener.writeInbound(poor);

                Site.until(() -> !socket.isOpen());
                other.setSoTimeout(20_000);
                assertThat(other.getInputStream().read()).isNegative();
                other.close();
                assertThat(door.missed).isEqualTo(door.admitted).isEqualTo(when == When.ADMITTED ? 0 : i);
                assertThat(counters.get(Event.HANDSHAKES_FULL)).isEqualTo(when == When.ADMITTED ? 0 : i);
                Site.until(() -> listener.config().isAutoRead());
            }
            listener.finishAndReleaseAll();
        }
    }
}
