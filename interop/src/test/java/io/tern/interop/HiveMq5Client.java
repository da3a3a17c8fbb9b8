package io.tern.interop;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The HiveMQ MQTT Client, 5.0. It uses topic aliases by itself, as far as the broker lets it.
final class HiveMq5Client extends InboxClient {

    private final Mqtt5AsyncClient client;

    HiveMq5Client(Setup setup) {
        super(setup);
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(setup.port())
                .addDisconnectedListener(context -> {
                    if (context.getSource() != MqttDisconnectSource.USER) {
                        inbox.ended(context.getCause() instanceof Mqtt5DisconnectException e
                                ? e.getMqttMessage().getReasonCode().getCode()
                                : NO_REASON);
                    }
                });
        if (!setup.clientId().isEmpty()) {
            builder = builder.identifier(setup.clientId());
        }
        if (setup.isWebSocket()) {
            builder = builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig();
        }
        if (setup.ca() != null) {
            builder = builder.sslConfig(MqttClientSslConfig.builder()
                    .trustManagerFactory(Trust.managers(setup.ca())).build());
        }
        this.client = builder.buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, message -> inbox.received(received(message)));
    }

    @Override
    public boolean connect() throws InterruptedException {
        inbox.connecting();
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(setup.clean())
                .sessionExpiryInterval(setup.clean() ? 0 : Setup.SESSION_EXPIRY_SECONDS)
                .restrictions().receiveMaximum(Setup.RECEIVE_MAXIMUM).applyRestrictions();
        connect = setup.keepAliveSeconds() == 0 ? connect.noKeepAlive() : connect.keepAlive(setup.keepAliveSeconds());
        if (setup.will() != null) {
            connect = connect.willPublish(packet(setup.will()).asWill());
        }
        return Waiting.await(client.connect(connect.build()), "connect").isSessionPresent();
    }

    @Override
    public int subscribe(String filter, int qos) throws InterruptedException {
        var answer = client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
        return Waiting.await(answer, "subscribe").getReasonCodes().get(0).getCode();
    }

    @Override
    public void unsubscribe(String filter) throws InterruptedException {
        Waiting.await(client.unsubscribeWith().topicFilter(filter).send(), "unsubscribe");
    }

    @Override
    public Answer publishLater(Message message) {
        var answer = client.publish(packet(message));
        return () -> Waiting.await(answer, "publish").getError().ifPresent(error -> {
            throw new AssertionError("publish", error);
        });
    }

    @Override
    public void disconnect() throws InterruptedException {
        Waiting.await(client.disconnect(), "disconnect");
    }

    @Override
    public int endedByBroker() throws InterruptedException {
        int reason = inbox.nextEnd();
        // The listener is called a moment before the client can connect again.
        Waiting.until(() -> client.getState() == MqttClientState.DISCONNECTED, "disconnected");
        return reason;
    }

    @Override
    public void close() {
        CompletableFuture<Void> done = client.disconnect();
        // A client that isn't connected says so; either way it is gone.
        done.exceptionally(error -> null).join();
    }

    private static Mqtt5Publish packet(Message message) {
        Extras extras = message.extras();
        Mqtt5PublishBuilder.Complete builder = Mqtt5Publish.builder()
                .topic(message.topic())
                .payload(message.payload())
                .qos(MqttQos.fromCode(message.qos()))
                .retain(message.retain())
                .contentType(extras.contentType())
                .responseTopic(extras.responseTopic());
        if (extras.correlation() != null) {
            builder = builder.correlationData(extras.correlation().getBytes(StandardCharsets.ISO_8859_1));
        }
        if (extras.expirySeconds() >= 0) {
            builder = builder.messageExpiryInterval(extras.expirySeconds());
        }
        Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder();
        for (String property : extras.userProperties()) {
            properties = properties.add(Extras.name(property), Extras.value(property));
        }
        return builder.userProperties(properties.build()).build();
    }

    private static Message received(Mqtt5Publish publish) {
        List<String> properties = publish.getUserProperties().asList().stream()
                .map(property -> property.getName() + "=" + property.getValue())
                .toList();
        Extras extras = new Extras(
                publish.getContentType().map(Object::toString).orElse(null),
                publish.getResponseTopic().map(Object::toString).orElse(null),
                publish.getCorrelationData().map(HiveMq5Client::latin1).orElse(null),
                properties,
                publish.getMessageExpiryInterval().orElse(-1),
                0);
        return new Message(publish.getTopic().toString(), publish.getPayloadAsBytes(), publish.getQos().getCode(),
                publish.isRetain(), extras);
    }

    private static String latin1(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
}
