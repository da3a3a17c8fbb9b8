package io.tern.bench;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The packets that are sent, as bytes.
final class Packets {

    /// DISCONNECT, the same in all versions.
    static final byte[] DISCONNECT = {(byte) 0xE0, 0};

    /// Of a client that doesn't subscribe.
    static final Subscriptions NO_SUBSCRIPTIONS = new Subscriptions(new byte[0], 0);

    private static final int KEEP_ALIVE_SECONDS = 3600;
    private static final int EXPIRY_SECONDS = 3600;
    private static final int FILTERS_A_PACKET = 100;

    /// SUBSCRIBE packets, one behind the other.
    ///
    /// @param bytes all of them
    /// @param packets how many; so many SUBACKs are to come
    record Subscriptions(byte[] bytes, int packets) {}

    private Packets() {}

    /// Of a client that leaves nothing behind.
    static byte[] connect(MqttVersion version, String clientId) {
        return connect(version, clientId, true, false);
    }

    /// @param clean whether to forget the session that is there, if any
    /// @param durable whether to leave one for the next time
    static byte[] connect(MqttVersion version, String clientId, boolean clean, boolean durable) {
        Properties properties = version.isV5() && durable
                ? Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, EXPIRY_SECONDS).build()
                : Properties.NONE;
        boolean cleanFlag = version.isV5() ? clean : !durable;
        return encode(
                new Connect(version, false, cleanFlag, KEEP_ALIVE_SECONDS, clientId, properties, null, null, null),
                version);
    }

    static Subscriptions subscribe(MqttVersion version, int qos, String... filters) {
        ByteWriter out = new ByteWriter(1024);
        int packets = 0;
        for (int from = 0; from < filters.length; from += FILTERS_A_PACKET) {
            List<Subscribe.Item> items = new ArrayList<>();
            for (int i = from; i < Math.min(filters.length, from + FILTERS_A_PACKET); i++) {
                items.add(new Subscribe.Item(TopicFilter.of(filters[i]), qos));
            }
            packets++;
            Encoder.encode(new Subscribe(packets, Properties.NONE, items), version, out);
        }
        return new Subscriptions(Arrays.copyOf(out.array(), out.size()), packets);
    }

    /// A PUBLISH with packet identifier 1 (if any) and a payload of zeros.
    static byte[] publish(MqttVersion version, String topic, int qos, boolean retain, int payloadBytes) {
        int packetId = qos == 0 ? 0 : 1;
        return encode(
                new Publish(
                        false, qos, retain, TopicName.of(topic), packetId, Properties.NONE, new byte[payloadBytes]),
                version);
    }

    private static byte[] encode(Packet packet, MqttVersion version) {
        ByteWriter out = new ByteWriter(128);
        Encoder.encode(packet, version, out);
        return Arrays.copyOf(out.array(), out.size());
    }
}
