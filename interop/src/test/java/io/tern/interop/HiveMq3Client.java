package io.tern.interop;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;

/// The HiveMQ MQTT Client, 3.1.1.
final class HiveMq3Client extends InboxClient {

    private final Mqtt3AsyncClient client;

    HiveMq3Client(Setup setup) {
        super(setup);
        Mqtt3ClientBuilder builder = Mqtt3Client.builder()
                .identifier(setup.clientId())
                .serverHost("127.0.0.1")
                .serverPort(setup.port())
                .addDisconnectedListener(context -> {
                    if (context.getSource() != MqttDisconnectSource.USER) {
                        inbox.ended(NO_REASON);
                    }
                });
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
        Mqtt3ConnectBuilder connect = Mqtt3Connect.builder().cleanSession(setup.clean());
        connect = setup.keepAliveSeconds() == 0 ? connect.noKeepAlive() : connect.keepAlive(setup.keepAliveSeconds());
        if (setup.will() != null) {
            connect = connect.willPublish(packet(setup.will()));
        }
        return Waiting.await(client.connect(connect.build()), "connect").isSessionPresent();
    }

    @Override
    public int subscribe(String filter, int qos) throws InterruptedException {
        var answer = client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
        return Waiting.await(answer, "subscribe").getReturnCodes().get(0).getCode();
    }

    @Override
    public void unsubscribe(String filter) throws InterruptedException {
        Waiting.await(client.unsubscribeWith().topicFilter(filter).send(), "unsubscribe");
    }

    @Override
    public Answer publishLater(Message message) {
        var answer = client.publish(packet(message));
        return () -> Waiting.await(answer, "publish");
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
        // A client that isn't connected says so; either way it is gone.
        client.disconnect().exceptionally(error -> null).join();
    }

    private static Mqtt3Publish packet(Message message) {
        return Mqtt3Publish.builder()
                .topic(message.topic())
                .payload(message.payload())
                .qos(MqttQos.fromCode(message.qos()))
                .retain(message.retain())
                .build();
    }

    private static Message received(Mqtt3Publish publish) {
        return new Message(publish.getTopic().toString(), publish.getPayloadAsBytes(), publish.getQos().getCode(),
                publish.isRetain(), Extras.NONE);
    }
}
