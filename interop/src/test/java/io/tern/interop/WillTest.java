package io.tern.interop;

import static io.tern.interop.Maker.MOSQUITTO;
import static io.tern.wire.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// Wills.
final class WillTest extends Scenario {

    WillTest(Stage stage) {
        super(stage);
    }

    @EachClient
    void publish_the_will_when_the_connection_is_cut(Variant variant) throws Exception {
        ForeignClient watcher = connected(variant);
        watcher.subscribe(root + "/#", 2);
        for (int qos = 0; qos <= 2; qos++) {
            Message will = Message.of(root + "/will/" + qos, "gone at " + qos, qos);
            Cable cable = cable(variant);
            ForeignClient client = connected(setup(variant).through(cable).withWill(will));
            cable.cut();
            client.lost();
            assertReceives(watcher, will, qos);
        }
    }

    @EachClient
    void retain_a_retained_will(Variant variant) throws Exception {
        Message will = Message.of(root + "/state", "offline", 1).retained();
        ForeignClient watcher = connected(variant);
        watcher.subscribe(root + "/#", 1);
        Cable cable = cable(variant);
        ForeignClient client = connected(setup(variant).through(cable).withWill(will));
        cable.cut();
        client.lost();
        assertReceives(watcher, will, 1, false);
        ForeignClient later = connected(variant);
        later.subscribe(root + "/state", 1);
        assertReceives(later, will, 1, true);
    }

    /// mosquitto_sub of 5.0 asks for its will when it is told to stop; that is in [MosquittoTest].
    @EachClient(without = MOSQUITTO)
    void publish_no_will_after_DISCONNECT(Variant variant) throws Exception {
        ForeignClient watcher = connected(variant);
        watcher.subscribe(root + "/#", 1);
        ForeignClient client = connected(setup(variant).withWill(Message.of(root + "/will", "gone", 1)));
        client.disconnect();
        Message behind = Message.of(root + "/behind", "behind it", 1);
        connected(variant).publish(behind);
        assertReceives(watcher, behind, 1);
    }

    @EachClient(from = V5)
    void keep_the_properties_of_a_will(Variant variant) throws Exception {
        Extras extras = new Extras("text/plain", null, null, List.of(), -1, 0);
        Message will = Message.of(root, "gone", 1).with(extras);
        ForeignClient watcher = connected(variant);
        watcher.subscribe(root, 1);
        Cable cable = cable(variant);
        ForeignClient client = connected(setup(variant).through(cable).withWill(will));
        cable.cut();
        client.lost();
        assertThat(watcher.receive().extras()).isEqualTo(extras);
    }
}
