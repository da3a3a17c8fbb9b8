package io.tern.interop;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.PingResp;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import io.tern.wire.Will;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Encoder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// What a hostile client says: packets of one version, right ones and spoilt ones, all from one seed.
final class Tongue {

    private static final int CLIENTS = 40;
    private static final int TOPICS = 12;
    private static final List<String> FILTERS = List.of("#", "f/#", "f/+", "f/1", "+/2/#", "f/3", "f/4", "$SYS/#",
            "$share/g/f/#", "$share/h/f/1", "$share/g/+/+", "f/5/x/y", "+");
    private static final int[] PAYLOAD_BYTES = {0, 1, 20, 20, 20, 1_000, 1_000, 20_000, 100_000};
    private static final int[] TELLING_BYTES = {0x00, 0x01, 0x02, 0x7F, 0x80, 0x81, 0xC0, 0xED, 0xFF, '+', '#', '/'};

    private final RandomGenerator random;
    private final MqttVersion version;
    private final boolean v5;

    Tongue(RandomGenerator random) {
        this.random = random;
        this.version = MqttVersion.values()[random.nextInt(MqttVersion.values().length)];
        this.v5 = version.isV5();
    }

    byte[] connect() {
        Properties.Builder properties = Properties.builder();
        if (v5) {
            properties.with(Property.SESSION_EXPIRY_INTERVAL, random.nextInt(5))
                    .with(Property.RECEIVE_MAXIMUM, 1 + random.nextInt(10))
                    .with(Property.TOPIC_ALIAS_MAXIMUM, random.nextInt(10))
                    .with(Property.MAXIMUM_PACKET_SIZE, 20 + random.nextInt(100_000));
        }
        Will will = random.nextInt(3) > 0 ? null : new Will(topic(), payload(), random.nextInt(3),
                random.nextInt(9) == 0, v5 ? delay(random.nextInt(3)) : Properties.NONE);
        boolean named = random.nextInt(3) == 0;
        return bytes(new Connect(version, false, random.nextBoolean(), random.nextInt(5),
                "f" + random.nextInt(CLIENTS), properties.build(), will, named ? "user" : null,
                named ? noise(8) : null));
    }

    private static Properties delay(int seconds) {
        return Properties.builder().with(Property.WILL_DELAY_INTERVAL, seconds).build();
    }

    private TopicName topic() {
        return TopicName.of("f/" + random.nextInt(TOPICS));
    }

    private TopicFilter filter() {
        return TopicFilter.of(FILTERS.get(random.nextInt(FILTERS.size())));
    }

    private byte[] payload() {
        int length = PAYLOAD_BYTES[random.nextInt(PAYLOAD_BYTES.length)];
        return noise(Math.min(length, 0xFFFF));
    }

    byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    /// One that may come behind CONNECT, or may not.
    byte[] packet() {
        int id = 1 + random.nextInt(20);
        Properties none = Properties.NONE;
        return switch (random.nextInt(18)) {
            case 0, 1, 2, 3, 4 -> publish(id);
            case 5, 6 -> subscribe();
            case 7 -> bytes(new Unsubscribe(id, none, List.of(filter())));
            case 8 -> bytes(new PubAck(id));
            case 9 -> bytes(new PubRec(id));
            case 10 -> bytes(new PubRel(id));
            case 11 -> bytes(new PubComp(id));
            case 12 -> bytes(PingReq.INSTANCE);
            case 13 -> bytes(new Disconnect(random.nextBoolean() || !v5
                    ? ReasonCode.SUCCESS : ReasonCode.DISCONNECT_WITH_WILL, none));
            case 14 -> v5 ? bytes(new Auth(ReasonCode.REAUTHENTICATE,
                    Properties.builder().with(Property.AUTHENTICATION_METHOD, "none").build())) : connect();
            case 15 -> connect();
            case 16 -> bytes(random.nextBoolean() ? PingResp.INSTANCE : new ConnAck(false, ReasonCode.SUCCESS, none));
            default -> bytes(random.nextBoolean() ? new SubAck(id, none, List.of(ReasonCode.SUCCESS))
                    : new UnsubAck(id, none, List.of(ReasonCode.SUCCESS)));
        };
    }

