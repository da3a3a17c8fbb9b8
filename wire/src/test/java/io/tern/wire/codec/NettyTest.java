package io.tern.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
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
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;

/// Netty's MQTT codec as a second opinion: it reads what we write, and we read what it writes.
class NettyTest {

    /// A CONNECT and one packet more, to a server or to a client.
    record Pair(Decoder.Receiver receiver, Connect connect, Packet packet) {
    }

    @Provide
    Arbitrary<Pair> pairs() {
        return Arbitraries.of(MqttVersion.values()).flatMap(version -> {
            PacketArbitraries any = new PacketArbitraries(version);
            // Netty knows no bridges, and wants the short client identifiers of 3.1.
            Arbitrary<Connect> connect = any.connect().map(c -> new Connect(version, false, c.cleanStart(),
                    c.keepAliveSeconds(), version == MqttVersion.V3_1 ? "c" : c.clientId(), c.properties(), c.will(),
                    c.userName(), c.password()));
            Arbitrary<Pair> toServer = Combinators.combine(connect, any.toServer())
                    .as((c, p) -> new Pair(Decoder.Receiver.SERVER, c, p));
            Arbitrary<Pair> toClient = Combinators.combine(connect, any.toClient())
                    .as((c, p) -> new Pair(Decoder.Receiver.CLIENT, c, p));
            return Arbitraries.oneOf(toServer, toClient);
        });
    }

    @net.jqwik.api.Property(seed = "4", tries = 300)
    void netty_reads_what_we_write(@ForAll("pairs") Pair pair) {
        Assume.that(!nettyMiscounts(pair.connect()) && !nettyMiscounts(pair.packet()));
        MqttVersion version = pair.connect().version();
        NettyWords words = new NettyWords(version);
        ByteWriter out = new ByteWriter(0);
        Encoder.encode(pair.connect(), version, out);
        Encoder.encode(pair.packet(), version, out);
        EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(1 << 20));
        channel.writeInbound(Unpooled.wrappedBuffer(out.array(), 0, out.size()));
        List<Packet> read = new ArrayList<>();
        for (MqttMessage message = channel.readInbound(); message != null; message = channel.readInbound()) {
            assertThat(message.decoderResult().cause()).isNull();
            read.add(words.fromNetty(message));
        }
        channel.finishAndReleaseAll();
        assertThat(read).containsExactly(pair.connect(), pair.packet());
    }

    /// Netty 4.2.17 counts the bytes of the Property Length as properties. If that takes two bytes and the last
    /// property two bytes as well, it stops before the last.
    private static boolean nettyMiscounts(Packet packet) {
        return switch (packet) {
            case Publish p -> nettyMiscounts(p.properties());
            case PubAck p -> nettyMiscounts(p.properties());
            case PubRec p -> nettyMiscounts(p.properties());
            case PubRel p -> nettyMiscounts(p.properties());
            case PubComp p -> nettyMiscounts(p.properties());
            case Subscribe p -> nettyMiscounts(p.properties());
            case SubAck p -> nettyMiscounts(p.properties());
            case Unsubscribe p -> nettyMiscounts(p.properties());
            case UnsubAck p -> nettyMiscounts(p.properties());
            case Connect p -> nettyMiscounts(p.properties())
                    || p.will() != null && nettyMiscounts(p.will().properties());
            case ConnAck p -> nettyMiscounts(p.properties());
            case Disconnect p -> nettyMiscounts(p.properties());
            case Auth p -> nettyMiscounts(p.properties());
            case PingReq p -> false;
            case PingResp p -> false;
        };
    }

    private static boolean nettyMiscounts(Properties properties) {
        byte[] bytes = properties.encoded();
        if (bytes.length < 128) {
            return false;
        }
        Property last = Property.of(bytes[bytes.length - 2]);
        return last != null && (last.type() == Property.Type.BYTE || last.type() == Property.Type.VARINT);
    }

    @net.jqwik.api.Property(seed = "5", tries = 300)
    void we_read_what_netty_writes(@ForAll("pairs") Pair pair) throws Exception {
        MqttVersion version = pair.connect().version();
        NettyWords words = new NettyWords(version);
        EmbeddedChannel channel = new EmbeddedChannel(MqttEncoder.INSTANCE);
        byte[] connect = write(channel, words.toNetty(pair.connect()));
        byte[] packet = write(channel, words.toNetty(pair.packet()));
        channel.finishAndReleaseAll();

        Decoder server = new Decoder(Decoder.Receiver.SERVER, 1 << 20);
        assertThat(Frames.readAll(server, connect)).containsExactly(pair.connect());
        Decoder receiver = pair.receiver() == Decoder.Receiver.SERVER ? server : Frames.client(version);
        assertThat(Frames.readAll(receiver, packet)).containsExactly(pair.packet());
    }

    private static byte[] write(EmbeddedChannel channel, MqttMessage message) {
        assertThat(channel.writeOutbound(message)).isTrue();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }
}
