package io.tern.cli;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Asks and waits for the answer, as MQTT 5.0 describes it (section 4.10) and MQTT 3 can do it by agreement.
final class Requester {

    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    /// What to ask.
    ///
    /// @param topic of the request
    /// @param responseTopic of the response
    /// @param payload of the request
    /// @param qos of the request, and the highest of the response
    /// @param retain whether the server keeps the request
    /// @param noRetained whether retained messages are no responses
    /// @param timeoutSeconds how long to wait; 0 for ever
    /// @param requestProperties of PUBLISH
    /// @param subscribeProperties of SUBSCRIBE
    record Plan(TopicName topic, TopicName responseTopic, byte[] payload, int qos, boolean retain, boolean noRetained,
            int timeoutSeconds, Properties requestProperties, Properties subscribeProperties) { }

    private final MqttClient client;
    private final Plan plan;
    private final byte[] correlation;
    private long startNanos;

    /// @param client connected
    Requester(MqttClient client, Plan plan) {
        this.client = client;
        this.plan = plan;
        this.correlation = plan.requestProperties.binary(Property.CORRELATION_DATA);
    }

    /// Subscribes, and then publishes the request, which an answer can't overtake.
    ///
    /// @return why the server lets nobody subscribe to the responses; null if it does
    ReasonCode ask() throws MqttException, InterruptedException {
        startNanos = System.nanoTime();
        client.receive(Duration.ZERO); // The first look makes this thread the consumer, before anything can arrive.
        TopicFilter filter = TopicFilter.of(plan.responseTopic.value());
        ReasonCode granted = client.subscribe(plan.subscribeProperties,
                List.of(new Subscribe.Item(filter, plan.qos, false, false, 0))).getFirst();
        if (granted.isError()) {
            return granted;
        }
        client.publishAsync(plan.topic.value(), plan.payload, plan.qos, plan.retain, plan.requestProperties);
        return null;
    }

    /// Waits for it. With correlation data, what has others is the response to somebody else.
    ///
    /// @return null if it didn't come in time
    Publish response() throws MqttException, InterruptedException {
        while (true) {
            Publish message = client.receive(left());
            if (message == null) {
                return null;
            }
            byte[] theirs = message.properties().binary(Property.CORRELATION_DATA);
            boolean isOurs = correlation == null || theirs == null || Arrays.equals(correlation, theirs);
            if (isOurs && !(plan.noRetained && message.retain())) {
                return message;
            }
        }
    }

    private Duration left() {
        if (plan.timeoutSeconds == 0) {
            return FOR_EVER;
        }
        Duration left = Duration.ofSeconds(plan.timeoutSeconds).minusNanos(System.nanoTime() - startNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