    byte[] subscribe() {
        Properties properties = v5 && random.nextInt(3) == 0
                ? Properties.builder().subscriptionIdentifier(1 + random.nextInt(9)).build()
                : Properties.NONE;
        return bytes(new Subscribe(1 + random.nextInt(20), properties, List.of(
                new Subscribe.Item(filter(), random.nextInt(3)), new Subscribe.Item(filter(), random.nextInt(3)))));
    }

    private byte[] publish(int id) {
        Properties.Builder properties = Properties.builder();
        if (v5) {
            switch (random.nextInt(5)) {
                case 0 -> properties.with(Property.TOPIC_ALIAS, 1 + random.nextInt(12));
                case 1 -> properties.with(Property.MESSAGE_EXPIRY_INTERVAL, random.nextInt(3));
                case 2 -> properties.with(Property.CONTENT_TYPE, "a/b").with(Property.RESPONSE_TOPIC, "f/1")
                        .user("k", "v").user("k", "w");
                default -> { }
            }
        }
        int qos = random.nextInt(3);
        return bytes(new Publish(qos > 0 && random.nextInt(4) == 0, qos, random.nextInt(6) == 0, topic(),
                qos == 0 ? 0 : id, properties.build(), payload()));
    }

    private byte[] bytes(Packet packet) {
        ByteWriter out = new ByteWriter(256);
        Encoder.encode(packet, version, out);
        return Arrays.copyOf(out.array(), out.size());
    }

    /// One to four things wrong with it, in half of the cases with a length that is right.
    byte[] spoilt(byte[] packet) {
        byte[] bytes = packet.clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            bytes = spoiltOnce(bytes);
        }
        return random.nextBoolean() ? bytes : withRightLength(bytes);
    }

    private byte[] spoiltOnce(byte[] bytes) {
        if (bytes.length == 0) {
            return packet();
        }
        int at = random.nextInt(Math.min(bytes.length, 100));
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] = (byte) TELLING_BYTES[random.nextInt(TELLING_BYTES.length)];
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return joined(Arrays.copyOf(bytes, at), packet());
            }
            default -> {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(4));
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
            }
        }
        return bytes;
    }

    static byte[] joined(byte[]... parts) {
        ByteWriter out = new ByteWriter(256);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return Arrays.copyOf(out.array(), out.size());
    }

    private static byte[] withRightLength(byte[] bytes) {
        int lengthEnd = 1;
        while (lengthEnd < bytes.length && lengthEnd < 4 && bytes[lengthEnd] < 0) {
            lengthEnd++;
        }
        if (lengthEnd >= bytes.length) {
            return bytes;
        }
        return framed(bytes[0], Arrays.copyOfRange(bytes, lengthEnd + 1, bytes.length));
    }

    /// A packet of any type with any contents.
    static byte[] framed(int first, byte[] rest) {
        ByteWriter out = new ByteWriter(rest.length + 8);
        out.writeByte(first);
        out.writeVarInt(rest.length);
        out.writeBytes(rest);
        return Arrays.copyOf(out.array(), out.size());
    }

    /// A packet that claims far more than comes.
    byte[] oversized() {
        byte[] claim = {(byte) random.nextInt(256), (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0x7F};
        return switch (random.nextInt(4)) {
            case 0 -> joined(claim, noise(10_000));
            case 1 -> new byte[] {0x30, -1, -1, -1, -1, -1, -1};
            case 2 -> joined(connect(), claim, noise(300_000));
            default -> joined(connect(), framed(0x30, joined(new byte[] {0, 3, 'f', '/', '1', 0}, noise(2_000_000))));
        };
    }
}
