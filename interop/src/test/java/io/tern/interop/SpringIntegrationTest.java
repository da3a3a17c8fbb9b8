package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.testkit.TestBroker;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.integration.mqtt.core.DefaultMqttPahoClientFactory;
import org.springframework.integration.mqtt.event.MqttSubscribedEvent;
import org.springframework.integration.mqtt.inbound.MqttPahoMessageDrivenChannelAdapter;
import org.springframework.integration.mqtt.inbound.Mqttv5PahoMessageDrivenChannelAdapter;
import org.springframework.integration.mqtt.outbound.AbstractMqttMessageHandler;
import org.springframework.integration.mqtt.outbound.MqttPahoMessageHandler;
import org.springframework.integration.mqtt.outbound.Mqttv5PahoMessageHandler;
import org.springframework.integration.mqtt.support.MqttHeaders;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandler;

/// Channel adapters as an application on Spring has them, in and out, with a session that outlives a restart of the
/// one in.
@DisplayNameGeneration(MethodNames.class)
final class SpringIntegrationTest {

    private static final long WEEK_SECONDS = 604_800;
    private static final int PATIENCE_SECONDS = 20;

    private final TestBroker broker = TestBroker.start();
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final QueueChannel received = new QueueChannel();
    private final CountDownLatch subscriptions = new CountDownLatch(1);

    /// What makes a context one of Spring Integration's.
    @Configuration
    @EnableIntegration
    static class Integration {}

    @AfterEach
    void stop() {
        context.close();
        long bugs = broker.bugs();
        broker.close();
        assertThat(bugs).isZero();
    }

    private String url() {
        return "tcp://127.0.0.1:" + broker.port();
    }

    private MessageProducerSupport in(String version) {
        if (version.equals("5.0")) {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setServerURIs(new String[] {url()});
            options.setCleanStart(false);
            options.setSessionExpiryInterval(WEEK_SECONDS);
            Mqttv5PahoMessageDrivenChannelAdapter in =
                    new Mqttv5PahoMessageDrivenChannelAdapter(options, "in", "plant/+/state");
            in.setQos(2);
            return in;
        }
        MqttConnectOptions options = new MqttConnectOptions();
        options.setServerURIs(new String[] {url()});
        options.setCleanSession(false);
        DefaultMqttPahoClientFactory factory = new DefaultMqttPahoClientFactory();
        factory.setConnectionOptions(options);
        MqttPahoMessageDrivenChannelAdapter in =
                new MqttPahoMessageDrivenChannelAdapter("in", factory, "plant/+/state");
        in.setQos(2);
        return in;
    }

    private AbstractMqttMessageHandler<?, ?> out(String version) {
        return version.equals("5.0")
                ? new Mqttv5PahoMessageHandler(url(), "out")
                : new MqttPahoMessageHandler(url(), "out");
    }

    private static Message<String> message(String text, int qos) {
        return MessageBuilder.withPayload(text).setHeader(MqttHeaders.TOPIC, "plant/7/state")
                .setHeader(MqttHeaders.QOS, qos).build();
    }

    private void takes(String text, int qos) {
        Message<?> message = received.receive(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertThat(message).as(text).isNotNull();
        Object payload = message.getPayload();
        assertThat(payload instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : payload)
                .isEqualTo(text);
        assertThat(message.getHeaders()).containsEntry(MqttHeaders.RECEIVED_TOPIC, "plant/7/state")
                .containsEntry(MqttHeaders.RECEIVED_QOS, qos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.1.1", "5.0"})
    void adapters_in_and_out_at_each_qos_and_over_a_restart(String version) throws InterruptedException {
        MessageProducerSupport in = in(version);
        in.setOutputChannel(received);
        AbstractMqttMessageHandler<?, ?> out = out(version);
        context.register(Integration.class);
        context.registerBean("in", MessageProducerSupport.class, () -> in);
        context.registerBean("out", MessageHandler.class, () -> out);
        context.addApplicationListener((MqttSubscribedEvent subscribed) -> subscriptions.countDown());
        context.refresh();
        assertThat(subscriptions.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        for (int qos = 0; qos <= 2; qos++) {
            out.handleMessage(message("at " + qos, qos));
            takes("at " + qos, qos);
        }
        in.stop();
        out.handleMessage(message("while it was away", 1));
        in.start();
        takes("while it was away", 1);
    }
}
