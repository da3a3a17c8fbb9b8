package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a PUBLISH to one client: the first waits until that client is found.
class PointToPointInboundTest {

    private static final TopicName TOPIC = TopicName.of("$p2p/pump/set");

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();
    private final Channel channel = host.open(outlet, Connects.v5().packet());

    private void publish(TopicName topic, int qos, boolean retain) {
        int packetId = qos == 0 ? 0 : 1;
        channel.on(new Publish(false, qos, retain, topic, packetId, Properties.NONE, new byte[] {'x'}));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void it_waits_and_is_heard_no_more_until_its_receiver_is_found(int qos) {
        host.reachable = false;

        publish(TOPIC, qos, false);
        assertThat(host.routed).isEmpty();
        assertThat(channel.resting()).isTrue();
        channel.reached(true);

        assertThat(channel.resting()).isFalse();
        assertThat(host.routed).hasSize(1);
        assertThat(host.routed.getFirst().message().topic()).isEqualTo(TOPIC);
        assertThat(host.sought).as("asked once").isEqualTo(1);
    }

    @Test
    void without_memory_to_reach_it_the_message_is_refused() {
        host.reachable = false;

        publish(TOPIC, 1, false);
        channel.reached(false);

        assertThat(host.routed).isEmpty();
        assertThat(((PubAck) outlet.only()).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    }

    @Test
    void at_qos_2_one_that_was_refused_so_may_be_sent_again() {
        host.reachable = false;
        publish(TOPIC, 2, false);
        channel.reached(false);
        assertThat(((PubRec) outlet.only()).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);

        host.reachable = true;
        publish(TOPIC, 2, false);

        assertThat(host.routed).hasSize(1);
    }

    @Test
    void nothing_is_routed_for_a_connection_that_has_ended_meanwhile() {
        host.reachable = false;
        long before = host.heldBytes;
        publish(TOPIC, 1, false);

        channel.lost();
        channel.reached(true);

        assertThat(host.routed).isEmpty();
        assertThat(host.heldBytes).as("what waited is let go").isLessThanOrEqualTo(before);
    }

    @Test
    void nobody_is_asked_about_other_topics() {
        host.reachable = false;

        publish(Messages.TOPIC, 1, false);

        assertThat(host.sought).isZero();
        assertThat(host.routed).hasSize(1);
    }

    @Test
    void retain_is_ignored() {
        publish(TOPIC, 1, true);

        assertThat(host.routed.getFirst().message().retain()).isFalse();
    }

    @Test
    void what_is_malformed_is_refused() {
        publish(TopicName.of("$p2p/pump"), 1, false);

        assertThat(((PubAck) outlet.only()).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        assertThat(host.routed).isEmpty();
    }
}
