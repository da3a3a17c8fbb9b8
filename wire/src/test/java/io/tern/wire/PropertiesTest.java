package io.tern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PropertiesTest {

    private static final byte[] DATA = {1, 2, 3};

    private final Properties all = Properties.builder()
            .with(Property.PAYLOAD_FORMAT_INDICATOR, 1)
            .with(Property.TOPIC_ALIAS, 65_535)
            .with(Property.MESSAGE_EXPIRY_INTERVAL, 0xFFFF_FFFFL)
            .subscriptionIdentifier(7)
            .with(Property.CONTENT_TYPE, "text/plain")
            .user("name", "first")
            .with(Property.CORRELATION_DATA, DATA)
            .user("name", "second")
            .subscriptionIdentifier(Property.VARINT_MAX)
            .build();

    @Test
    void answers_what_was_put_in() {
        assertThat(all.number(Property.PAYLOAD_FORMAT_INDICATOR, 9)).isEqualTo(1);
        assertThat(all.number(Property.TOPIC_ALIAS, 9)).isEqualTo(65_535);
        assertThat(all.number(Property.MESSAGE_EXPIRY_INTERVAL, 9)).isEqualTo(0xFFFF_FFFFL);
        assertThat(all.number(Property.SUBSCRIPTION_IDENTIFIER, 9)).isEqualTo(7);
        assertThat(all.subscriptionIdentifiers()).containsExactly(7, Property.VARINT_MAX);
        assertThat(all.string(Property.CONTENT_TYPE)).isEqualTo("text/plain");
        assertThat(all.binary(Property.CORRELATION_DATA)).isEqualTo(DATA);
        assertThat(all.userProperties())
                .containsExactly(new UserProperty("name", "first"), new UserProperty("name", "second"));
        assertThat(all.has(Property.USER_PROPERTY)).isTrue();
        assertThat(all.toString()).contains("CONTENT_TYPE=text/plain", "CORRELATION_DATA=3 bytes", "[7, 268435455]");
    }

    @Test
    void answers_what_is_absent() {
        assertThat(Properties.NONE.isEmpty()).isTrue();
        assertThat(Properties.NONE.has(Property.TOPIC_ALIAS)).isFalse();
        assertThat(all.number(Property.RECEIVE_MAXIMUM, -1)).isEqualTo(-1);
        assertThat(all.string(Property.REASON_STRING)).isNull();
        assertThat(all.binary(Property.AUTHENTICATION_DATA)).isNull();
        assertThat(Properties.NONE.userProperties()).isEmpty();
        assertThat(Properties.NONE.subscriptionIdentifiers()).isEmpty();
    }

    @Test
    void a_value_replaces_the_one_before() {
        Properties changed = all.toBuilder().with(Property.TOPIC_ALIAS, 1).with(Property.CONTENT_TYPE, "").build();
        assertThat(changed.number(Property.TOPIC_ALIAS, 9)).isEqualTo(1);
        assertThat(changed.string(Property.CONTENT_TYPE)).isEmpty();
        assertThat(changed.userProperties()).isEqualTo(all.userProperties());
        assertThat(all.number(Property.TOPIC_ALIAS, 9)).isEqualTo(65_535);
        assertThat(all.toBuilder().with(Property.SUBSCRIPTION_IDENTIFIER, 5).build().subscriptionIdentifiers())
                .containsExactly(5);
    }

    @Test
    void taking_everything_out_leaves_none() {
        Properties.Builder builder = all.toBuilder();
        for (Property property : Property.values()) {
            builder.without(property);
        }
        assertThat(builder.build()).isSameAs(Properties.NONE);
        assertThat(all.toBuilder().without(Property.REASON_STRING).build()).isSameAs(all);
    }

    @Test
    void a_builder_may_go_on_without_touching_what_it_built() {
        Properties.Builder builder = Properties.builder().user("a", "1");
        Properties one = builder.build();
        Properties two = builder.user("b", "2").build();
        Properties three = builder.without(Property.USER_PROPERTY).with(Property.REASON_STRING, "r").build();
        assertThat(one.userProperties()).hasSize(1);
        assertThat(two.userProperties()).hasSize(2);
        assertThat(three.userProperties()).isEmpty();
        assertThat(three.string(Property.REASON_STRING)).isEqualTo("r");
    }

    @Spec({"MQTT-3.1.3-10", "MQTT-3.3.2-18"})
    @Test
    void equal_if_they_say_the_same_in_any_order_but_that_of_user_properties() {
        Properties one = Properties.builder().user("a", "1").with(Property.TOPIC_ALIAS, 3).user("b", "2")
                .with(Property.CONTENT_TYPE, "c").build();
        Properties same = Properties.builder().with(Property.CONTENT_TYPE, "c").user("a", "1").user("b", "2")
                .with(Property.TOPIC_ALIAS, 3).build();
        Properties swapped = Properties.builder().with(Property.CONTENT_TYPE, "c").user("b", "2").user("a", "1")
                .with(Property.TOPIC_ALIAS, 3).build();
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(swapped);
        assertThat(one).isNotEqualTo(one.toBuilder().with(Property.TOPIC_ALIAS, 4).build())
                .isNotEqualTo(one.toBuilder().with(Property.CONTENT_TYPE, "d").build())
                .isNotEqualTo(one.toBuilder().without(Property.CONTENT_TYPE).build());
        Properties repeated = Properties.builder().user("a", "1").user("a", "1").user("b", "2").build();
        Properties other = Properties.builder().user("a", "1").user("b", "2").user("b", "2").build();
        assertThat(repeated).isNotEqualTo(other);
    }

    @Test
    void bytes_are_taken_in_and_given_out() {
        byte[] encoded = all.encoded();
        byte[] around = new byte[encoded.length + 2];
        System.arraycopy(encoded, 0, around, 1, encoded.length);
        assertThat(Properties.ofEncoded(around, 1, encoded.length)).isEqualTo(all);
        assertThat(Properties.ofEncoded(around, 1, 0)).isSameAs(Properties.NONE);
        for (int cut = 1; cut < encoded.length; cut++) {
            int length = cut;
            boolean whole = isWhole(encoded, length);
            if (!whole) {
                assertThatThrownBy(() -> Properties.ofEncoded(encoded, 0, length))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThatThrownBy(() -> Properties.ofEncoded(new byte[] {0x04, 1}, 0, 2)).hasMessageContaining("4");
        assertThatThrownBy(() -> Properties.ofEncoded(new byte[] {(byte) 0x80, 1}, 0, 2)).hasMessageContaining("128");
        assertThatThrownBy(() -> Properties.ofEncoded(new byte[] {1, 1, 1, 1}, 0, 4)).hasMessageContaining("twice");
    }

    /// Whether a cut falls between two properties.
    private static boolean isWhole(byte[] encoded, int length) {
        int at = 0;
        while (at < length) {
            at = PropertyBytes.next(encoded, at);
        }
        return at == length;
    }

    @Test
    void values_out_of_range_or_of_the_wrong_kind_are_refused() {
        Properties.Builder builder = Properties.builder();
        for (Runnable wrong : new Runnable[] {
            () -> builder.with(Property.RECEIVE_MAXIMUM, 0),
            () -> builder.with(Property.TOPIC_ALIAS, 65_536),
            () -> builder.with(Property.MAXIMUM_QOS, 2),
            () -> builder.with(Property.SESSION_EXPIRY_INTERVAL, 0x1_0000_0000L),
            () -> builder.with(Property.SESSION_EXPIRY_INTERVAL, -1),
            () -> builder.with(Property.REASON_STRING, 1),
            () -> builder.with(Property.TOPIC_ALIAS, "1"),
            () -> builder.with(Property.REASON_STRING, "\0"),
            () -> builder.with(Property.RESPONSE_TOPIC, "a/#"),
            () -> builder.with(Property.REASON_STRING, DATA),
            () -> builder.with(Property.AUTHENTICATION_DATA, new byte[65_536]),
            () -> builder.user("\uD800", ""),
            () -> builder.user("", "\0"),
            () -> builder.subscriptionIdentifier(0),
            () -> builder.subscriptionIdentifier(Property.VARINT_MAX + 1),
            () -> all.number(Property.REASON_STRING, 0),
            () -> all.string(Property.TOPIC_ALIAS),
            () -> all.binary(Property.TOPIC_ALIAS)
        }) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(builder.build()).isSameAs(Properties.NONE);
    }

    @Test
    void a_property_knows_where_it_may_stand() {
        for (PacketType type : PacketType.values()) {
            boolean ping = type == PacketType.PINGREQ || type == PacketType.PINGRESP;
            assertThat(Property.USER_PROPERTY.allowedIn(type)).isEqualTo(!ping);
        }
        assertThat(Property.WILL_DELAY_INTERVAL.allowedInWill()).isTrue();
        assertThat(Property.WILL_DELAY_INTERVAL.allowedIn(PacketType.CONNECT)).isFalse();
        assertThat(Property.TOPIC_ALIAS.allowedInWill()).isFalse();
        assertThat(Property.of(0x2A)).isEqualTo(Property.SHARED_SUBSCRIPTION_AVAILABLE);
        assertThat(Property.of(0x2B)).isNull();
        assertThat(Property.of(0)).isNull();
        assertThat(ReasonCode.of(0x92)).isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        assertThat(ReasonCode.of(3)).isNull();
        assertThat(ReasonCode.of(256)).isNull();
        assertThat(ReasonCode.grantedQos(2)).isEqualTo(ReasonCode.GRANTED_QOS_2);
        assertThat(PacketType.of(0)).isNull();
        assertThat(PacketType.of(15)).isEqualTo(PacketType.AUTH);
    }
}
