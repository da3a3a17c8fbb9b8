package io.tern.wire.codec;

import static io.tern.wire.MqttVersion.V3_1;
import static io.tern.wire.MqttVersion.V3_1_1;
import static io.tern.wire.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is borne rather than refused, and the contract of feeding.
class DecoderTest {

    @Test
    void a_server_learns_the_version_from_connect() throws Exception {
        for (MqttVersion version : MqttVersion.values()) {
            Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100);
            assertThat(decoder.version()).isNull();
            Connect connect = (Connect) Frames.readOne(decoder, Frames.connect(version));
            assertThat(connect.version()).isEqualTo(version).isEqualTo(decoder.version());
            assertThat(connect.bridge()).isFalse();
        }
    }

    @Test
    void a_level_with_its_high_bit_set_is_a_bridge() throws Exception {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100);
        Connect connect = (Connect) Frames.readOne(decoder, Frames.frame(0x10, "MQTT", 0x84, 2, 0, 60, "b"));
        assertThat(connect.bridge()).isTrue();
        assertThat(connect.version()).isEqualTo(V3_1_1);
        assertThat(connect.keepAliveSeconds()).isEqualTo(60);
    }

    @Spec({"MQTT-3.1.2-1", "MQTT-3.1.2-2", "3.1.1:MQTT-3.1.2-1", "3.1.1:MQTT-3.1.2-2"})
    @Test
    void a_refused_connect_says_in_which_version_to_answer() {
        assertThat(answerVersion("MQTT", 6)).isEqualTo(V5);
        assertThat(answerVersion("MQTT", 0x86)).isEqualTo(V5);
        assertThat(answerVersion("MQTT", 3)).isEqualTo(V3_1_1);
        assertThat(answerVersion("MQTT", 0)).isEqualTo(V3_1_1);
        assertThat(answerVersion("MQIsdp", 4)).isEqualTo(V3_1_1);
        assertThat(answerVersion("HTTP", 5)).isNull();
    }

    private static MqttVersion answerVersion(String name, int level) {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100);
        byte[] connect = Frames.frame(0x10, name, level, 2, 0, 0, 0, "c");
        WireException broken = catchThrowableOfType(WireException.class, () -> Frames.readOne(decoder, connect));
        assertThat(broken.reason()).isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        assertThat(decoder.version()).isNull();
        return broken.version();
    }

    @Test
    void the_flags_of_3_1_are_borne() throws Exception {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100);
        Connect connect = (Connect) Frames.readOne(decoder, Frames.frame(0x1F, "MQIsdp", 3, 0x03, 0, 0, "c"));
        assertThat(connect.cleanStart()).isTrue();
        assertThat(Frames.readOne(decoder, Frames.frame(0x6A, 0, 7))).isEqualTo(new PubRel(7));
        assertThat(((Subscribe) Frames.readOne(decoder, Frames.frame(0x8A, 0, 7, "t", 0xFD))).items().getFirst().qos())
                .isEqualTo(1);
        assertThat(Frames.readOne(decoder, Frames.frame(0x4F, 0, 7))).isEqualTo(new PubAck(7));
        Publish publish = (Publish) Frames.readOne(decoder, Frames.frame(0x38, "t"));
        assertThat(publish.dup()).isFalse();
        Decoder client = Frames.client(V3_1);
        assertThat(Frames.readOne(client, Frames.frame(0x20, 1, 0)))
                .isEqualTo(new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE));
    }

    @Test
    void a_long_topic_is_not_kept_for_the_next_publish() throws Exception {
        for (int length : new int[] {256, 257, 65_000}) {
            Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100_000);
            Frames.readOne(decoder, Frames.connect(V3_1_1));
            byte[] frame = Frames.frame(0x30, "t".repeat(length));
            TopicName first = ((Publish) Frames.readOne(decoder, frame)).topic();
            TopicName second = ((Publish) Frames.readOne(decoder, frame)).topic();
            assertThat(second).isEqualTo(first);
            assertThat(second == first).isEqualTo(length <= 256);
        }
    }

    /// MQTT 3.1: the remaining length counts more than the flags of user name and password, and a will's QoS and retain
    /// are disregarded where there is none.
    @Test
    void what_3_1_allows_in_connect_is_taken() throws Exception {
        for (int flags : new int[] {0x82, 0xC2}) {
            Connect connect = connectOf31(flags, "c");
            assertThat(connect.userName()).isNull();
            assertThat(connect.password()).isNull();
        }
        assertThat(connectOf31(0xC2, "c", "u").userName()).isEqualTo("u");
        for (int flags : new int[] {0x0A, 0x12, 0x1A, 0x22, 0x3A}) {
            assertThat(connectOf31(flags, "c").will()).isNull();
        }
    }

    private static Connect connectOf31(int flags, Object... payload) throws WireException {
        Object[] parts = {"MQIsdp", 3, flags, 0, 60};
        Object[] all = Stream.concat(Arrays.stream(parts), Arrays.stream(payload)).toArray();
        return (Connect) Frames.readOne(new Decoder(Decoder.Receiver.SERVER, 100), Frames.frame(0x10, all));
    }

    @Spec({"MQTT-2.1.3-1", "MQTT-3.1.0-1"})
    @Test
    void a_first_byte_that_begins_no_packet_is_refused_before_the_next_one_comes() throws Exception {
        assertThat(refusedAtOnce(Frames.server(V5), 0x0A)).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusedAtOnce(Frames.server(V3_1_1), 0x00)).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusedAtOnce(Frames.server(V3_1), 0xF0)).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusedAtOnce(Frames.server(V3_1_1), 0xF0)).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusedAtOnce(Frames.server(V5), 0x10)).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusedAtOnce(Frames.server(V5), 0x80)).isEqualTo(ReasonCode.MALFORMED_PACKET);
        assertThat(refusedAtOnce(Frames.server(V5), 0x36)).isEqualTo(ReasonCode.MALFORMED_PACKET);
        assertThat(refusedAtOnce(new Decoder(Decoder.Receiver.SERVER, 100), 'G')).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusedAtOnce(Frames.client(V5), 0x82)).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    }

    private static ReasonCode refusedAtOnce(Decoder decoder, int first) {
        decoder.feed(new byte[] {(byte) first}, 0, 1);
        return catchThrowableOfType(WireException.class, decoder::next).reason();
    }

    @Test
    void a_length_in_more_bytes_than_needed_is_borne_in_3_x() throws Exception {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100);
        Frames.readOne(decoder, Frames.bytes(0x10, 0x8D, 0x80, 0x00, "MQTT", 4, 2, 0, 0, "c"));
        assertThat(Frames.readOne(decoder, Frames.bytes(0x40, 0x82, 0x00, 0, 7))).isEqualTo(new PubAck(7));
    }

    @Test
    void a_client_bears_discouraged_characters() throws Exception {
        Publish publish = (Publish) Frames.readOne(Frames.client(V5), Frames.frame(0x30, "a\tb", 0));
        assertThat(publish.topic().value()).isEqualTo("a\tb");
    }

    @Test
    void a_client_of_5_understands_the_refusal_of_a_server_of_3() throws Exception {
        assertThat(Frames.readOne(Frames.client(V5), Frames.frame(0x20, 0, 1)))
                .isEqualTo(new ConnAck(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, Properties.NONE));
    }

    @Spec({"MQTT-3.4.2-1", "MQTT-3.6.2-1", "MQTT-3.14.2-1", "MQTT-3.15.2-1"})
    @Test
    void short_forms_mean_success() throws Exception {
        Decoder server = Frames.server(V5);
        assertThat(Frames.readOne(server, Frames.frame(0x40, 0, 1))).isEqualTo(new PubAck(1));
        assertThat(Frames.readOne(server, Frames.frame(0x62, 0, 1, 0))).isEqualTo(new PubRel(1));
        assertThat(Frames.readOne(server, Frames.frame(0x40, 0, 1, 0x10, 0)))
                .isEqualTo(new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, Properties.NONE));
        assertThat(Frames.readOne(server, Frames.frame(0xE0, 4)))
                .isEqualTo(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.NONE));
        assertThat(Frames.readOne(server, Frames.frame(0xE0)))
                .isEqualTo(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        assertThat(Frames.readOne(Frames.client(V5), Frames.frame(0xF0)))
                .isEqualTo(new Auth(ReasonCode.SUCCESS, Properties.NONE));
    }

    @Spec({"MQTT-3.1.3-6", "3.1.1:MQTT-3.1.3-6"})
    @Test
    void an_empty_client_id_is_for_the_broker_to_judge() throws Exception {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100);
        assertThat(((Connect) Frames.readOne(decoder, Frames.frame(0x10, "MQTT", 4, 0, 0, 0, ""))).clientId())
                .isEmpty();
    }

    @Test
    void a_password_may_come_alone_in_5() throws Exception {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 100);
        Connect connect = (Connect) Frames.readOne(decoder, Frames.frame(0x10, "MQTT", 5, 0x42, 0, 0, 0, "c", "p"));
        assertThat(connect.userName()).isNull();
        assertThat(connect.password()).isEqualTo(Frames.raw("p"));
    }

    @Test
    void the_same_topic_is_the_same_object() throws Exception {
        Decoder server = Frames.server(V3_1_1);
        Publish first = (Publish) Frames.readOne(server, Frames.frame(0x30, "a/b"));
        Publish second = (Publish) Frames.readOne(server, Frames.frame(0x30, "a/b", Frames.raw("x")));
        Publish third = (Publish) Frames.readOne(server, Frames.frame(0x30, "a/c"));
        assertThat(second.topic()).isSameAs(first.topic());
        assertThat(second.payload()).isEqualTo(Frames.raw("x"));
        assertThat(third.topic()).isEqualTo(TopicName.of("a/c"));
        assertThat(third.payload()).isSameAs(first.payload()).isEmpty();
    }

    @Test
    void a_suback_may_say_0x80_in_3_1_1() throws Exception {
        SubAck subAck = (SubAck) Frames.readOne(Frames.client(V3_1_1), Frames.frame(0x90, 0, 1, 0, 2, 0x80));
        assertThat(subAck.reasons()).isEqualTo(
                List.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_2, ReasonCode.UNSPECIFIED_ERROR));
    }

    @Spec({"MQTT-3.2.2-15", "MQTT-3.1.2-24"})
    @Test
    void the_largest_packet_counts_with_its_header() throws Exception {
        byte[] packet = Frames.frame(0x30, "t", 0, new byte[10]);
        Decoder enough = Frames.server(V5);
        enough.maxPacketBytes(packet.length);
        assertThat(Frames.readAll(enough, packet)).hasSize(1);
        Decoder oneLess = Frames.server(V5);
        oneLess.maxPacketBytes(packet.length - 1);
        oneLess.feed(packet, 0, 2);
        assertThat(catchThrowableOfType(WireException.class, oneLess::next).reason())
                .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void a_length_claimed_takes_no_memory() throws Exception {
        Decoder server = Frames.server(V5);
        server.maxPacketBytes(Integer.MAX_VALUE);
        byte[] header = Frames.bytes(0x30, 0xFF, 0xFF, 0xFF, 0x7F);
        server.feed(header, 0, header.length);
        assertThat(server.next()).isNull();
        server.hold();
        assertThat(server.heldBytes()).isEqualTo(5);
        byte[] more = new byte[1_000];
        for (int i = 1; i <= 100; i++) {
            server.feed(more, 0, more.length);
            assertThat(server.next()).isNull();
            server.hold();
            assertThat(server.heldBytes()).isBetween(5 + i * 1_000, 2 * (5 + i * 1_000));
        }
    }

    @Test
    void room_is_never_made_beyond_the_end_of_the_packet() throws Exception {
        Decoder server = Frames.server(V3_1_1);
        byte[] packet = Frames.frame(0x30, "t", new byte[5_000]);
        for (int sent = 0; sent < packet.length - 1; sent += 100) {
            server.feed(packet, sent, Math.min(100, packet.length - 1 - sent));
            assertThat(server.next()).isNull();
            server.hold();
            assertThat(server.heldBytes()).isLessThanOrEqualTo(packet.length);
        }
        server.feed(packet, packet.length - 1, 1);
        assertThat(((Publish) server.next()).payload()).hasSize(5_000);
        assertThat(server.heldBytes()).isZero();
    }

    @Test
    void memory_of_packets_that_waited_and_were_read_is_given_back() throws Exception {
        Decoder server = Frames.server(V3_1_1);
        byte[] many = Frames.bytes(Frames.frame(0x30, "t", new byte[900]), Frames.frame(0x30, "t", new byte[50]));
        server.feed(many, 0, many.length - 1);
        server.hold();
        assertThat(server.heldBytes()).isEqualTo(many.length - 1);
        assertThat(server.next()).isInstanceOf(Publish.class);
        assertThat(server.next()).isNull();
        server.hold();
        assertThat(server.heldBytes()).isLessThan(60);
        server.feed(many, many.length - 1, 1);
        assertThat(((Publish) server.next()).payload()).hasSize(50);
        assertThat(server.heldBytes()).isZero();
    }

    @Test
    void bytes_must_be_read_or_held_before_more_are_fed() throws Exception {
        Decoder server = Frames.server(V3_1_1);
        byte[] half = {0x30, 3, 0};
        server.feed(half, 0, 3);
        assertThat(server.next()).isNull();
        assertThatThrownBy(() -> server.feed(half, 0, 3)).isInstanceOf(IllegalStateException.class);
        server.hold();
        server.feed(half, 0, 0);
        assertThat(server.next()).isNull();
        assertThatThrownBy(() -> server.feed(half, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        server.hold();
        assertThat(server.heldBytes()).isEqualTo(3);
    }

    @Test
    void a_client_must_say_its_version_first() {
        Decoder client = new Decoder(Decoder.Receiver.CLIENT, 100);
        assertThat(client.version()).isNull();
        assertThatThrownBy(() -> Frames.readOne(client, Frames.frame(0xD0))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Decoder(Decoder.Receiver.CLIENT, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_forgotten_takes_no_memory_and_is_not_read() throws Exception {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 10_000);
        Frames.readOne(decoder, Frames.connect(V5));
        byte[] most = new byte[5000];
        most[0] = 0x30;
        most[1] = (byte) 0x80;
        most[2] = 0x40;
        decoder.feed(most, 0, most.length);
        assertThat(decoder.next()).isNull();
        decoder.hold();
        assertThat(decoder.heldBytes()).isPositive();
        decoder.feed(most, 0, most.length);

        decoder.forget();

        assertThat(decoder.next()).isNull();
        decoder.hold();
        assertThat(decoder.heldBytes()).isZero();
    }
}
