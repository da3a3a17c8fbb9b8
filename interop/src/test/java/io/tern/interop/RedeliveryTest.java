package io.tern.interop;

import static io.tern.interop.Maker.MOSQUITTO;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// Handshakes that a cut has interrupted. Not with mosquitto's commands, whose half of the session ends with the
/// process.
final class RedeliveryTest extends Scenario {

    RedeliveryTest(Stage stage) {
        super(stage);
    }

    @EachClient(without = MOSQUITTO)
    void send_again_what_the_receiver_has_not_answered(Variant variant) throws Exception {
        Cable cable = cable(variant);
        ForeignClient receiver = connected(setup(variant).durable().through(cable));
        ForeignClient publisher = connected(variant);
        receiver.subscribe(root + "/#", 2);
        cable.muteUp();
        Message atLeastOnce = Message.of(root + "/1", "at least once", 1);
        publisher.publish(atLeastOnce);
        assertReceives(receiver, atLeastOnce, 1);
        Message exactlyOnce = Message.of(root + "/2", "exactly once", 2);
        publisher.publish(exactlyOnce);
        cable.cut();
        receiver.lost();
        receiver.connect();
        Message behind = Message.of(root + "/behind", "behind it", 2);
        publisher.publish(behind);
        // A message of QoS 2 is shown before the cut or after it; one of QoS 1 that the client has had, again or not.
        List<String> received = receiveUntil(behind, receiver, variant);
        received.remove(atLeastOnce.text());
        assertThat(received).containsExactly(exactlyOnce.text(), behind.text());
        assertThat(cable.receivedCount(atLeastOnce.text())).as("how often it was sent").isEqualTo(2);
    }

    @EachClient(without = MOSQUITTO)
    void take_once_what_the_publisher_sends_again(Variant variant) throws Exception {
        Cable cable = cable(variant);
        ForeignClient receiver = connected(variant);
        ForeignClient publisher = connected(setup(variant).durable().through(cable));
        receiver.subscribe(root + "/#", 2);
        cable.muteDown();
        Message exactlyOnce = Message.of(root + "/2", "exactly once", 2);
        publisher.publishLater(exactlyOnce);
        assertReceives(receiver, exactlyOnce, 2);
        cable.cut();
        publisher.lost();
        assertThat(publisher.connect()).isEqualTo(variant.tellsSessionPresent());
        Message behind = Message.of(root + "/behind", "behind it", 2);
        publisher.publish(behind);
        assertReceives(receiver, behind, 2);
        if (variant.transport() == Transport.TCP) {
            assertThat(cable.sentCount(exactlyOnce.text())).as("how often it was sent").isEqualTo(2);
        }
    }
}
