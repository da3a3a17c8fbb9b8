package io.tern.interop;

import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// Eclipse Paho for Java, 3.1 and 3.1.1.
final class Paho3Client extends InboxClient {

    /// Without it publish fails as soon as there are ten.
    private static final int MAX_IN_FLIGHT = 1000;

    private static final int TRIES = 5;

    private final MqttAsyncClient client;

    Paho3Client(Setup setup) throws MqttException {
        super(setup);
        this.client = new MqttAsyncClient(setup.url(), setup.clientId(), new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {
                inbox.ended(NO_REASON);
            }

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                inbox.received(new Message(
                        topic, message.getPayload(), message.getQos(), message.isRetained(), Extras.NONE));
            }

            @Override
            public void deliveryComplete(IMqttDeliveryToken token) {}
        });
    }

    @Override
    public boolean connect() throws MqttException {
        inbox.connecting();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(setup.variant().version().level());
        options.setMaxInflight(MAX_IN_FLIGHT);
        options.setCleanSession(setup.clean());
        options.setKeepAliveInterval(setup.keepAliveSeconds());
        if (setup.ca() != null) {
            options.setSocketFactory(Trust.context(setup.ca()).getSocketFactory());
        }
        if (setup.will() != null) {
            Message will = setup.will();
            options.setWill(will.topic(), will.payload(), will.qos(), will.retain());
        }
        return connect(options).getSessionPresent();
    }

    /// May try again: a Paho that comes back with acknowledgements from the connection before now and then sends no
    /// CONNECT, whatever the broker, and it gives the WebSocket handshake a second only.
    private IMqttToken connect(MqttConnectOptions options) throws MqttException {
        for (int i = 1; i < TRIES; i++) {
            try {
                IMqttToken token = client.connect(options);
                token.waitForCompletion(Setup.DEADLINE_MILLIS / TRIES);
                return token;
            } catch (MqttException e) {
                client.disconnectForcibly(0, 1, false);
            }
        }
        return done("connect", client.connect(options));
    }

    @Override
    public int subscribe(String filter, int qos) throws MqttException {
        return done("subscribe", client.subscribe(filter, qos)).getGrantedQos()[0];
    }

    @Override
    public void unsubscribe(String filter) throws MqttException {
        done("unsubscribe", client.unsubscribe(filter));
    }

    @Override
    public Answer publishLater(Message message) throws MqttException {
        IMqttToken token = client.publish(message.topic(), message.payload(), message.qos(), message.retain());
        return () -> done("publish", token);
    }

    @Override
    public void disconnect() throws MqttException {
        done("disconnect", client.disconnect());
    }

    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                leave();
            }
            client.close(true);
        } catch (MqttException e) {
            throw new AssertionError(setup.variant() + " can't be closed", e);
        }
    }

    private void leave() throws MqttException {
        try {
            client.disconnect().waitForCompletion(Setup.DEADLINE_MILLIS / TRIES);
        } catch (MqttException e) {
            client.disconnectForcibly(0, 1, false);
        }
    }

    private IMqttToken done(String what, IMqttToken token) {
        try {
            token.waitForCompletion(Setup.DEADLINE_MILLIS);
            return token;
        } catch (MqttException e) {
            throw new AssertionError(setup.variant() + " (" + setup.clientId() + "): " + what + ": " + e, e);
        }
    }
}
