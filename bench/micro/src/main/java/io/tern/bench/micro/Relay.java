package io.tern.bench.micro;

import io.tern.api.Authenticator;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Loop;
import io.tern.api.Options;
import io.tern.api.Turn;
import io.tern.broker.Broker;
import io.tern.store.NoStore;
import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The whole broker on one thread, sockets aside: from the bytes of a PUBLISH at QoS 0 to those in the output buffers
/// of a hundred subscribers, flushed. Time is that of one delivery.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Relay {

    private static final int SUBSCRIBERS = 100;
    private static final int PUBLISHES = 20;
    private static final String TOPIC = "site/17/line/4/temperature";

    private final Steps loop = new Steps();
    private ConnectionHandler publisher;
    private byte[] publishes;

    /// Runs when it is told to.
    private static final class Steps implements Loop {

        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private Turn turn;
        private boolean woken;

        @Override
        public void bind(Turn shard) {
            turn = shard;
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            woken = true;
        }

        @Override
        public void wake() {
            woken = true;
        }

        void run() {
            do {
                woken = false;
                while (!tasks.isEmpty()) {
                    tasks.poll().run();
                }
                turn.turn(0);
            } while (woken);
        }
    }

    /// An output buffer that starts over when it is full, as one that is sent.
    private static final class Buffer implements Connection {

        private final byte[] buffer = new byte[16 * 1024];
        private final Loop loop;
        private int size;

        Buffer(Loop loop) {
            this.loop = loop;
        }

        @Override
        public ConnectionInfo info() {
            return new ConnectionInfo("mqtt", "tcp", InetSocketAddress.createUnresolved("client", 1883));
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public void write(byte[] src, int offset, int length) {
            if (length > buffer.length - size) {
                size = 0;
            }
            System.arraycopy(src, offset, buffer, size, length);
            size += length;
        }

        @Override
        public void flush() {
            // Whoever reads it would come now.
        }

        @Override
        public int pendingBytes() {
            return 0;
        }

        @Override
        public void reading(boolean on) {
            // It comes when the benchmark says so.
        }

        @Override
        public void abort() {
            close();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("nobody leaves");
        }

        @Override
        public void move(Loop target, Runnable arrived) {
            throw new UnsupportedOperationException("there is one shard");
        }
    }

    /// Lets the clients in.
    @Setup
    public void prepare() {
        Broker broker = new Broker(Options.DEFAULTS, List.of(loop), () -> 0, new NoStore(),
                Authenticator.anonymous(), () -> "");
        for (int i = 0; i < SUBSCRIBERS; i++) {
            send(client(broker, "s" + i), new Subscribe(1, Properties.NONE,
                    List.of(new Subscribe.Item(TopicFilter.of(TOPIC), 0))));
        }
        publisher = client(broker, "p");
        Packet[] packets = new Packet[PUBLISHES];
        Arrays.fill(packets,
                new Publish(false, 0, false, TopicName.of(TOPIC), 0, Properties.NONE, new byte[64]));
        publishes = bytes(packets);
    }

    private ConnectionHandler client(Broker broker, String id) {
        ConnectionHandler handler = broker.accept(new Buffer(loop));
        send(handler, new Connect(MqttVersion.V3_1_1, false, true, 0, id, Properties.NONE, null, null, null));
        return handler;
    }

    private void send(ConnectionHandler handler, Packet... packets) {
        byte[] bytes = bytes(packets);
        handler.onBytes(bytes, 0, bytes.length);
        loop.run();
    }

    private static byte[] bytes(Packet... packets) {
        ByteWriter bytes = new ByteWriter(256);
        for (Packet packet : packets) {
            Encoder.encode(packet, MqttVersion.V3_1_1, bytes);
        }
        return Arrays.copyOf(bytes.array(), bytes.size());
    }

    /// Twenty messages in one read, each to a hundred.
    @Benchmark
    @OperationsPerInvocation(PUBLISHES * SUBSCRIBERS)
    public void deliverToHundred() {
        publisher.onBytes(publishes, 0, publishes.length);
        loop.run();
    }
}
