package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.api.LostProcess;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever a loop meets, it goes on, or the process ends.
@Timeout(60)
class LostLoopTest {

    /// Where a loop meets that there is no memory left.
    enum Met { TURN, DEADLINE, TASK, ROUND, ADMISSION, DOOR, BYTES, END }

    private static final long PATIENCE_SECONDS = 20;

    @ParameterizedTest
    @EnumSource
    void out_of_memory_ends_the_process_wherever_a_loop_meets_it(Met met) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                        "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                        Victim.class.getName(), met.name())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(LostProcess.EXIT_CODE);
        assertThat(said).contains("tern: java.lang.OutOfMemoryError: on purpose");
    }

    @Test
    void a_loop_of_which_a_whole_round_fails_goes_on() throws Exception {
        AtomicInteger left = new AtomicInteger(103);
        NettyLoop loop = new NettyLoop("loop", failing(left, new LinkageError("on purpose")), Clock.system());
        try {
            CountDownLatch done = new CountDownLatch(1);
            loop.execute(done::countDown);
            assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(left).hasNonPositiveValue();
        } finally {
            loop.thread().shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(loop.thread().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            loop.release();
        }
    }

    /// Sockets that can't be looked at so many times.
    private static IoHandlerFactory failing(AtomicInteger left, Error error) {
        IoHandlerFactory real = NioIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new Failing(real.newHandler(executor), left, error);
            }
        };
    }

    private record Failing(IoHandler real, AtomicInteger left, Error error) implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            if (left.getAndDecrement() > 0) {
                throw error;
            }
            return real.run(context);
        }

        @Override
        public void initialize() {
            real.initialize();
        }

        @Override
        public void prepareToDestroy() {
            real.prepareToDestroy();
        }

        @Override
        public void destroy() {
            real.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return real.register(handle);
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return real.isCompatible(type);
        }
    }

    /// A process with one loop, and one client.
    static final class Victim {

        private Victim() {}

        public static void main(String[] args) throws Exception {
            Met met = Met.valueOf(args[0]);
            OutOfMemoryError lost = new OutOfMemoryError("on purpose");
            NettyLoops loops = NettyLoops.start(1, IoKind.NIO, Clock.system());
            NettyLoop loop = (NettyLoop) loops.loops().getFirst();
            switch (met) {
                case TURN -> loop.bind(now -> {
                    throw lost;
                });
                case DEADLINE -> loop.execute(() -> loop.after(1, () -> {
                    throw lost;
                }));
                case TASK -> loop.execute(() -> {
                    throw lost;
                });
                case ROUND -> new NettyLoop("other", failing(new AtomicInteger(1), lost), Clock.system())
                        .execute(() -> { });
                default -> {
                    Listener listener = Listener.bind(
                            loops, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), new Broken(met, lost));
                    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                        client.getOutputStream().write(1);
                        if (met != Met.END) {
                            client.getInputStream().read();
                        }
                    }
                }
            }
            new CountDownLatch(1).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(1); // It has gone on.
        }
    }

    /// A door, and who is behind it.
    private record Broken(Met met, Error error) implements Door, ConnectionHandler {
        private void at(Met here) {
            if (here == met) {
                throw error;
            }
        }

        @Override
        public Door admit(ConnectionInfo from) {
            at(Met.ADMISSION);
            return this;
        }

        @Override
        public ConnectionHandler accept(Connection connection) {
            at(Met.DOOR);
            return this;
        }

        @Override
        public void onBytes(byte[] src, int offset, int length) {
            at(Met.BYTES);
        }

        @Override
        public void onWritable() {}

        @Override
        public void onSent() {}

        @Override
        public void onClosed(Throwable cause) {
            at(Met.END);
        }
    }
}
