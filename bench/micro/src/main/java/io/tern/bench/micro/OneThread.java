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
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/// The whole broker on the benchmark's thread, sockets aside.
final class OneThread {

    private final Steps loop = new Steps();
    private final Broker broker;

    /// As it comes.
    OneThread() {
        this(Options.DEFAULTS);
    }

    /// @param options of the broker
    OneThread(Options options) {
        broker = new Broker(options, List.of(loop), () -> 0, new NoStore(), Authenticator.anonymous(), () -> "");
    }

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
    static final class Buffer implements Connection {

        private final byte[] buffer = new byte[16 * 1024];
        private final Loop loop;
        private int size;

        private Buffer(Loop loop) {
            this.loop = loop;
        }

        /// What was written since the last call; the array is the buffer's own.
        byte[] bytes() {
            return buffer;
        }

        /// How much of it there is; and forgets it.
        int take() {
            int taken = size;
            size = 0;
            return taken;
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
        public boolean write(byte[] src, int offset, int length) {
            if (length > buffer.length - size) {
                size = 0;
            }
            System.arraycopy(src, offset, buffer, size, length);
            size += length;
            return false;
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

    /// A client that is let in: what comes from it goes into the handler, what goes to it lies in the buffer.
    record Client(ConnectionHandler handler, Buffer out) {}

    Client connect(String id) {
        Buffer out = new Buffer(loop);
        Client client = new Client(broker.accept(out), out);
        send(client, new Connect(MqttVersion.V3_1_1, false, true, 0, id, Properties.NONE, null, null, null));
        return client;
    }

    void send(Client client, Packet... packets) {
        byte[] bytes = bytes(packets);
        client.handler().onBytes(bytes, 0, bytes.length);
        run();
    }

    /// All turns that are asked for.
    void run() {
        loop.run();
    }

    static byte[] bytes(Packet... packets) {
        ByteWriter bytes = new ByteWriter(256);
        for (Packet packet : packets) {
            Encoder.encode(packet, MqttVersion.V3_1_1, bytes);
        }
        return Arrays.copyOf(bytes.array(), bytes.size());
    }
}
