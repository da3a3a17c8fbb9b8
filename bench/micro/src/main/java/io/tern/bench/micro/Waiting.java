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

/// As [Pairs] at QoS 1, but the subscribers may have a few messages unanswered only: most wait in a queue in memory. Of
/// the messages of a publisher one in four goes to a topic of its own. Time is that of one delivery.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Waiting {

    private static final int PAIRS = 100;
    private static final int MESSAGES = 80;
    private static final int WINDOW = 8;
    private static final int ALARM_EACH = 4;

    /// What the operator has set of priorities; empty for none.
    @Param({"", "alarm/#=9"})
    public String priorities;

    private OneThread broker;
    private final OneThread.Client[] publishers = new OneThread.Client[PAIRS];
    private final OneThread.Client[] subscribers = new OneThread.Client[PAIRS];
    private final byte[][] publishes = new byte[PAIRS][];
    private final byte[] acks = new byte[4 * WINDOW];

    /// Lets the clients in.
    @Setup
    public void prepare() {
        broker = new OneThread(Options.DEFAULTS
                .with(BrokerOptions.IN_FLIGHT, WINDOW)
                .with(BrokerOptions.IN_FLIGHT_FIRST, WINDOW)
                .with(BrokerOptions.PRIORITY_BY_TOPIC, priorities));
        for (int i = 0; i < PAIRS; i++) {
            subscribers[i] = broker.connect("s" + i);
            broker.send(subscribers[i], new Subscribe(1, Properties.NONE,
                    List.of(new Subscribe.Item(TopicFilter.of("+/" + i), 1))));
            subscribers[i].out().take();
            publishers[i] = broker.connect("p" + i);
            Publish[] packets = new Publish[MESSAGES];
            for (int n = 0; n < MESSAGES; n++) {
                String topic = (n % ALARM_EACH == ALARM_EACH - 1 ? "alarm/" : "other/") + i;
                packets[n] =
                        new Publish(false, 1, false, TopicName.of(topic), 1 + n, Properties.NONE, new byte[64]);
            }
            publishes[i] = OneThread.bytes(packets);
        }
    }

    /// Each publisher sends all in one read; the subscribers answer what they have until nothing comes any more.
    @Benchmark
    @OperationsPerInvocation(PAIRS * MESSAGES)
    public void deliver() {
        for (int i = 0; i < PAIRS; i++) {
            publishers[i].handler().onBytes(publishes[i], 0, publishes[i].length);
        }
        broker.run();
        for (int left = PAIRS * MESSAGES; left > 0;) {
            int before = left;
            for (OneThread.Client subscriber : subscribers) {
                left -= acknowledge(subscriber);
            }
            if (left == before) {
                throw new IllegalStateException(left + " messages did not come");
            }
            broker.run();
        }
    }

    private int acknowledge(OneThread.Client subscriber) {
        byte[] in = subscriber.out().bytes();
        int end = subscriber.out().take();
        int count = 0;
        // A remaining length of one byte, then the topic's, then the identifier.
        for (int at = 0; at < end; at += 2 + in[at + 1]) {
            int id = at + 4 + in[at + 3];
            acks[4 * count] = 0x40;
            acks[4 * count + 1] = 2;
            acks[4 * count + 2] = in[id];
            acks[4 * count + 3] = in[id + 1];
            count++;
        }
        subscriber.handler().onBytes(acks, 0, 4 * count);
        return count;
    }
}
