package io.tern.interop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/// Eclipse Paho for Java, 5.0. It uses topic aliases by itself, as far as the broker lets it.
final class Paho5Client extends InboxClient {

    private static final int TRIES = 5;

    private final MqttAsyncClient client;

    Paho5Client(Setup setup) throws MqttException {
        super(setup);
        this.client = new MqttAsyncClient(setup.url(), setup.clientId(), new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void disconnected(MqttDisconnectResponse response) {
                // Where there was no DISCONNECT there is an exception of the library's, with its code.
                inbox.ended(response.getException() == null ? response.getReturnCode() : NO_REASON);
            }

            @Override
            public void mqttErrorOccurred(MqttException exception) {}

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                inbox.received(received(topic, message));
            }

            @Override
            public void deliveryComplete(IMqttToken token) {}

            @Override
            public void connectComplete(boolean reconnect, String serverUri) {}

            @Override
            public void authPacketArrived(int reasonCode, MqttProperties properties) {}
        });
    }

    @Override
    public boolean connect() throws MqttException {
        inbox.connecting();
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(setup.clean());
        options.setSessionExpiryInterval(setup.clean() ? 0 : Setup.SESSION_EXPIRY_SECONDS);
        options.setReceiveMaximum(Setup.RECEIVE_MAXIMUM);
        options.setKeepAliveInterval(setup.keepAliveSeconds());
        if (setup.ca() != null) {
            options.setSocketFactory(Trust.context(setup.ca()).getSocketFactory());
        }
        if (setup.will() != null) {
            options.setWill(setup.will().topic(), published(setup.will()));
            options.setWillMessageProperties(properties(setup.will().extras()));
        }
        return connect(options).getSessionPresent();
    }

    /// May try again: a Paho that comes back with acknowledgements from the connection before now and then sends no
    /// CONNECT, whatever the broker, and it gives the WebSocket handshake a second only.
    private IMqttToken connect(MqttConnectionOptions options) throws MqttException {
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
        return done("subscribe", client.subscribe(filter, qos)).getReasonCodes()[0];
    }

    @Override
    public void unsubscribe(String filter) throws MqttException {
        done("unsubscribe", client.unsubscribe(filter));
    }

    @Override
    public Answer publishLater(Message message) throws MqttException {
        IMqttToken token = client.publish(message.topic(), published(message));
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

    private static MqttMessage published(Message message) {
        return new MqttMessage(message.payload(), message.qos(), message.retain(), properties(message.extras()));
    }

    private static MqttProperties properties(Extras extras) {
        MqttProperties properties = new MqttProperties();
        properties.setContentType(extras.contentType());
        properties.setResponseTopic(extras.responseTopic());
        if (extras.correlation() != null) {
            properties.setCorrelationData(extras.correlation().getBytes(StandardCharsets.ISO_8859_1));
        }
        if (extras.expirySeconds() >= 0) {
            properties.setMessageExpiryInterval(extras.expirySeconds());
        }
        List<UserProperty> userProperties = new ArrayList<>();
        for (String property : extras.userProperties()) {
            userProperties.add(new UserProperty(Extras.name(property), Extras.value(property)));
        }
        properties.setUserProperties(userProperties);
        return properties;
    }

    private static Message received(String topic, MqttMessage message) {
        MqttProperties properties = message.getProperties();
        byte[] correlation = properties.getCorrelationData();
        Long expiry = properties.getMessageExpiryInterval();
        Extras extras = new Extras(
                properties.getContentType(),
                properties.getResponseTopic(),
                correlation == null ? null : new String(correlation, StandardCharsets.ISO_8859_1),
                properties.getUserProperties().stream().map(p -> p.getKey() + "=" + p.getValue()).toList(),
                expiry == null ? -1 : expiry,
                0);
        return new Message(topic, message.getPayload(), message.getQos(), message.isRetained(), extras);
    }
}
