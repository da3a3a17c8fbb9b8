package io.tern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.engine.queue.AnyLender;
import io.tern.engine.queue.Lender;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Acknowledgements that don't fit the message they are for, and those that are let pass.
class WrongAnswersTest {

    private final FakeHost host = new FakeHost();
    private final RecordingOutlet outlet = new RecordingOutlet();

    private static PubAck ack(int packetId) {
        return new PubAck(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    private static PubRec rec(int packetId) {
        return new PubRec(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    private static PubRec refusal(int packetId) {
        return new PubRec(packetId, ReasonCode.UNSPECIFIED_ERROR, Properties.NONE);
    }

    private static PubComp comp(int packetId) {
        return new PubComp(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(1, List.of(rec(1))),
                Arguments.of(1, List.of(refusal(1))),
                Arguments.of(1, List.of(comp(1))),
                Arguments.of(2, List.of(ack(1))),
                Arguments.of(2, List.of(comp(1))),
                Arguments.of(2, List.of(rec(1), ack(1))));
    }

    /// Let pass, it would leave the message in flight for ever, and with a Receive Maximum of 1 nothing would come any
    /// more.
    @ParameterizedTest
    @MethodSource("wrong")
    @Spec("MQTT-4.13.1-1")
    void an_answer_of_another_kind_than_the_message_wants_closes_the_connection(int qos, List<Packet> answers) {
        Channel channel = host.open(outlet, Connects.v5().packet());
        channel.session().offer(Messages.of("m", qos), qos, false, null);
        answers.subList(0, answers.size() - 1).forEach(channel::on);
        outlet.take();

        channel.on(answers.getLast());

        assertThat(((Disconnect) outlet.only()).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(outlet.closed).isTrue();
        assertThat(channel.session().outbox().isEmpty()).as("the message is still owed").isFalse();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    @Spec("3.1.1:MQTT-4.8.0-1")
    void in_3_x_it_closes_without_a_word(int qos, List<Packet> answers) {
        Channel channel = host.open(outlet, Connects.of(MqttVersion.V3_1_1).packet());
        channel.session().offer(Messages.of("m", qos), qos, false, null);
        answers.subList(0, answers.size() - 1).forEach(channel::on);
        outlet.take();

        channel.on(answers.getLast());

        assertThat(outlet.take()).isEmpty();
        assertThat(outlet.closed).isTrue();
    }

    @Test
    void a_repeated_pubrec_is_answered_again_and_a_repeated_end_is_let_pass() {
        Channel channel = host.open(outlet, Connects.v5().packet());
        channel.session().offer(Messages.of("1", 1), 1, false, null);
        channel.session().offer(Messages.of("2", 2), 2, false, null);
        outlet.take();

        channel.on(ack(1));
        channel.on(ack(1));
        channel.on(rec(2));
        channel.on(rec(2));
        channel.on(refusal(2));
        channel.on(comp(2));
        channel.on(comp(2));
        channel.on(ack(2));

        PubRel release = new PubRel(2, ReasonCode.SUCCESS, Properties.NONE);
        assertThat(outlet.take()).containsExactly(release, release);
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.session().outbox().isEmpty()).isTrue();
    }

    @Test
    void an_answer_over_a_later_connection_is_let_pass_until_the_message_is_sent_there() {
        Session session = new Session(host, 0, "c", 1);
        Channel first = host.open(outlet, Connects.v5().packet(), session);
        session.offer(Messages.of("1", 1), 1, false, null);
        session.offer(Messages.of("2", 2), 2, false, null);
        first.lost();
        outlet.take();
        outlet.closed = false;

        Channel second = host.open(outlet, Connects.v5().resume().packet(), session, false);
        second.on(comp(1));
        second.on(ack(2));
        second.on(comp(2));

        assertThat(second.isOpen()).isTrue();
        session.drain();
        assertThat(outlet.take()).hasSize(2);
        second.on(ack(2));
        assertThat(second.isClosed()).isTrue();
    }

    /// What it was for may have been taken back or dropped.
    @Test
    void an_answer_to_what_has_been_settled_otherwise_is_let_pass() {
        Session session = new Session(host, 0, "c", 1);
        Channel first = host.open(outlet, Connects.v5().packet(), session);
        Lender lender = new AnyLender();
        session.offer(Messages.of("lent", 1), 1, false, lender);
        session.offer(Messages.of("own", 1), 1, false, null);
        first.lost();
        assertThat(session.takeBack(lender, true)).isTrue();
        outlet.take();
        outlet.closed = false;

        Channel second = host.open(outlet, Connects.v5().resume().packet(), session);
        second.on(rec(1));
        second.on(comp(1));
        second.on(ack(1));

        assertThat(second.isOpen()).isTrue();
    }
}
