package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.inbound.ReplyTicket;
import io.tern.engine.rules.ListenerRules;
import io.tern.engine.rules.Refusal;
import io.tern.engine.rules.Strictness;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of the PUBLISH packets of one connection.
class PublishInboundTest {

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private Channel channel = host.open(outlet, Connects.v5().packet());

    private void publish(int qos, int packetId) {
        channel.on(new Publish(false, qos, false, Messages.TOPIC, packetId, Properties.NONE, new byte[] {'x'}));
    }

    private void publish(TopicName topic, Properties properties) {
        channel.on(new Publish(false, 0, false, topic, 0, properties, new byte[0]));
    }

    private static Properties alias(long alias) {
        return Properties.builder().with(Property.TOPIC_ALIAS, alias).build();
    }

    private void settle(int routed, ReasonCode reason) {
        FakeHost.Routed what = host.routed.get(routed);
        what.channel().settled(what.slot(), reason);
    }

    private ReplyTicket ticket(int routed) {
        FakeHost.Routed what = host.routed.get(routed);
        int qos = what.message().qos();
        ReplyTicket ticket =
                new ReplyTicket(what.channel().session().inboundQos2(), what.channel(), what.slot(),
                        what.packetId(), qos, ReasonCode.SUCCESS);
        ticket.register();
        return ticket;
    }

    private void reconnect() {
        Session session = channel.session();
        channel.lost();
        outlet.closed = false;
        channel = host.open(outlet, Connects.v5().packet(), session);
    }

    private void closedWith(ReasonCode reason) {
        assertThat(((Disconnect) outlet.only()).reason()).isEqualTo(reason);
        assertThat(outlet.closed).isTrue();
    }

    @Test
    void a_message_is_routed_with_all_that_it_carries() {
        Properties properties = Properties.builder()
                .with(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                .with(Property.CONTENT_TYPE, "text")
                .with(Property.TOPIC_ALIAS, 3)
                .user("a", "b")
                .build();

        channel.on(new Publish(true, 1, true, Messages.TOPIC, 7, properties, new byte[] {1}));

        FakeHost.Routed routed = host.routed.getFirst();
        Message message = routed.message();
        assertThat(routed.packetId()).isEqualTo(7);
        assertThat(message.topic()).isEqualTo(Messages.TOPIC);
        assertThat(message.payload()).containsExactly(1);
        assertThat(message.qos()).isEqualTo(1);
        assertThat(message.retain()).isTrue();
        assertThat(message.publisherId()).isEqualTo("c");
        assertThat(message.expiresAtMillis()).isEqualTo(host.nowMillis + 60_000);
        assertThat(message.properties())
                .isEqualTo(Properties.builder()
                        .with(Property.CONTENT_TYPE, "text")
                        .user("a", "b")
                        .build());
    }

    @Test
    @Spec("MQTT-3.3.4-1")
    void each_quality_of_service_has_its_answer() {
        publish(0, 0);
        publish(1, 1);
        publish(2, 2);
        assertThat(host.routed.get(0).slot()).isNegative();
        assertThat(outlet.take()).as("not before the host says so").isEmpty();

        settle(1, ReasonCode.NO_MATCHING_SUBSCRIBERS);
        settle(2, ReasonCode.SUCCESS);

        assertThat(outlet.take())
                .containsExactly(
                        new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, Properties.NONE),
                        new PubRec(2, ReasonCode.SUCCESS, Properties.NONE));
    }

    @Test
    @Spec("MQTT-4.3.2-5")
    void at_qos_1_an_identifier_that_comes_again_is_a_new_message() {
        publish(1, 1);
        publish(1, 1);

        assertThat(host.routed).hasSize(2);
    }

