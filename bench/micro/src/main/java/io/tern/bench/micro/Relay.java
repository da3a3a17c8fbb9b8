package io.tern.bench.micro;

import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
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

    private final OneThread broker = new OneThread();
    private OneThread.Client publisher;
    private byte[] publishes;

    /// Lets the clients in.
    @Setup
    public void prepare() {
        for (int i = 0; i < SUBSCRIBERS; i++) {
            broker.send(broker.connect("s" + i), new Subscribe(1, Properties.NONE,
                    List.of(new Subscribe.Item(TopicFilter.of(TOPIC), 0))));
        }
        publisher = broker.connect("p");
        Packet[] packets = new Packet[PUBLISHES];
        Arrays.fill(packets,
                new Publish(false, 0, false, TopicName.of(TOPIC), 0, Properties.NONE, new byte[64]));
        publishes = OneThread.bytes(packets);
    }

    /// Twenty messages in one read, each to a hundred.
    @Benchmark
    @OperationsPerInvocation(PUBLISHES * SUBSCRIBERS)
    public void deliverToHundred() {
        publisher.handler().onBytes(publishes, 0, publishes.length);
        broker.run();
    }
}
