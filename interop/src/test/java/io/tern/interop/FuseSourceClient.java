package io.tern.interop;

import io.tern.wire.MqttVersion;
import java.util.concurrent.TimeUnit;
import org.fusesource.hawtbuf.Buffer;
import org.fusesource.hawtbuf.UTF8Buffer;
import org.fusesource.mqtt.client.Callback;
import org.fusesource.mqtt.client.CallbackConnection;
import org.fusesource.mqtt.client.ExtendedListener;
import org.fusesource.mqtt.client.MQTT;
import org.fusesource.mqtt.client.Promise;
import org.fusesource.mqtt.client.QoS;
import org.fusesource.mqtt.client.Topic;

/// The MQTT client of FuseSource, 3.1 and 3.1.1. It doesn't say at which QoS a message came, nor whether retained.
final class FuseSourceClient extends InboxClient {

    private CallbackConnection connection;

    FuseSourceClient(Setup setup) {
        super(setup);
    }

    private MQTT options() throws Exception {
        MQTT options = new MQTT();
        options.setVersion(setup.variant().version() == MqttVersion.V3_1 ? "3.1" : "3.1.1");
        options.setHost((setup.ca() == null ? "tcp" : "tls") + "://127.0.0.1:" + setup.port());
        options.setClientId(setup.clientId());
        options.setCleanSession(setup.clean());
        options.setKeepAlive((short) setup.keepAliveSeconds());
        options.setConnectAttemptsMax(1);
        options.setReconnectAttemptsMax(0);
        if (setup.ca() != null) {
            options.setSslContext(Trust.context(setup.ca()));
        }
        Message will = setup.will();
        if (will != null) {
            options.setWillTopic(will.topic());
            options.setWillMessage(will.text());
            options.setWillQos(QoS.values()[will.qos()]);
            options.setWillRetain(will.retain());
        }
        return options;
    }

    private final class Events implements ExtendedListener {

        @Override
        public void onConnected() {}

        @Override
        public void onDisconnected() {}

        @Override
        public void onPublish(UTF8Buffer topic, Buffer body, Callback<Callback<Void>> ack) {
            inbox.received(new Message(topic.toString(), body.toByteArray(), Message.UNKNOWN_QOS, false, Extras.NONE));
            ack.onSuccess(null);
        }

        @Override
        public void onPublish(UTF8Buffer topic, Buffer body, Runnable ack) {
            throw new AssertionError("the other one is called");
        }

        @Override
        public void onFailure(Throwable cause) {
            inbox.ended(NO_REASON);
        }
    }

    private static <T> T await(Promise<T> promise) throws Exception {
        return promise.await(Setup.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean connect() throws Exception {
        inbox.connecting();
        connection = options().callbackConnection();
        connection.listener(new Events());
        Promise<Void> done = new Promise<>();
        connection.connect(done);
        await(done);
        connection.resume();
        return false;
    }

    @Override
    public int subscribe(String filter, int qos) throws Exception {
        Promise<byte[]> done = new Promise<>();
        connection.getDispatchQueue().execute(() ->
                connection.subscribe(new Topic[] {new Topic(filter, QoS.values()[qos])}, done));
        return await(done)[0] & 0xFF;
    }

    @Override
    public void unsubscribe(String filter) throws Exception {
        Promise<Void> done = new Promise<>();
        connection.getDispatchQueue().execute(() ->
                connection.unsubscribe(new UTF8Buffer[] {new UTF8Buffer(filter)}, done));
        await(done);
    }

    @Override
    public Answer publishLater(Message message) {
        Promise<Void> done = new Promise<>();
        connection.getDispatchQueue().execute(() -> connection.publish(message.topic(), message.payload(),
                QoS.values()[message.qos()], message.retain(), done));
        return () -> await(done);
    }

    @Override
    public void disconnect() throws Exception {
        Promise<Void> done = new Promise<>();
        connection.getDispatchQueue().execute(() -> connection.disconnect(done));
        await(done);
    }

    @Override
    public void close() {
        CallbackConnection open = connection;
        if (open != null) {
            open.getDispatchQueue().execute(() -> open.kill(new Promise<>()));
        }
    }
}
