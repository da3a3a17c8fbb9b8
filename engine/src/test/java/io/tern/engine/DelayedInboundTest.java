package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Message;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Delayed;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a PUBLISH whose message is to wait for its time.
class DelayedInboundTest {

    private static final TopicName TOPIC = TopicName.of("$delayed/1.5/a/b");
    private static final long TODAY_MILLIS = 1_790_000_000_000L;

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private final Channel channel = host.open(outlet, Connects.v5().packet());

    private void publish(TopicName topic, int qos, boolean retain, Properties properties) {
        int packetId = qos == 0 ? 0 : 1;
        channel.on(new Publish(false, qos, retain, topic, packetId, properties, new byte[] {'x'}));
    }

    private void publish(TopicName topic, int qos) {
        publish(topic, qos, false, Properties.NONE);
    }

    private static Properties at(String time) {
        return Properties.builder().user(Delayed.DELIVER_AT, time).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void it_is_kept_under_the_topic_behind_its_delay_and_not_routed(int qos) {
        publish(TOPIC, qos);

        assertThat(host.routed).isEmpty();
        FakeHost.Delaying kept = host.delayed.getFirst();
        assertThat(kept.message().topic().value()).isEqualTo("a/b");
        assertThat(kept.message().qos()).isEqualTo(qos);
        assertThat(kept.dueMillis()).isEqualTo(host.nowMillis + 1500);
        assertThat(kept.slot() >= 0).isEqualTo(qos > 0);
    }

    @Test
    void its_expiry_counts_from_when_it_is_due() {
        publish(TOPIC, 1, true, Properties.builder().with(Property.MESSAGE_EXPIRY_INTERVAL, 10).build());

        assertThat(host.delayed.getFirst().message().expiresAtMillis()).isEqualTo(host.nowMillis + 11_500);
        assertThat(host.delayed.getFirst().message().retain()).isTrue();
    }

    @Test
    void a_repeat_of_qos_2_is_not_kept_twice() {
        publish(TOPIC, 2);
        channel.settled(host.delayed.getFirst().slot(), ReasonCode.SUCCESS);
        publish(TOPIC, 2);

        assertThat(host.delayed).hasSize(1);
        assertThat(outlet.packets()).hasSize(2).allMatch(each -> ((PubRec) each).reason() == ReasonCode.SUCCESS);
    }

    @Test
    void what_goes_to_one_client_later_is_retained_for_nobody_and_that_client_not_looked_for_yet() {
        host.reachable = false;

        publish(TopicName.of("$delayed/5/$p2p/pump/set"), 1, true, Properties.NONE);

        assertThat(host.sought).isZero();
        assertThat(host.delayed.getFirst().message().topic().value()).isEqualTo("$p2p/pump/set");
        assertThat(host.delayed.getFirst().message().retain()).isFalse();
    }

    @Test
    void the_next_message_by_a_plain_topic_goes_on_at_once() {
        publish(TOPIC, 1);
        publish(TopicName.of("a/b"), 1);
        publish(TOPIC, 1);

        assertThat(host.routed).hasSize(1);
        assertThat(host.delayed).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$delayed/0/a", "$delayed/x/a", "$delayed/5", "$delayed/5/$SYS/a", "$delayed/5/$p2p/a"})
    void what_is_malformed_is_refused_with_words(String topic) {
        publish(TopicName.of(topic), 1);

        assertThat(host.delayed).isEmpty();
        PubAck ack = (PubAck) outlet.only();
        assertThat(ack.reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        assertThat(ack.properties().string(Property.REASON_STRING)).isNotBlank();
    }

    @Test
    void for_want_of_room_it_is_refused_and_at_qos_2_may_come_again() {
        host.refusesToDelay = new Refusal(ReasonCode.QUOTA_EXCEEDED, "too many");
        publish(TOPIC, 2);
        assertThat(((PubRec) outlet.only()).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        publish(TOPIC, 0);
        assertThat(host.rejected).hasSize(2);

        host.refusesToDelay = null;
        publish(TOPIC, 2);

        assertThat(host.delayed).hasSize(1);
    }

    @Test
    void switched_off_nobody_may_publish_there_and_the_property_means_nothing() {
        host.delays = false;

        publish(TOPIC, 1);
        publish(TopicName.of("a"), 0, false, at("99999999999999"));

        assertThat(((PubAck) outlet.only()).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(host.delayed).isEmpty();
        assertThat(host.routed).hasSize(1);
    }

    @Test
    void a_time_is_one_of_the_machines_clock() {
        host.machineAheadMillis = TODAY_MILLIS - host.nowMillis;

        publish(TopicName.of("a"), 1, false, at(Long.toString(TODAY_MILLIS + 7_000)));

        FakeHost.Delaying kept = host.delayed.getFirst();
        assertThat(kept.dueMillis()).isEqualTo(host.nowMillis + 7_000);
        assertThat(kept.message().topic().value()).isEqualTo("a");
        assertThat(kept.message().properties()).isEqualTo(at(Long.toString(TODAY_MILLIS + 7_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "1000000000000"})
    void a_time_that_is_past_is_now(String time) {
        host.machineAheadMillis = TODAY_MILLIS - host.nowMillis;

        publish(TopicName.of("a"), 1, false, at(time));

        assertThat(host.delayed).isEmpty();
        assertThat(host.routed).extracting(FakeHost.Routed::message).extracting(Message::retain).containsExactly(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "999999999999999"})
    void a_time_that_is_none_is_refused(String time) {
        host.machineAheadMillis = TODAY_MILLIS - host.nowMillis;

        publish(TopicName.of("a"), 1, false, at(time));

        assertThat(((PubAck) outlet.only()).reason()).isEqualTo(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        assertThat(host.delayed).isEmpty();
        assertThat(host.routed).isEmpty();
    }

    @Test
    void a_delay_and_a_time_are_refused() {
        publish(TOPIC, 1, false, at("1"));

        assertThat(((PubAck) outlet.only()).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        assertThat(host.delayed).isEmpty();
    }
}
