package io.tern.bench.micro;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
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
import org.openjdk.jmh.infra.Blackhole;

/// A PUBLISH with 64 bytes of payload: read out of a buffer of a hundred, and written into one.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 2, time = 1)
public class Codec {

    private static final int PACKETS = 100;
    private static final TopicName TOPIC = TopicName.of("site/17/line/4/temperature");

    /// Version of MQTT.
    @Param({"V3_1_1", "V5"})
    public MqttVersion version;

    /// Quality of service.
    @Param({"0", "1"})
    public int qos;

    private Publish publish;
    private Decoder decoder;
    private byte[] received;
    private int receivedBytes;
    private final ByteWriter out = new ByteWriter(64 * 1024);

    /// Lets a client in and encodes what it will send.
    @Setup
    public void prepare() throws WireException {
        publish = new Publish(false, qos, false, TOPIC, qos == 0 ? 0 : 7, Properties.NONE, new byte[64]);
        ByteWriter writer = new ByteWriter(64 * 1024);
        Encoder.encode(new Connect(version, false, true, 60, "c", Properties.NONE, null, null, null), version, writer);
        decoder = new Decoder(Decoder.Receiver.SERVER, 1024 * 1024);
        decoder.feed(writer.array(), 0, writer.size());
        decoder.next();
        decoder.hold();
        writer.reset();
        for (int i = 0; i < PACKETS; i++) {
            Encoder.encode(publish, version, writer);
        }
        received = writer.array();
        receivedBytes = writer.size();
    }

    /// Bytes to packets.
    ///
    /// @param hole takes the packets
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void decodePublish(Blackhole hole) throws WireException {
        decoder.feed(received, 0, receivedBytes);
        for (Packet packet = decoder.next(); packet != null; packet = decoder.next()) {
            hole.consume(packet);
        }
        decoder.hold();
    }

    /// Packets to bytes.
    ///
    /// @return bytes written
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int encodePublish() {
        out.reset();
        for (int i = 0; i < PACKETS; i++) {
            Encoder.encode(publish, version, out);
        }
        return out.size();
    }
}
