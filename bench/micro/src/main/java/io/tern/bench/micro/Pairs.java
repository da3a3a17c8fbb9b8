package io.tern.bench.micro;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The whole broker on one thread, sockets aside: a hundred publishers, each with a subscriber of its own. From the
/// bytes of a PUBLISH to those in the subscriber's output buffer, and at QoS 1 both acknowledgements. Time is that of
/// one delivery.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Pairs {

    private static final int PAIRS = 100;
    private static final int WINDOW = 20;

    /// Quality of service.
    @Param({"0", "1"})
    public int qos;

    /// Whether each publisher names its subscriber, who subscribes to nothing.
    @Param("false")
    public boolean pointToPoint;

    /// What the operator has set of priorities; empty for none.
    @Param("")
    public String priorities;

    private OneThread broker;
    private final OneThread.Client[] publishers = new OneThread.Client[PAIRS];
    private final OneThread.Client[] subscribers = new OneThread.Client[PAIRS];
    private final byte[][] publishes = new byte[PAIRS][];
    private final byte[] acks = new byte[4 * WINDOW];

    /// Lets the clients in.
    @Setup
    public void prepare() {
        broker = new OneThread(Options.DEFAULTS.with(BrokerOptions.PRIORITY_BY_TOPIC, priorities));
        for (int i = 0; i < PAIRS; i++) {
            String topic = (pointToPoint ? "$p2p/s" : "site/17/line/") + i + "/temperature";
            subscribers[i] = broker.connect("s" + i);
            if (!pointToPoint) {
                broker.send(subscribers[i], new Subscribe(1, Properties.NONE,
                        List.of(new Subscribe.Item(TopicFilter.of(topic), qos))));
            }
            subscribers[i].out().take();
            publishers[i] = broker.connect("p" + i);
            Publish[] packets = new Publish[WINDOW];
            for (int n = 0; n < WINDOW; n++) {
                packets[n] = new Publish(false, qos, false, TopicName.of(topic), qos == 0 ? 0 : 1 + n, Properties.NONE,
                        new byte[64]);
            }
            publishes[i] = OneThread.bytes(packets);
            if (pointToPoint) {
                find(i, topic);
            }
        }
    }

    /// The first message to a client waits until that is found.
    private void find(int pair, String topic) {
        byte[] first = OneThread.bytes(
                new Publish(false, 0, false, TopicName.of(topic), 0, Properties.NONE, new byte[64]));
        publishers[pair].handler().onBytes(first, 0, first.length);
        while (subscribers[pair].out().take() == 0) {
            broker.run();
        }
    }

    /// Each publisher sends its window in one read; what they wait for is answered in the next.
    @Benchmark
    @OperationsPerInvocation(PAIRS * WINDOW)
    public void deliver() {
        for (int i = 0; i < PAIRS; i++) {
            publishers[i].handler().onBytes(publishes[i], 0, publishes[i].length);
        }
        broker.run();
        for (OneThread.Client subscriber : subscribers) {
            acknowledge(subscriber);
        }
        broker.run();
    }

    private void acknowledge(OneThread.Client subscriber) {
        byte[] in = subscriber.out().bytes();
        int end = subscriber.out().take();
        int count = 0;
        // A remaining length of one byte, then the topic's, then the identifier.
        for (int at = 0; at < end; at += 2 + in[at + 1]) {
            if (qos > 0) {
                int id = at + 4 + in[at + 3];
                acks[4 * count] = 0x40;
                acks[4 * count + 1] = 2;
                acks[4 * count + 2] = in[id];
                acks[4 * count + 3] = in[id + 1];
            }
            count++;
        }
        if (count != WINDOW) {
            throw new IllegalStateException(count + " of " + WINDOW + " messages came");
        }
        if (qos > 0) {
            subscriber.handler().onBytes(acks, 0, acks.length);
        }
    }
}
