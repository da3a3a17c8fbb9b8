package io.tern.broker;

import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.PubRec;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The Receive Maximum counts what was sent on this connection (MQTT 5.0, section 4.9).
class InheritedQuotaTest {

    private final House house = new House(1, Options.DEFAULTS.with(BrokerOptions.RECEIVE_MAXIMUM, 2));

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Spec("MQTT-3.3.4-7")
    void begins_anew_with_each_connection() {
        PlainClient client = house.connect(0, Hello.durable("c"));
        publish(client, 1);
        publish(client, 2);
        client.lose();

        client = house.connect(0, Hello.durable("c"));
        publish(client, 3);
        publish(client, 4);
        client.publish("t", "x", 2, 5);

        client.closedWith(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    private static void publish(PlainClient client, int packetId) {
        client.publish("t", "x", 2, packetId);
        client.next(PubRec.class);
    }
}
