package io.tern.interop;

import static io.tern.wire.MqttVersion.V5;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// Keep-alive, all clients at once because it takes its time, and alone because it is about time.
@Isolated
final class KeepAliveTest extends Scenario {

    private static final int SECONDS = 2;

    KeepAliveTest(Stage stage) {
        super(stage);
    }

    /// A client whose PINGREQs are lost on the way shows when that time is over.
    @Test
    void keep_the_connection_of_all_that_ping() throws Exception {
        List<ForeignClient> clients = new ArrayList<>();
        for (Variant variant : Variant.present()) {
            ForeignClient client = connected(setup(variant).keptAliveEvery(SECONDS));
            client.subscribe(root, 1);
            clients.add(client);
        }
        Variant any = new Variant(Maker.HIVEMQ, Transport.TCP, V5);
        Cable cable = cable(any);
        ForeignClient silent = connected(setup(any).keptAliveEvery(SECONDS).through(cable));
        cable.muteUp();
        silent.endedByBroker();
        Message message = Message.of(root, "still there?", 1);
        connected(any).publish(message);
        for (ForeignClient client : clients) {
            assertReceives(client, message, 1);
        }
    }
}
