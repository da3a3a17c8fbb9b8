package io.tern.interop;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/// Vert.x MQTT, 3.1.1. One of its clients is for one connection.
final class VertxClient extends InboxClient {

    private final Vertx vertx = Vertx.vertx();
    /// By packet identifier: answers may come before the caller knows it.
    private final Map<Integer, CompletableFuture<Integer>> answers = new ConcurrentHashMap<>();
    private MqttClient client;
    private volatile boolean leaving;

    VertxClient(Setup setup) {
        super(setup);
    }

    private MqttClientOptions options() {
        MqttClientOptions options = new MqttClientOptions().setClientId(setup.clientId())
                .setCleanSession(setup.clean()).setKeepAliveInterval(setup.keepAliveSeconds());
        Message will = setup.will();
        if (will != null) {
            options.setWillFlag(true).setWillTopic(will.topic()).setWillMessageBytes(Buffer.buffer(will.payload()))
                    .setWillQoS(will.qos()).setWillRetain(will.retain());
        }
        if (setup.ca() != null) {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(new PemTrustOptions().addCertPath(setup.ca().toString()));
        }
        return options;
    }

    private CompletableFuture<Integer> answer(int packetId) {
        return answers.computeIfAbsent(packetId, id -> new CompletableFuture<>());
    }

    @Override
    public boolean connect() throws InterruptedException {
        inbox.connecting();
        leaving = false;
        answers.clear();
        client = MqttClient.create(vertx, options());
        client.publishHandler(message -> inbox.received(received(message)));
        client.publishCompletionHandler(id -> answer(id).complete(0));
        client.unsubscribeCompletionHandler(id -> answer(id).complete(0));
        client.subscribeCompletionHandler(ack -> answer(ack.messageId()).complete(ack.grantedQoSLevels().getFirst()));
        client.closeHandler(gone -> {
            if (!leaving) {
                inbox.ended(NO_REASON);
            }
        });
        return Waiting.await(future(client.connect(setup.port(), "127.0.0.1")), "connect").isSessionPresent();
    }

    private static <T> CompletableFuture<T> future(io.vertx.core.Future<T> asked) {
        return asked.toCompletionStage().toCompletableFuture();
    }

    @Override
    public int subscribe(String filter, int qos) throws InterruptedException {
        return Waiting.await(future(client.subscribe(filter, qos)).thenCompose(this::answer), "subscribe");
    }

    @Override
    public void unsubscribe(String filter) throws InterruptedException {
        Waiting.await(future(client.unsubscribe(filter)).thenCompose(this::answer), "unsubscribe");
    }

    @Override
    public Answer publishLater(Message message) {
        CompletableFuture<Integer> sent = future(client.publish(message.topic(), Buffer.buffer(message.payload()),
                MqttQoS.valueOf(message.qos()), false, message.retain()));
        CompletableFuture<Integer> done = message.qos() == 0 ? sent : sent.thenCompose(this::answer);
        return () -> Waiting.await(done, "publish");
    }

    @Override
    public void disconnect() throws InterruptedException {
        leaving = true;
        Waiting.await(future(client.disconnect()), "disconnect");
    }

    @Override
    public void close() {
        leaving = true;
        try {
            future(vertx.close()).join();
        } catch (CompletionException e) {
            throw new AssertionError(setup.variant() + " can't be closed", e);
        }
    }

    private static Message received(MqttPublishMessage message) {
        return new Message(message.topicName(), message.payload().getBytes(), message.qosLevel().value(),
                message.isRetain(), Extras.NONE);
    }
}
