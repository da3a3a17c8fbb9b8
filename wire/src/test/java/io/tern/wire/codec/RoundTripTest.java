package io.tern.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;

/// What goes out comes in again: any packets, any version, the bytes cut anywhere.
class RoundTripTest {

    /// Packets of one connection in the order sent.
    record Stream(MqttVersion version, Decoder.Receiver receiver, List<Packet> packets) {
    }

    @Provide
    Arbitrary<Stream> streams() {
        return Arbitraries.of(MqttVersion.values()).flatMap(version -> {
            PacketArbitraries any = new PacketArbitraries(version);
            Arbitrary<Stream> toServer = Combinators.combine(any.connect(), any.toServer().list().ofMaxSize(5))
                    .as((connect, rest) -> {
                        List<Packet> packets = new ArrayList<>();
                        packets.add(connect);
                        packets.addAll(rest);
                        return new Stream(version, Decoder.Receiver.SERVER, packets);
                    });
            Arbitrary<Stream> toClient = any.toClient().list().ofMinSize(1).ofMaxSize(5)
                    .map(packets -> new Stream(version, Decoder.Receiver.CLIENT, packets));
            return Arbitraries.oneOf(toServer, toClient);
        });
    }

    @net.jqwik.api.Property(seed = "3", tries = 500)
    void a_packet_comes_back_whole_and_has_the_size_that_was_told(@ForAll("streams") Stream stream) throws Exception {
        ByteWriter out = new ByteWriter(0);
        Decoder decoder = decoder(stream);
        for (Packet packet : stream.packets()) {
            out.reset();
            Encoder.encode(packet, stream.version(), out);
            assertThat(out.size()).isEqualTo(Encoder.encodedBytes(packet, stream.version()));
            decoder.feed(out.array(), 0, out.size());
            Packet back = decoder.next();
            assertThat(back).isEqualTo(packet).hasSameHashCodeAs(packet).hasToString(packet.toString());
            assertThat(decoder.next()).isNull();
            assertThat(decoder.heldBytes()).isZero();
        }
        assertThat(decoder.version()).isEqualTo(stream.version());
    }

    @Spec({"MQTT-6.0.0-2", "MQTT-4.2-1"})
    @net.jqwik.api.Property(seed = "3", tries = 500)
    void any_split_of_the_bytes_gives_the_same_packets(@ForAll("streams") Stream stream, @ForAll long seed)
            throws Exception {
        ByteWriter out = new ByteWriter(64);
        for (Packet packet : stream.packets()) {
            Encoder.encode(packet, stream.version(), out);
        }
        Random random = new Random(seed);
        // The small portions of a slow link as well as large ones.
        int portionMax = 1 + random.nextInt(random.nextBoolean() ? 3 : 2 + out.size());
        byte[] lent = new byte[portionMax + 7];
        Decoder decoder = decoder(stream);
        List<Packet> back = new ArrayList<>();
        for (int sent = 0; sent < out.size(); ) {
            int portion = Math.min(1 + random.nextInt(portionMax), out.size() - sent);
            int offset = random.nextInt(7);
            System.arraycopy(out.array(), sent, lent, offset, portion);
            decoder.feed(lent, offset, portion);
            sent += portion;
            // Now and then the reader stops early, as it does when a client must wait.
            int readMax = random.nextInt(4) == 0 ? 1 : Integer.MAX_VALUE;
            readAtMost(decoder, readMax, back);
            decoder.hold();
            assertThat(decoder.heldBytes()).isLessThanOrEqualTo(2 * sent);
            Arrays.fill(lent, (byte) 0xFF);
            // And it may go on with what is held before more has come.
            readAtMost(decoder, random.nextInt(3), back);
        }
        readAtMost(decoder, Integer.MAX_VALUE, back);
        assertThat(back).isEqualTo(stream.packets());
        assertThat(decoder.heldBytes()).isZero();
    }

    private static void readAtMost(Decoder decoder, int count, List<Packet> into) throws WireException {
        for (int i = 0; i < count; i++) {
            Packet packet = decoder.next();
            if (packet == null) {
                return;
            }
            into.add(packet);
        }
    }

    private static Decoder decoder(Stream stream) {
        Decoder decoder = new Decoder(stream.receiver(), 1 << 20);
        if (stream.receiver() == Decoder.Receiver.CLIENT) {
            decoder.version(stream.version());
        }
        return decoder;
    }

    @Provide
    Arbitrary<Publish> publishes() {
        return new PacketArbitraries(MqttVersion.V5).publish(true);
    }

    @net.jqwik.api.Property(seed = "3", tries = 500)
    void the_hot_way_writes_what_the_plain_way_reads(@ForAll("publishes") Publish publish,
            @ForAll MqttVersion version) throws Exception {
        Properties properties = publish.properties();
        Properties forwarded = properties.toBuilder().without(Property.TOPIC_ALIAS)
                .without(Property.MESSAGE_EXPIRY_INTERVAL).without(Property.SUBSCRIPTION_IDENTIFIER).build();
        TopicName topic = publish.topic() == TopicName.EMPTY ? TopicName.of("known") : publish.topic();
        boolean omitted = publish.topic() == TopicName.EMPTY && version.isV5();
        long expiry = properties.number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        int alias = (int) properties.number(Property.TOPIC_ALIAS, 0);
        int[] identifiers = properties.subscriptionIdentifiers();

        ByteWriter out = new ByteWriter(0);
        out.writeByte(7);
        int idAt = Encoder.encodePublish(out, version, publish.dup(), publish.qos(), publish.retain(), topic, 0,
                forwarded, publish.payload(), expiry, identifiers, alias, omitted);
        assertThat(out.size() - 1).isEqualTo(Encoder.publishBytes(version, publish.qos(), topic, forwarded,
                publish.payload(), expiry, identifiers, alias, omitted));
        if (publish.qos() == 0) {
            assertThat(idAt).isEqualTo(-1);
        } else {
            out.putShort(idAt, publish.packetId());
        }

        Decoder decoder = new Decoder(Decoder.Receiver.CLIENT, 1 << 20);
        decoder.version(version);
        decoder.feed(out.array(), 1, out.size() - 1);
        assertThat(decoder.next()).isEqualTo(new Publish(publish.dup(), publish.qos(), publish.retain(),
                omitted ? TopicName.EMPTY : topic, publish.packetId(),
                version.isV5() ? properties : Properties.NONE, publish.payload()));
    }

    @Provide
    Arbitrary<Connect> connects() {
        return Arbitraries.of(MqttVersion.values()).flatMap(version -> new PacketArbitraries(version).connect());
    }

    @net.jqwik.api.Property(seed = "3", tries = 50)
    void no_text_for_people_shows_a_password(@ForAll("connects") Connect connect) {
        Connect secret = new Connect(connect.version(), false, true, 0, "id", Properties.NONE, null, "user",
                Frames.raw("opensesame"));
        assertThat(secret.toString()).doesNotContain("opensesame").contains("user");
        assertThat(connect.toString()).contains(connect.password() == null ? "password=none" : "password=***");
    }
}
