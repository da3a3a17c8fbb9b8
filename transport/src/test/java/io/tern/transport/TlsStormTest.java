package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.tern.api.Clock;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.TlsOptions;
import io.tern.transport.tls.TlsProvider;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Many clients at once, as after an outage: 300, or 9,000 with `-Dtern.full=true`.
class TlsStormTest {

    private static final int CLIENTS = Boolean.getBoolean("tern.full") ? 9_000 : 300;

    /// Not more at a time than fit into the kernel's queue: the others it would turn away, to try again seconds later.
    private static final int KNOCKING_MAX = 5_000;

    private final Semaphore knocking = new Semaphore(KNOCKING_MAX);
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch answered = new CountDownLatch(CLIENTS);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"RSA", "EC"})
    @Timeout(300)
    void all_of_them_get_in(TestAuthority.Kind kind) throws Exception {
        TestAuthority authority = TestAuthority.of("root");
        TestFiles files = authority.issue(kind, "server", "localhost").write(folder, "server");
        ListenerOptions options = ListenerOptions.tcp("mqtts", "127.0.0.1", 0)
                .withTls(TlsOptions.of(files.certificate(), files.key()))
                .withLimits(240_000, 8 * 1024, CLIENTS < 1_000 ? 16 : 2_000);
        SslContext clients = SslContextBuilder.forClient()
                .trustManager(authority.certificate())
                .sslProvider(TlsProvider.best() == TlsProvider.JDK
                        ? SslProvider.JDK : SslProvider.OPENSSL)
                .build();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        Peer.Script echo = (connection, bytes) -> {
            connection.write(bytes, 0, bytes.length);
            connection.flush();
        };
        try (Site site = new Site(IoKind.best(), 2, options, Clock.system(), echo)) {
            long start = System.nanoTime();
            long cpuBefore = cpuMillis();
            Bootstrap bootstrap = new Bootstrap().group(group).channel(NioSocketChannel.class)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                    .handler(new Initializer(clients, site.port()));
            for (int i = 0; i < CLIENTS; i++) {
                knocking.acquire();
                bootstrap.connect("127.0.0.1", site.port()).addListener(connected -> {
                    if (!connected.isSuccess()) {
                        failed(connected.cause());
                    }
                });
            }
            assertThat(answered.await(200, TimeUnit.SECONDS))
                    .as("%d left, failed: %s", answered.getCount(), failures.peek()).isTrue();
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertThat(failures).isEmpty();
            assertThat(site.listener().counters().get(Event.OPENED)).isEqualTo(CLIENTS);
            if (Boolean.getBoolean("tern.full")) {
                System.out.printf("%,d TLS clients (%s) in %,d ms, %,d ms of CPU for both ends; accepting rested %d"
                        + " times%n", CLIENTS, kind, millis, cpuMillis() - cpuBefore,
                        site.listener().counters().get(Event.HANDSHAKES_FULL));
            }
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
            ReferenceCountUtil.release(clients);
        }
    }

    private static long cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1_000_000;
    }

    private void failed(Throwable cause) {
        failures.add(cause);
        knocking.release();
        answered.countDown();
    }

    private final class Initializer extends ChannelInitializer<Channel> {

        private final SslContext context;
        private final int port;

        Initializer(SslContext context, int port) {
            this.context = context;
            this.port = port;
        }

        @Override
        protected void initChannel(Channel channel) {
            SslHandler tls = context.newHandler(channel.alloc(), "localhost", port);
            tls.setHandshakeTimeoutMillis(0); // It waits in line.
            channel.pipeline().addLast(tls);
            channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof SslHandshakeCompletionEvent handshake) {
                        if (handshake.isSuccess()) {
                            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1}));
                        } else {
                            failed(handshake.cause());
                        }
                    }
                }

                @Override
                protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                    knocking.release();
                    answered.countDown();
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    failed(cause);
                }
            });
        }
    }
}
