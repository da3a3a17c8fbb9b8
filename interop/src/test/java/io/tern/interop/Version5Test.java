package io.tern.interop;

import static io.tern.interop.Maker.MOSQUITTO;
import static io.tern.wire.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// What only MQTT 5.0 has.
final class Version5Test extends Scenario {

    Version5Test(Stage stage) {
        super(stage);
    }

    @EachClient(from = V5)
    void keep_properties(Variant variant) throws Exception {
        // Where a name has several values, MQTT.js knows the order of these alone.
        // A command line and a line of output carry text alone.
        String correlation = variant.maker() == MOSQUITTO ? "c-1" : "\0\1\u0080\u00ff";
        Extras extras = new Extras("application/json; charset=utf-8", root + "/answer", correlation,
                List.of("first=1", "first=2", "naïve=ÿes"), 3600, 0);
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(variant);
        subscriber.subscribe(root, 2);
        for (int qos = 0; qos <= 2; qos++) {
            publisher.publish(Message.of(root, "{}", qos).with(extras));
            Extras received = subscriber.receive().extras();
            assertThat(received.expirySeconds()).isBetween(3500L, 3600L);
            assertThat(received).usingRecursiveComparison().ignoringFields("expirySeconds").isEqualTo(extras);
        }
    }

    @EachClient(from = V5)
    void answer_a_request(Variant variant) throws Exception {
        ForeignClient requester = connected(variant);
        ForeignClient responder = connected(variant);
        requester.subscribe(root + "/answers", 1);
        responder.subscribe(root + "/requests", 1);
        requester.publish(Message.of(root + "/requests", "6*7", 1).with(Extras.request(root + "/answers", "r-1")));
        Extras request = responder.receive().extras();
        responder.publish(
                Message.of(request.responseTopic(), "42", 1).with(Extras.request(null, request.correlation())));
        Message answer = requester.receive();
        assertThat(answer.text()).isEqualTo("42");
        assertThat(answer.extras().correlation()).isEqualTo("r-1");
    }

    @EachClient(from = V5)
    void let_messages_expire(Variant variant) throws Exception {
        ForeignClient client = connected(setup(variant).durable());
        client.subscribe(root + "/queue/+", 1);
        client.disconnect();
        ForeignClient publisher = connected(variant);
        publisher.publish(Message.of(root + "/queue/1", "short-lived", 1).with(Extras.expiring(1)));
        publisher.publish(Message.of(root + "/queue/2", "long-lived", 1).with(Extras.expiring(3600)));
        // When this one, which is published later, is no longer there, the one in the queue has expired as well.
        publisher.publish(Message.of(root + "/clock", "ticks", 1).retained().with(Extras.expiring(1)));
        awaitExpiry(root + "/clock", variant);
        client.connect();
        Message received = client.receive();
        assertThat(received.text()).isEqualTo("long-lived");
        assertThat(received.extras().expirySeconds()).isBetween(3500L, 3599L);
    }

    private void awaitExpiry(String topic, Variant variant) throws Exception {
        Variant quick = new Variant(Maker.HIVEMQ, variant.transport(), V5);
        ForeignClient watcher = connected(quick);
        String fence = topic + "/fence";
        watcher.subscribe(fence, 1);
        for (boolean there = true; there; ) {
            watcher.subscribe(topic, 1);
            watcher.publish(Message.of(fence, "", 1));
            there = watcher.receive().topic().equals(topic);
            if (there) {
                assertThat(watcher.receive().topic()).isEqualTo(fence);
            }
            watcher.unsubscribe(topic);
        }
    }

    /// mosquitto_pub has a connection for each message here, and an alias lives no longer than that.
    @EachClient(from = V5, without = MOSQUITTO)
    void take_topic_aliases(Variant variant) throws Exception {
        Cable cable = cable(variant);
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(setup(variant).through(cable));
        subscriber.subscribe(root + "/#", 1);
        for (int i = 0; i < 3; i++) {
            for (int alias = 1; alias <= 2; alias++) {
                Message message = Message.of(root + "/alias/" + alias, "message " + i, i % 2);
                publisher.publish(message.with(Extras.alias(alias)));
                assertReceives(subscriber, message, i % 2);
            }
        }
        if (variant.transport() == Transport.TCP) {
            assertThat(cable.sentCount(root + "/alias/1")).as("how often the topic was sent").isLessThan(3);
        }
    }

    @EachClient(from = V5)
    void share_a_subscription(Variant variant) throws Exception {
        ForeignClient one = connected(variant);
        ForeignClient other = connected(variant);
        ForeignClient publisher = connected(variant);
        ForeignClient all = connected(variant);
        assertThat(one.subscribe("$share/group/" + root + "/#", 1)).isEqualTo(1);
        all.subscribe(root + "/#", 1);
        publisher.publish(Message.of(root, "only one is there", 1));
        assertThat(one.receive().text()).isEqualTo("only one is there");
        assertThat(other.subscribe("$share/group/" + root + "/#", 1)).isEqualTo(1);
        publisher.publish(Message.of(root, "for one of two", 1));
        one.disconnect();
        publisher.publish(Message.of(root, "only the other is left", 1));
        Message received = other.receive();
        if (received.text().equals("for one of two")) {
            received = other.receive();
        }
        assertThat(received.text()).isEqualTo("only the other is left");
        for (String text : List.of("only one is there", "for one of two", "only the other is left")) {
            assertThat(all.receive().text()).isEqualTo(text);
        }
    }
}
