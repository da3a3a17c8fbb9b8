package io.tern.bench.micro;

import io.tern.api.Message;
import io.tern.engine.Channel;
import io.tern.engine.Session;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
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

/// From [Session#offer] to the bytes in the output buffer, and at QoS 1 the client's acknowledgement too: to one
/// session, a new message each time; and to a hundred, who share a message and so its frame.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 2, time = 1)
public class Delivery {

    private static final int SESSIONS = 100;
    private static final int PACKET_IDS = 65_535;
    private static final TopicName TOPIC = TopicName.of("site/17/line/4/temperature");

    /// Version of MQTT.
    @Param({"V3_1_1", "V5"})
    public MqttVersion version;

    /// Quality of service.
    @Param({"0", "1"})
    public int qos;

    private final BareShard shard = new BareShard();
    private final Session[] sessions = new Session[1 + SESSIONS];
    private final Channel[] channels = new Channel[1 + SESSIONS];
    private final PubAck[] acks = new PubAck[PACKET_IDS];
    private final byte[] payload = new byte[64];
    private int offered;
    private int fannedOut;

    /// Lets the clients in.
    @Setup
    public void prepare() {
        for (int i = 0; i <= SESSIONS; i++) {
            sessions[i] = new Session(shard, 0, "client-" + i, 1);
            channels[i] = shard.open(version, sessions[i]);
        }
        for (int i = 0; i < PACKET_IDS; i++) {
            acks[i] = new PubAck(1 + i, ReasonCode.SUCCESS, Properties.NONE);
        }
    }

    /// One message to one client; what is allocated is the message.
    @Benchmark
    public void offerToOne() {
        sessions[0].offer(message(), 1, false, null);
        if (qos > 0) {
            channels[0].on(acks[offered]);
            offered = offered + 1 == PACKET_IDS ? 0 : offered + 1;
        }
        shard.frames().forget();
    }

    /// One message to a hundred; a hundredth of the message's allocation falls on each.
    @Benchmark
    @OperationsPerInvocation(SESSIONS)
    public void offerToHundred() {
        Message message = message();
        for (int i = 1; i <= SESSIONS; i++) {
            sessions[i].offer(message, 1, false, null);
        }
        if (qos > 0) {
            for (int i = 1; i <= SESSIONS; i++) {
                channels[i].on(acks[fannedOut]);
            }
            fannedOut = fannedOut + 1 == PACKET_IDS ? 0 : fannedOut + 1;
        }
        shard.frames().forget();
    }

    private Message message() {
        return new Message(TOPIC, payload, qos, false, Properties.NONE, "publisher", Message.NEVER);
    }
}
