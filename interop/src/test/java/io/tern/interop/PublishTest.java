package io.tern.interop;

import static io.tern.interop.Maker.MOSQUITTO;
import static io.tern.interop.Maker.PAHO_JAVA;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// From one client to another.
final class PublishTest extends Scenario {

    private static final int LARGE_BYTES = 1_000_000;

    PublishTest(Stage stage) {
        super(stage);
    }

    @EachClient
    void publish_and_receive(Variant variant) throws Exception {
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(variant);
        assertThat(subscriber.subscribe(root + "/#", 2)).isEqualTo(2);
        for (int qos = 0; qos <= 2; qos++) {
            Message message = Message.of(root + "/qos/" + qos, "at " + qos, qos);
            publisher.publish(message);
            assertReceives(subscriber, message, qos);
        }
        publisher.disconnect();
        subscriber.disconnect();
    }

    @EachClient
    void receive_at_the_lower_qos(Variant variant) throws Exception {
        ForeignClient publisher = connected(variant);
        for (int granted = 0; granted <= 1; granted++) {
            ForeignClient subscriber = connected(variant);
            String topic = root + "/" + granted;
            assertThat(subscriber.subscribe(topic, granted)).isEqualTo(granted);
            for (int qos = 0; qos <= 2; qos++) {
                Message message = Message.of(topic, "at " + qos, qos);
                publisher.publish(message);
                assertReceives(subscriber, message, Math.min(qos, granted));
            }
        }
    }

    @EachClient
    void keep_the_order(Variant variant) throws Exception {
        int count = variant.maker() == MOSQUITTO ? 10 : 100;
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(variant);
        subscriber.subscribe(root + "/+", 2);
        for (int qos = 0; qos <= 2; qos++) {
            List<ForeignClient.Answer> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ForeignClient.Answer answer = publisher.publishLater(Message.of(root + "/" + qos, "message " + i, qos));
                if (variant.maker() == MOSQUITTO) {
                    // Each is a process and a connection of its own; only one after the other has an order.
                    answer.await();
                }
                answers.add(answer);
            }
            for (ForeignClient.Answer answer : answers) {
                answer.await();
            }
            for (int i = 0; i < count; i++) {
                assertReceives(subscriber, Message.of(root + "/" + qos, "message " + i, qos), qos);
            }
        }
    }

    @EachClient
    void match_wildcards(Variant variant) throws Exception {
        ForeignClient oneLevel = connected(variant);
        ForeignClient allBelow = connected(variant);
        ForeignClient publisher = connected(variant);
        oneLevel.subscribe(root + "/+/c", 1);
        allBelow.subscribe(root + "/a/#", 1);
        List<Message> messages = List.of(
                Message.of(root + "/a", "1", 1),
                Message.of(root + "/a/b", "2", 1),
                Message.of(root + "/a/c", "3", 1),
                Message.of(root + "/a/c/d", "4", 1),
                Message.of(root + "//c", "5", 1),
                Message.of(root + "/a/", "6", 1));
        for (Message message : messages) {
            publisher.publish(message);
        }
        for (int i : new int[] {2, 4}) {
            assertReceives(oneLevel, messages.get(i), 1);
        }
        for (int i : new int[] {0, 1, 2, 3, 5}) {
            assertReceives(allBelow, messages.get(i), 1);
        }
    }

    @EachClient(without = MOSQUITTO)
    void unsubscribe(Variant variant) throws Exception {
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(variant);
        subscriber.subscribe(root + "/left", 1);
        subscriber.subscribe(root + "/kept", 1);
        Message before = Message.of(root + "/left", "before", 1);
        publisher.publish(before);
        assertReceives(subscriber, before, 1);
        subscriber.unsubscribe(root + "/left");
        publisher.publish(Message.of(root + "/left", "after", 1));
        Message behind = Message.of(root + "/kept", "behind it", 1);
        publisher.publish(behind);
        assertReceives(subscriber, behind, 1);
    }

    @EachClient
    void carry_a_large_payload(Variant variant) throws Exception {
        byte[] payload = new byte[LARGE_BYTES];
        new Random(1).nextBytes(payload);
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(variant);
        subscriber.subscribe(root, 2);
        for (int qos = 0; qos <= 2; qos++) {
            Message message = Message.of(root, payload, qos);
            publisher.publish(message);
            assertReceives(subscriber, message, qos);
        }
    }

    @EachClient
    void carry_unicode_and_bytes(Variant variant) throws Exception {
        byte[] payload = new byte[256];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        // Paho Java of 3.x takes nothing outside of the Basic Multilingual Plane.
        String last = variant.maker() == PAHO_JAVA && !variant.version().isV5() ? "℃" : "🌡";
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(variant);
        subscriber.subscribe(root + "/räume/+/温度/" + last, 1);
        Message message = Message.of(root + "/räume/küche 1/温度/" + last, payload, 1);
        publisher.publish(message);
        assertReceives(subscriber, message, 1);
    }

    @EachClient
    void carry_an_empty_payload(Variant variant) throws Exception {
        ForeignClient subscriber = connected(variant);
        ForeignClient publisher = connected(variant);
        subscriber.subscribe(root, 2);
        for (int qos = 0; qos <= 2; qos++) {
            Message message = Message.of(root, "", qos);
            publisher.publish(message);
            assertReceives(subscriber, message, qos);
        }
    }
}
