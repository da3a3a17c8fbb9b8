package io.tern.interop;

import static io.tern.interop.Maker.MOSQUITTO;
import static io.tern.interop.Maker.PAHO_PYTHON;
import static io.tern.wire.MqttVersion.V3_1_1;
import static io.tern.wire.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// Sessions that outlive their connections, and those that don't.
final class SessionTest extends Scenario {

    /// More than a [Setup#RECEIVE_MAXIMUM], so that the broker has to wait in between.
    private static final int QUEUED = 12;

    private static final int SESSION_TAKEN_OVER = 0x8E;

    SessionTest(Stage stage) {
        super(stage);
    }

    @EachClient
    void resume_a_session(Variant variant) throws Exception {
        ForeignClient client = client(setup(variant).durable());
        assertThat(client.connect()).isFalse();
        client.subscribe(root + "/#", 2);
        client.disconnect();
        comeBackToAQueue(client, variant);
        client.disconnect();
        // What was answered doesn't come again.
        assertResumed(client, variant);
        Message behind = Message.of(root, "behind it", 2);
        connected(variant).publish(behind);
        List<String> received = receiveUntil(behind, client, variant);
        if (variant.repeatsQos2()) {
            received.remove("live");
        }
        assertThat(received).as("%s", client).containsExactly(behind.text());
    }

    @EachClient
    void resume_a_session_after_a_cut(Variant variant) throws Exception {
        Cable cable = cable(variant);
        ForeignClient client = connected(setup(variant).durable().through(cable));
        client.subscribe(root + "/#", 2);
        cable.cut();
        client.lost();
        comeBackToAQueue(client, variant);
    }

    private void comeBackToAQueue(ForeignClient client, Variant variant) throws Exception {
        ForeignClient publisher = connected(variant);
        for (int i = 0; i < QUEUED; i++) {
            publisher.publish(queued(i));
        }
        assertResumed(client, variant);
        Message live = Message.of(root, "live", 2);
        publisher.publish(live);
        List<List<Message>> received = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i <= QUEUED; i++) {
            Message message = client.receive();
            received.get(message.qos()).add(message);
        }
        // A client may show a message of QoS 2 when PUBREL has come, behind later ones of QoS 1.
        for (int i = 0; i < QUEUED; i++) {
            assertThat(received.get(queued(i).qos()).removeFirst().text()).isEqualTo(queued(i).text());
        }
        assertThat(received.get(2).removeFirst().text()).isEqualTo(live.text());
    }

    private Message queued(int i) {
        return Message.of(root + "/" + i, "queued " + i, 1 + i % 2);
    }

    private static void assertResumed(ForeignClient client, Variant variant) throws Exception {
        boolean present = client.connect();
        if (variant.tellsSessionPresent()) {
            assertThat(present).as("Session Present").isTrue();
        }
    }

    @EachClient
    void forget_a_session_at_a_clean_start(Variant variant) throws Exception {
        Setup setup = setup(variant);
        ForeignClient before = connected(setup.durable());
        before.subscribe(root + "/before", 1);
        before.disconnect();
        ForeignClient publisher = connected(variant);
        publisher.publish(Message.of(root + "/before", "queued", 1));
        ForeignClient after = client(setup);
        assertThat(after.connect()).as("Session Present").isFalse();
        after.subscribe(root + "/after", 1);
        publisher.publish(Message.of(root + "/before", "live", 1));
        Message behind = Message.of(root + "/after", "behind it", 1);
        publisher.publish(behind);
        assertReceives(after, behind, 1);
    }

    /// mosquitto_sub of 3.x isn't told why, and comes back to take the session over in its turn.
    @EachClient(without = MOSQUITTO)
    void take_a_session_over(Variant variant) throws Exception {
        takeOver(variant);
    }

    /// Paho Python 1.6 reads a reason code only where more than two bytes follow the fixed header.
    @EachClient(from = V5, without = PAHO_PYTHON)
    void tell_why_when_a_session_is_taken_over(Variant variant) throws Exception {
        assertThat(takeOver(variant)).isEqualTo(SESSION_TAKEN_OVER);
    }

    private int takeOver(Variant variant) throws Exception {
        Setup setup = setup(variant).durable();
        ForeignClient first = connected(setup);
        first.subscribe(root, 1);
        ForeignClient second = connected(setup);
        second.subscribe(root, 1);
        int reason = first.endedByBroker();
        Message message = Message.of(root, "for the second", 1);
        connected(variant).publish(message);
        assertReceives(second, message, 1);
        return reason;
    }

    @EachClient(from = V3_1_1)
    void give_a_name_to_a_client_without(Variant variant) throws Exception {
        ForeignClient one = connected(setup(variant).named(""));
        ForeignClient other = connected(setup(variant).named(""));
        one.subscribe(root, 1);
        other.subscribe(root, 1);
        Message message = Message.of(root, "for both", 1);
        connected(variant).publish(message);
        assertReceives(one, message, 1);
        assertReceives(other, message, 1);
    }
}
