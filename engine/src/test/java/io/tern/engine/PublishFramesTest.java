package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.outbound.PublishFrames;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import io.tern.wire.codec.Encoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishFramesTest {

    private static final Properties PROPERTIES = Properties.builder()
            .with(Property.CONTENT_TYPE, "text")
            .user("a", "b")
            .build();

    private final FakeHost host = new FakeHost();
    private final PublishFrames frames = host.frames();
    private final RecordingOutlet outlet = new RecordingOutlet();

    private static Message message(String payload, long expiresAtMillis) {
        return new Message(TopicName.of("a/b"), payload.getBytes(), 2, true, PROPERTIES, "p", expiresAtMillis);
    }

    private Channel channel(Connects connects) {
        return host.open(outlet, connects.packet());
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void every_mixture_of_flags_comes_out_right_whatever_was_written_before(MqttVersion version) {
        Channel channel = channel(Connects.of(version));
        Random random = new Random(version.level());
        Message[] messages = {message("1", Message.NEVER), message("2", Message.NEVER), message("3", 10_000_000)};
        for (int i = 0; i < 2000; i++) {
            Message message = messages[random.nextInt(messages.length)];
            int qos = random.nextInt(3);
            int packetId = qos == 0 ? 0 : 1 + random.nextInt(65_535);
            boolean dup = qos > 0 && random.nextBoolean();
            boolean retain = random.nextBoolean();
            int[] identifiers = random.nextBoolean() ? null : new int[] {1 + random.nextInt(1000), 7};
            if (random.nextInt(10) == 0) {
                frames.forget();
            }

            assertThat(frames.write(channel, message, qos, dup, retain, packetId, identifiers, host.nowMillis))
                    .isTrue();

            Publish sent = outlet.message();
            Properties.Builder expected = Properties.builder();
            if (version.isV5()) {
                expected = PROPERTIES.toBuilder();
                if (message.expiresAtMillis() != Message.NEVER) {
                    expected.with(Property.MESSAGE_EXPIRY_INTERVAL, 9000);
                }
                if (identifiers != null) {
                    expected.subscriptionIdentifier(identifiers[0]).subscriptionIdentifier(identifiers[1]);
                }
            }
            assertThat(sent)
                    .isEqualTo(new Publish(
                            dup, qos, retain, message.topic(), packetId, expected.build(), message.payload()));
        }
    }

    @Test
    void receivers_of_one_message_get_the_same_bytes_but_their_own_identifier() {
        Channel five = channel(Connects.v5());
        RecordingOutlet otherOutlet = new RecordingOutlet();
        Channel old = host.open(otherOutlet, Connects.of(MqttVersion.V3_1_1).packet());
        Message message = message("x", Message.NEVER);
        List<Integer> ids = new ArrayList<>();

        for (int id : new int[] {1, 256, 65_535}) {
            frames.write(five, message, 1, false, false, id, null, host.nowMillis);
            frames.write(old, message, 1, false, false, id, null, host.nowMillis);
            ids.add(outlet.message().packetId());
            ids.add(otherOutlet.message().packetId());
        }

        assertThat(ids).containsExactly(1, 1, 256, 256, 65_535, 65_535);
    }

    @Test
    @Spec({"MQTT-3.1.2-24", "MQTT-3.3.2-6"})
    void a_packet_is_written_up_to_the_maximum_size_and_no_byte_beyond() {
        Message message = message("x", Message.NEVER);
        int bytes = Encoder.publishBytes(
                MqttVersion.V5, 0, message.topic(), PROPERTIES, message.payload(), -1, null, 0, false);
        Channel fits = channel(Connects.v5().with(Property.MAXIMUM_PACKET_SIZE, bytes));
        Channel tooSmall = channel(Connects.v5().clientId("d").with(Property.MAXIMUM_PACKET_SIZE, bytes - 1));

        assertThat(frames.write(fits, message, 0, false, false, 0, null, host.nowMillis)).isTrue();
        assertThat(outlet.writtenBytes).isEqualTo(bytes);
        assertThat(frames.write(tooSmall, message, 0, false, false, 0, null, host.nowMillis)).isFalse();
        assertThat(frames.write(fits, message, 1, false, false, 1, null, host.nowMillis)).isFalse();
        assertThat(outlet.writtenBytes).isEqualTo(bytes);
    }

    @Test
    @Spec("MQTT-3.1.2-25")
    void an_alias_never_makes_a_packet_too_large_that_fits_without() {
        host.topicAliasesUsed = 5;
        Message message = message("x", Message.NEVER);
        int bytes = Encoder.publishBytes(
                MqttVersion.V5, 0, TopicName.of("a/long/topic"), PROPERTIES, message.payload(), -1, null, 0, false);
        Message onLongTopic = new Message(
                TopicName.of("a/long/topic"), message.payload(), 0, false, PROPERTIES, "p", Message.NEVER);
        Channel channel = channel(Connects.v5()
                .with(Property.MAXIMUM_PACKET_SIZE, bytes)
                .with(Property.TOPIC_ALIAS_MAXIMUM, 5));

        for (int i = 0; i < 3; i++) {
            assertThat(frames.write(channel, onLongTopic, 0, false, false, 0, null, host.nowMillis)).isTrue();
            assertThat(outlet.message().topic().value()).isEqualTo("a/long/topic");
        }
    }

    @Test
    @Spec({"MQTT-3.1.2-26", "MQTT-3.3.2-11", "MQTT-3.3.2-8"})
    void a_client_that_remembers_aliases_as_told_understands_every_topic() {
        host.topicAliasesUsed = 8;
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int maximum = 1 + random.nextInt(8);
            Channel channel = channel(Connects.v5()
                    .with(Property.TOPIC_ALIAS_MAXIMUM, maximum)
                    .with(Property.MAXIMUM_PACKET_SIZE, 120));
            Map<Long, TopicName> remembered = new HashMap<>();
            int omitted = 0;
            for (int i = 0; i < 3000; i++) {
                TopicName topic = TopicName.of("some/longer/topic/" + (int) Math.abs(random.nextGaussian() * 10));
                byte[] payload = new byte[random.nextInt(20) == 0 ? 200 : 1];
                Message message = new Message(topic, payload, 0, false, Properties.NONE, "p", Message.NEVER);
                if (!frames.write(channel, message, 0, false, false, 0, null, host.nowMillis)) {
                    assertThat(payload).hasSize(200);
                    continue;
                }
                Publish sent = outlet.message();
                long alias = sent.properties().number(Property.TOPIC_ALIAS, 0);
                assertThat(alias).isBetween(0L, (long) maximum);
                TopicName understood = sent.topic();
                if (understood == TopicName.EMPTY) {
                    understood = remembered.get(alias);
                    omitted++;
                } else if (alias > 0) {
                    remembered.put(alias, understood);
                }
                assertThat(understood).as("seed " + seed + " message " + i).isEqualTo(topic);
            }
            assertThat(omitted).as("it is worth it").isGreaterThan(100);
        }
    }

    /// A client may keep a message of QoS 2 as it came until PUBREL, and look up its alias then, or not at all.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void an_alias_is_used_up_to_the_qos_that_is_set(int maximumQos) {
        host.topicAliasesUsed = 8;
        host.topicAliasesMaximumQos = maximumQos;
        Message message = message("x", Message.NEVER);
        Message onLongTopic = new Message(
                TopicName.of("a/long/topic"), message.payload(), 2, false, PROPERTIES, "p", Message.NEVER);
        Channel channel = channel(Connects.v5().with(Property.TOPIC_ALIAS_MAXIMUM, 5));
        for (int qos = 0; qos <= maximumQos; qos++) {
            frames.write(channel, onLongTopic, qos, false, false, qos, null, host.nowMillis);
            assertThat(outlet.message().properties().has(Property.TOPIC_ALIAS)).isTrue();
        }
        for (int qos = 0; qos <= 2; qos++) {
            frames.write(channel, onLongTopic, qos, false, false, qos, null, host.nowMillis);
            Publish sent = outlet.message();
            boolean whole = sent.topic() != TopicName.EMPTY && !sent.properties().has(Property.TOPIC_ALIAS);
            assertThat(whole).as("QoS " + qos).isEqualTo(qos > maximumQos);
        }
    }

    @Test
    @Spec("MQTT-3.1.2-27")
    void a_client_that_wants_no_aliases_gets_none() {
        host.topicAliasesUsed = 8;
        Channel channel = channel(Connects.v5());

        frames.write(channel, Messages.of("x", 0), 0, false, false, 0, null, host.nowMillis);

        assertThat(outlet.message().properties()).isEqualTo(Properties.NONE);
    }

    @Test
    @Spec("MQTT-3.3.2-6")
    void what_is_left_of_its_life_is_rounded_up_and_told_at_the_time_of_sending() {
        Channel channel = channel(Connects.v5());
        Message message = message("x", host.nowMillis + 2500);
        long[] expected = {3, 2, 1};
        for (int i = 0; i < 3; i++) {
            frames.write(channel, message, 0, false, false, 0, null, host.nowMillis);
            assertThat(outlet.message().properties().number(Property.MESSAGE_EXPIRY_INTERVAL, -1))
                    .isEqualTo(expected[i]);
            host.nowMillis += 1000;
        }
    }

    @Test
    void a_large_message_is_written_whole_and_does_not_disturb_the_next() {
        Channel channel = channel(Connects.v5());
        Message large = message("x".repeat(300_000), Message.NEVER);
        Message small = message("y", Message.NEVER);
        for (int i = 0; i < 3; i++) {
            frames.write(channel, large, 1, i > 0, false, 1, null, host.nowMillis);
            assertThat(outlet.message().payload()).hasSize(300_000);
            frames.write(channel, small, 1, i > 0, false, 2, null, host.nowMillis);
            assertThat(Messages.text(outlet.message())).isEqualTo("y");
        }
    }
}
