package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Loop;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A delivery at QoS 0 allocates nothing, from the bytes of the PUBLISH to those in the output buffer. The message
/// itself does; so what is looked at is the difference that a hundred subscribers more make.
class AllocationTest {

    /// As many as are brought to all in one turn: of a longer row the rest is put away until the next.
    private static final int PUBLISHES = 1000;
    private static final int FEW = 4;
    private static final int MANY = 104;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// The end of a connection that only counts.
    private static final class Counter implements Connection {

        private final Loop loop;
        private ConnectionHandler handler;
        private long writtenBytes;

        Counter(Loop loop) {
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
        public boolean write(byte[] src, int offset, int length) {
            writtenBytes += length;
            return true;
        }

        @Override
        public void flush() {
            // It is counted already.
        }

        @Override
        public int pendingBytes() {
            return 0;
        }

        @Override
        public void reading(boolean on) {
            // Nothing comes by itself.
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
            throw new AssertionError("nobody is to be closed");
        }

        @Override
        public void move(Loop target, Runnable arrived) {
            throw new AssertionError("nobody is to be moved");
        }
    }

    private final House house = new House(2);

    private Counter client(int shard, String id, Packet... more) {
        Counter client = new Counter(house.loop(shard));
        house.loop(shard).execute(() -> client.handler = house.broker.accept(client));
        house.run();
        send(shard, client, Hello.v311(id).packet());
        house.run();
        send(shard, client, more);
        house.run();
        return client;
    }

    private void send(int shard, Counter client, Packet... packets) {
        ByteWriter bytes = new ByteWriter(256);
        for (Packet packet : packets) {
            Encoder.encode(packet, MqttVersion.V3_1_1, bytes);
        }
        house.loop(shard).execute(() -> client.handler.onBytes(bytes.array(), 0, bytes.size()));
    }

    /// @return bytes allocated by this thread, which all shards run on
    private long publishedTo(int subscribers) {
        Counter publisher = client(0, "p-" + subscribers);
        String topic = "to/" + subscribers;
        Subscribe subscribe =
                new Subscribe(1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(topic), 0)));
        Counter[] all = new Counter[subscribers];
        for (int i = 0; i < subscribers; i++) {
            all[i] = client(i % 2, "s-" + subscribers + "-" + i, subscribe);
        }
        Packet[] publishes = new Packet[PUBLISHES];
        for (int i = 0; i < PUBLISHES; i++) {
            publishes[i] =
                    new Publish(false, 0, false, TopicName.of(topic), 0, Properties.NONE, new byte[64]);
        }
        publish(publisher, publishes); // Buffers grow to the size they need.
        long writtenBefore = all[1].writtenBytes;
        long bytes = publish(publisher, publishes);
        int frameBytes = 2 + 2 + topic.length() + 64;
        assertThat(all[1].writtenBytes - writtenBefore).isEqualTo((long) PUBLISHES * frameBytes);
        return bytes;
    }

    private long publish(Counter publisher, Packet... publishes) {
        send(0, publisher, publishes);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        house.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void a_delivery_at_qos_0_allocates_nothing() {
        publishedTo(MANY); // Classes are loaded and linked.
        long few = publishedTo(FEW);
        long many = publishedTo(MANY + 1);
        double perDelivery = (many - few) / (double) (PUBLISHES * (MANY + 1 - FEW));
        // The smallest object has 8 bytes; what is left is the loops' own, a turn more or less.
        assertThat(perDelivery).isLessThan(0.05);
        assertThat(few).as("the messages themselves are seen").isGreaterThan(PUBLISHES * 64L);
        house.close();
    }
}