    @Test
    @Spec({"MQTT-4.3.3-10", "MQTT-4.3.3-12"})
    void at_qos_2_an_identifier_that_comes_again_is_answered_and_not_routed_until_pubrel() {
        publish(2, 1);
        settle(0, ReasonCode.SUCCESS);
        publish(2, 1);
        assertThat(outlet.take()).hasSize(2).allMatch(PubRec.class::isInstance);
        assertThat(host.routed).hasSize(1);
        channel.on(new PubRel(1, ReasonCode.SUCCESS, Properties.NONE));
        assertThat(outlet.only()).isEqualTo(new PubComp(1, ReasonCode.SUCCESS, Properties.NONE));

        publish(2, 1);

        assertThat(host.routed).hasSize(2);
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void a_repeat_waits_for_the_ticket_of_the_first_and_there_is_one_answer() {
        publish(2, 1);
        ReplyTicket ticket = ticket(0);
        publish(1, 9);
        publish(2, 1);
        settle(1, ReasonCode.SUCCESS);
        assertThat(outlet.take())
                .as("the first place was given up")
                .containsExactly(new PubAck(9, ReasonCode.SUCCESS, Properties.NONE));

        ticket.partDone();

        assertThat(outlet.only()).isEqualTo(new PubRec(1, ReasonCode.SUCCESS, Properties.NONE));
        publish(2, 1);
        assertThat(outlet.only()).as("now it is safe").isInstanceOf(PubRec.class);
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void a_repeat_on_the_next_connection_gets_the_answer_of_the_first() {
        publish(2, 1);
        ReplyTicket ticket = ticket(0);
        ticket.addPart();
        ticket.partDone();
        reconnect();

        publish(2, 1);
        assertThat(outlet.take()).isEmpty();
        ticket.partDone();

        assertThat(outlet.only()).isEqualTo(new PubRec(1, ReasonCode.SUCCESS, Properties.NONE));
        assertThat(host.routed).hasSize(1);
    }

    @Test
    void an_answer_for_an_earlier_connection_is_dropped() {
        publish(1, 1);
        publish(2, 2);
        FakeHost.Routed first = host.routed.getFirst();
        ReplyTicket ticket = ticket(1);
        reconnect();
        publish(1, 1);

        first.channel().settled(first.slot(), ReasonCode.SUCCESS);
        ticket.partDone();

        assertThat(outlet.take()).isEmpty();
    }

    @Test
    void a_ticket_of_an_identifier_that_was_released_too_early_leaves_its_successor_alone() {
        publish(2, 1);
        ReplyTicket first = ticket(0);
        channel.on(new PubRel(1, ReasonCode.SUCCESS, Properties.NONE));
        outlet.take();
        publish(2, 1);
        ticket(1);
        first.partDone();
        reconnect();
        outlet.take();

        publish(2, 1);

        assertThat(outlet.take()).as("it still waits for the second").isEmpty();
        assertThat(host.routed).hasSize(2);
    }

    // Topic aliases.

    @Test
    @Spec({"MQTT-3.3.2-12", "MQTT-3.3.2-7"})
    void an_alias_stands_for_its_last_topic_on_this_connection() {
        TopicName one = TopicName.of("one");
        TopicName two = TopicName.of("two");
        publish(one, alias(1));
        publish(two, alias(5));
        publish(TopicName.EMPTY, alias(1));
        publish(two, alias(1));
        publish(TopicName.EMPTY, alias(1));

        assertThat(host.routed)
                .extracting(routed -> routed.message().topic().value())
                .containsExactly("one", "two", "one", "two", "two");
        reconnect();
        publish(TopicName.EMPTY, alias(1));
        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 65_535})
    @Spec("MQTT-3.3.2-9")
    void an_alias_above_the_maximum_is_a_mistake(long alias) {
        publish(TopicName.of("one"), alias(alias));

        closedWith(ReasonCode.TOPIC_ALIAS_INVALID);
        assertThat(host.routed).isEmpty();
    }

    @Test
    @Spec("MQTT-3.2.2-18")
    void without_a_maximum_every_alias_is_a_mistake() {
        host.topicAliasMaximum = 0;

        publish(TopicName.of("one"), alias(1));

        closedWith(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void an_alias_without_a_topic_that_was_never_given_one_is_a_protocol_error() {
        publish(TopicName.EMPTY, alias(2));

        closedWith(ReasonCode.PROTOCOL_ERROR);
    }

    // Receive Maximum.

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec("MQTT-3.3.4-7")
    void a_5_0_client_may_have_as_many_unanswered_as_it_was_told_and_no_more(int qos) {
        for (int i = 1; i <= host.receiveMaximum; i++) {
            publish(qos, i);
        }
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.resting()).as("its other packets are heard").isFalse();
        assertThat(host.routed).hasSize(host.receiveMaximum);

        publish(qos, 100);

        closedWith(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    @Spec("MQTT-3.3.4-7")
    void what_was_answered_or_released_counts_no_more() {
        for (int round = 0; round < 5; round++) {
            int from = host.routed.size();
            for (int i = 1; i <= host.receiveMaximum; i++) {
                publish(1 + i % 2, 1 + i);
            }
            for (int i = 0; i < host.receiveMaximum; i++) {
                settle(from + i, ReasonCode.SUCCESS);
                if (i % 2 == 0) {
                    channel.on(new PubRel(i + 2, ReasonCode.SUCCESS, Properties.NONE));
                }
            }
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void what_an_earlier_connection_left_open_does_not_count() {
        for (int i = 1; i <= host.receiveMaximum; i++) {
            publish(2, i);
        }
        reconnect();

        for (int i = 1; i <= host.receiveMaximum; i++) {
            publish(1, 100 + i);
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void repeats_can_not_fill_the_memory_either() {
        publish(2, 1);
        ticket(0);
        publish(1, 2);
        int taken = 0;
        while (!channel.resting() && taken < 1000) {
            publish(2, 1);
            taken++;
        }

        assertThat(taken).isLessThan(2 * host.receiveMaximum);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void a_3_x_client_is_read_more_slowly_instead() {
        outlet.version(MqttVersion.V3_1_1);
        channel = host.open(outlet, Connects.of(MqttVersion.V3_1_1).packet());
        for (int i = 1; i <= host.receiveMaximum; i++) {
            assertThat(channel.resting()).isFalse();
            publish(1, i);
        }
        assertThat(channel.resting()).isTrue();

        settle(0, ReasonCode.SUCCESS);

        assertThat(channel.resting()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Strictness.class,
            names = {"OBSERVE", "WARN"})
    void where_it_is_not_enforced_a_client_is_read_more_slowly_as_well(Strictness strictness) {
        host.rules = new ListenerRules(2, true, true, true, true, strictness, Strictness.WARN, Strictness.WARN);
        channel = host.open(outlet, Connects.v5().packet());

        for (int i = 1; !channel.resting() && i < 1000; i++) {
            publish(1, i);
        }

        assertThat(channel.isOpen()).isTrue();
        assertThat(host.routed.size()).isBetween(host.receiveMaximum, 2 * host.receiveMaximum);
        assertThat(host.irregularities.isEmpty()).isEqualTo(strictness == Strictness.OBSERVE);
    }

    // What is not taken.

    @Test
    void a_topic_of_the_server_itself_is_not_taken() {
        TopicName topic = TopicName.of("$SYS/broker/uptime");
        channel.on(new Publish(false, 0, false, topic, 0, Properties.NONE, new byte[0]));
        channel.on(new Publish(false, 1, false, topic, 1, Properties.NONE, new byte[0]));
        channel.on(new Publish(false, 2, false, topic, 2, Properties.NONE, new byte[0]));

        Properties why = Refusal.reasonString("only the server publishes to $SYS");
        assertThat(host.routed).isEmpty();
        assertThat(outlet.take())
                .containsExactly(
                        new PubAck(1, ReasonCode.NOT_AUTHORIZED, why),
                        new PubRec(2, ReasonCode.NOT_AUTHORIZED, why));
        assertThat(host.rejected).hasSize(3);
        assertThat(channel.isOpen()).isTrue();
    }

    /// mosquitto's bridges say there, by a retained message and a will, whether they are connected.
    @ParameterizedTest
    @CsvSource({
        "$SYS/broker/connection/edge1/state, true",
        "$SYS/broker/connection/ /state, true",
        "$SYS/broker/connection//state, false",
        "$SYS/broker/connection/a/b/state, false",
        "$SYS/broker/connection/state, false",
        "$SYS/broker/connection/edge1/state/x, false",
        "$SYS/broker/connection/edge1/status, false",
        "$SYS/broker/connection/edge1, false",
        "$SYS/broker/connections/edge1/state, false",
        "x/broker/connection/edge1/state, true"
    })
    void of_the_topics_of_the_server_a_bridge_may_use_the_one_of_its_own(String topic, boolean taken) {
        channel.on(new Publish(false, 1, true, TopicName.of(topic), 1, Properties.NONE, new byte[] {'1'}));
        assertThat(host.routed).hasSize(taken ? 1 : 0);

        Will will = new Will(TopicName.of(topic), new byte[] {'0'}, 1, true, Properties.NONE);
        Refusal refusal = Connecting.refusal(
                Connects.v5().will(will).packet(), host.limits(), ListenerRules.STANDARD);
        assertThat(refusal == null).isEqualTo(taken);
    }

    @Test
    @Spec("MQTT-4.3.3-9")
    void an_identifier_that_was_refused_means_a_new_message() {
        channel.on(new Publish(false, 2, false, TopicName.of("$SYS/a"), 1, Properties.NONE, new byte[0]));
        outlet.take();

        publish(2, 1);

        assertThat(host.routed).hasSize(1);
    }

    @Test
    @Spec("MQTT-4.6.0-2")
    void a_refusal_keeps_its_place_among_the_answers() {
        publish(1, 1);
        channel.on(new Publish(false, 1, false, TopicName.of("$SYS/a"), 2, Properties.NONE, new byte[0]));
        assertThat(outlet.take()).isEmpty();

        settle(0, ReasonCode.SUCCESS);

        assertThat(outlet.take()).extracting(packet -> ((PubAck) packet).packetId()).containsExactly(1, 2);
    }

    @Test
    void a_payload_that_is_said_to_be_text_must_be_text() {
        Properties text = Properties.builder().with(Property.PAYLOAD_FORMAT_INDICATOR, 1).build();
        byte[] broken = {'a', (byte) 0xC0, (byte) 0x80};
        channel.on(new Publish(false, 1, false, Messages.TOPIC, 1, text, broken));
        byte[] payload = {'a', 0, (byte) 0xC3, (byte) 0xA9};
        channel.on(new Publish(false, 1, false, Messages.TOPIC, 2, text, payload));

        assertThat(outlet.only()).isEqualTo(new PubAck(
                1,
                ReasonCode.PAYLOAD_FORMAT_INVALID,
                Refusal.reasonString("the payload is said to be UTF-8, but is not")));
        assertThat(host.routed).hasSize(1);
    }

    @Test
    void a_topic_that_is_too_deep_or_too_long_is_not_taken() {
        host.topicLevels = 3;
        host.topicBytes = 10;
        for (String topic : List.of("a/b/c/d", "a/b/12345678", "1234567890", "a/b/c")) {
            channel.on(new Publish(false, 1, false, TopicName.of(topic), 1, Properties.NONE, new byte[0]));
        }

        assertThat(outlet.take()).hasSize(2).allMatch(packet ->
                ((PubAck) packet).reason() == ReasonCode.TOPIC_NAME_INVALID);
        assertThat(host.routed)
                .extracting(routed -> routed.message().topic().value())
                .containsExactly("1234567890", "a/b/c");
    }

    @Test
    @Spec({"MQTT-3.2.2-11", "MQTT-3.2.2-14"})
    void more_than_the_listener_allows_is_a_mistake() {
        host.rules = new ListenerRules(
                1, false, true, true, true, Strictness.ENFORCE, Strictness.WARN, Strictness.WARN);
        channel = host.open(outlet, Connects.v5().packet());
        publish(2, 1);
        closedWith(ReasonCode.QOS_NOT_SUPPORTED);

        outlet.closed = false;
        channel = host.open(outlet, Connects.v5().packet());
        channel.on(new Publish(false, 0, true, Messages.TOPIC, 0, Properties.NONE, new byte[0]));
        closedWith(ReasonCode.RETAIN_NOT_SUPPORTED);
        assertThat(host.routed).isEmpty();
    }
}
