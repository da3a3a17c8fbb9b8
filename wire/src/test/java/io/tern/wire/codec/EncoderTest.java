package io.tern.wire.codec;

import static io.tern.wire.MqttVersion.V3_1;
import static io.tern.wire.MqttVersion.V3_1_1;
import static io.tern.wire.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.Auth;
import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.PingReq;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The exact bytes where a version leaves something out or says it in its own way.
class EncoderTest {

    private static final Properties REASON = Properties.builder().with(Property.REASON_STRING, "r").build();

    private static byte[] encode(Packet packet, MqttVersion version) {
        ByteWriter out = new ByteWriter(0);
        Encoder.encode(packet, version, out);
        assertThat(out.size()).isEqualTo(Encoder.encodedBytes(packet, version));
        return Arrays.copyOf(out.array(), out.size());
    }

    @Spec("MQTT-2.2.2-1")
    @Test
    void what_says_nothing_is_left_out() {
        assertThat(encode(new PubAck(0x1234), V5)).containsExactly(0x40, 2, 0x12, 0x34);
        assertThat(encode(new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, Properties.NONE), V5))
                .containsExactly(0x40, 3, 0, 1, 0x10);
        assertThat(encode(new PubRel(1, ReasonCode.SUCCESS, REASON), V5))
                .containsExactly(0x62, 8, 0, 1, 0, 4, 0x1F, 0, 1, 'r');
        assertThat(encode(new Disconnect(ReasonCode.SUCCESS, Properties.NONE), V5)).containsExactly(0xE0, 0);
        assertThat(encode(new Disconnect(ReasonCode.PROTOCOL_ERROR, Properties.NONE), V5))
                .containsExactly(0xE0, 1, 0x82);
        assertThat(encode(new Auth(ReasonCode.SUCCESS, Properties.NONE), V5)).containsExactly(0xF0, 0);
        assertThat(encode(new ConnAck(true, ReasonCode.SUCCESS, Properties.NONE), V5))
                .containsExactly(0x20, 3, 1, 0, 0);
        assertThat(encode(PingReq.INSTANCE, V5)).containsExactly(0xC0, 0);
    }

    @Test
    void versions_3_say_what_they_can() {
        assertThat(encode(new PubRec(1, ReasonCode.QUOTA_EXCEEDED, REASON), V3_1_1)).containsExactly(0x50, 2, 0, 1);
        assertThat(encode(new Disconnect(ReasonCode.PROTOCOL_ERROR, REASON), V3_1_1)).containsExactly(0xE0, 0);
        assertThat(encode(new UnsubAck(1, REASON, List.of(ReasonCode.SUCCESS)), V3_1)).containsExactly(0xB0, 2, 0, 1);
        assertThat(encode(new SubAck(1, REASON, List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED)), V3_1_1))
                .containsExactly(0x90, 4, 0, 1, 1, 0x80);
        assertThat(encode(new ConnAck(true, ReasonCode.SUCCESS, REASON), V3_1_1)).containsExactly(0x20, 2, 1, 0);
        assertThat(encode(new ConnAck(true, ReasonCode.SUCCESS, REASON), V3_1)).containsExactly(0x20, 2, 0, 0);
        Subscribe.Item item = new Subscribe.Item(TopicFilter.of("t"), 1, true, true, 2);
        assertThat(encode(new Subscribe(1, REASON, List.of(item)), V3_1_1))
                .containsExactly(0x82, 6, 0, 1, 0, 1, 't', 1);
        assertThat(encode(new Subscribe(1, Properties.NONE, List.of(item)), V5))
                .containsExactly(0x82, 7, 0, 1, 0, 0, 1, 't', 0x2D);
        assertThatThrownBy(() -> encode(new Auth(ReasonCode.SUCCESS, Properties.NONE), V3_1_1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Spec({"MQTT-3.2.2-8", "3.1.1:MQTT-3.2.2-6"})
    @Test
    void every_failure_has_a_return_code_in_3_x() {
        for (ReasonCode reason : ReasonCode.values()) {
            if (reason.isError()) {
                byte[] bytes = encode(new ConnAck(false, reason, Properties.NONE), V3_1_1);
                assertThat(bytes[3]).as(reason.toString()).isBetween((byte) 1, (byte) 5);
            }
        }
        assertThat(returnCode(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION)).isEqualTo(1);
        assertThat(returnCode(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)).isEqualTo(2);
        assertThat(returnCode(ReasonCode.SERVER_UNAVAILABLE)).isEqualTo(3);
        assertThat(returnCode(ReasonCode.SERVER_BUSY)).isEqualTo(3);
        assertThat(returnCode(ReasonCode.BAD_USER_NAME_OR_PASSWORD)).isEqualTo(4);
        assertThat(returnCode(ReasonCode.NOT_AUTHORIZED)).isEqualTo(5);
        assertThat(returnCode(ReasonCode.BANNED)).isEqualTo(5);
    }

    private static int returnCode(ReasonCode reason) {
        return encode(new ConnAck(false, reason, Properties.NONE), V3_1_1)[3];
    }

    @Test
    void a_packet_that_cannot_be_sent_writes_nothing() {
        ByteWriter out = new ByteWriter(4);
        out.writeByte(9);
        Connect badText = new Connect(V5, false, true, 0, "a\uD800", Properties.NONE, null, null, null);
        Connect lonePassword = new Connect(V3_1_1, false, true, 0, "a", Properties.NONE, null, null, new byte[1]);
        assertThatThrownBy(() -> Encoder.encode(badText, V5, out)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Encoder.encode(lonePassword, V3_1_1, out))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(out.size()).isEqualTo(1);
    }

    @Test
    void a_packet_of_more_than_256_mib_is_refused() {
        byte[] payload = new byte[268_435_455 - 3];
        TopicName topic = TopicName.of("t");
        assertThat(Encoder.publishBytes(V3_1_1, 0, topic, Properties.NONE, payload, -1, null, 0, false))
                .isEqualTo(268_435_455 + 5);
        assertThatThrownBy(() -> Encoder.publishBytes(V5, 0, topic, Properties.NONE, payload, -1, null, 0, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Spec("MQTT-1.5.5-1")
    @Test
    void integers_take_the_fewest_bytes() {
        int[] limits = {0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455};
        int[] sizes = {1, 1, 2, 2, 3, 3, 4, 4};
        for (int i = 0; i < limits.length; i++) {
            ByteWriter out = new ByteWriter(0);
            out.writeVarInt(limits[i]);
            assertThat(out.size()).isEqualTo(sizes[i]).isEqualTo(ByteWriter.varIntBytes(limits[i]));
        }
        assertThatThrownBy(() -> ByteWriter.varIntBytes(268_435_456)).isInstanceOf(IllegalArgumentException.class);
    }
}
