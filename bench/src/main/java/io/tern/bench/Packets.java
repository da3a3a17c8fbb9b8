package io.tern.bench;

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
import java.util.Arrays;
import java.util.List;

/// The packets that are sent, as bytes.
final class Packets {

    /// DISCONNECT, the same in all versions.
    static final byte[] DISCONNECT = {(byte) 0xE0, 0};

    private static final int KEEP_ALIVE_SECONDS = 3600;

    private Packets() {}

    static byte[] connect(MqttVersion version, String clientId) {
        return encode(
                new Connect(version, false, true, KEEP_ALIVE_SECONDS, clientId, Properties.NONE, null, null, null),
                version);
    }

    static byte[] subscribe(MqttVersion version, String filter, int qos) {
        Subscribe.Item item = new Subscribe.Item(TopicFilter.of(filter), qos);
        return encode(new Subscribe(1, Properties.NONE, List.of(item)), version);
    }

    /// A PUBLISH with packet identifier 1 (if any) and a payload of zeros.
    static byte[] publish(MqttVersion version, String topic, int qos, int payloadBytes) {
        int packetId = qos == 0 ? 0 : 1;
        return encode(
                new Publish(
                        false, qos, false, TopicName.of(topic), packetId, Properties.NONE, new byte[payloadBytes]),
                version);
    }

    private static byte[] encode(Packet packet, MqttVersion version) {
        ByteWriter out = new ByteWriter(128);
        Encoder.encode(packet, version, out);
        return Arrays.copyOf(out.array(), out.size());
    }
}
