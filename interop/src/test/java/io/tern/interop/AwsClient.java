package io.tern.interop;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.EventLoopGroup;
import software.amazon.awssdk.crt.io.HostResolver;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ClientSessionBehavior;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.Mqtt5ClientOptionsBuilder;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.PublishReturn;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket.ConnectPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.DisconnectPacket.DisconnectPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket.PublishPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket.SubscribePacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.UnsubscribePacket.UnsubscribePacketBuilder;

/// The MQTT client of the AWS SDKs (the Common Runtime, in C), 5.0. It knows QoS 0 and 1, and comes back by itself.
final class AwsClient extends InboxClient {

    private final EventLoopGroup loops = new EventLoopGroup(1);
    private final HostResolver resolver = new HostResolver(loops);
    private final ClientBootstrap bootstrap = new ClientBootstrap(loops, resolver);
    private final TlsContext tls;
    private final Mqtt5Client client;
    private volatile CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private volatile CompletableFuture<Void> stopped = CompletableFuture.completedFuture(null);

    AwsClient(Setup setup) {
        super(setup);
        Mqtt5ClientOptionsBuilder options = new Mqtt5ClientOptionsBuilder("127.0.0.1", (long) setup.port())
                .withBootstrap(bootstrap)
                .withMetricsEnabled(false)
                .withConnectOptions(packet().build())
                .withSessionBehavior(setup.clean()
                        ? ClientSessionBehavior.CLEAN : ClientSessionBehavior.REJOIN_ALWAYS)
                .withLifecycleEvents(new Events())
                .withPublishEvents((of, arrived) -> inbox.received(received(arrived)));
        if (setup.isWebSocket()) {
            options.withWebsocketHandshakeTransform(handshake -> handshake.complete(handshake.getHttpRequest()));
        }
        TlsContext context = null;
        if (setup.ca() != null) {
            try (TlsContextOptions trust = TlsContextOptions.createDefaultClient()) {
                trust.withCertificateAuthorityFromPath(null, setup.ca().toString());
                context = new TlsContext(trust);
            }
            options.withTlsContext(context);
        }
        this.tls = context;
        this.client = new Mqtt5Client(options.build());
    }

    private ConnectPacketBuilder packet() {
        ConnectPacketBuilder connect = new ConnectPacketBuilder()
                .withClientId(setup.clientId())
                .withKeepAliveIntervalSeconds((long) setup.keepAliveSeconds())
                .withReceiveMaximum((long) Setup.RECEIVE_MAXIMUM)
                .withSessionExpiryIntervalSeconds(setup.clean() ? 0 : Setup.SESSION_EXPIRY_SECONDS);
        return setup.will() == null ? connect : connect.withWill(packet(setup.will()));
    }

    private static PublishPacket packet(Message message) {
        return new PublishPacketBuilder().withTopic(message.topic()).withPayload(message.payload())
                .withQOS(QOS.getEnumValueFromInteger(message.qos())).withRetain(message.retain()).build();
    }

    private static Message received(PublishReturn arrived) {
        PublishPacket packet = arrived.getPublishPacket();
        byte[] payload = packet.getPayload() == null ? new byte[0] : packet.getPayload();
        return new Message(packet.getTopic(), payload, packet.getQOS().getValue(), packet.getRetain(), Extras.NONE);
    }

    private final class Events implements Mqtt5ClientOptions.LifecycleEvents {

        @Override
        public void onAttemptingConnect(Mqtt5Client of, OnAttemptingConnectReturn what) {}

        @Override
        public void onConnectionSuccess(Mqtt5Client of, OnConnectionSuccessReturn what) {
            connected.complete(what.getConnAckPacket().getSessionPresent());
        }

        @Override
        public void onConnectionFailure(Mqtt5Client of, OnConnectionFailureReturn what) {
            connected.completeExceptionally(new AssertionError("error " + what.getErrorCode()));
        }

        @Override
        public void onDisconnection(Mqtt5Client of, OnDisconnectionReturn what) {
            inbox.ended(what.getDisconnectPacket() == null
                    ? NO_REASON : what.getDisconnectPacket().getReasonCode().getValue());
        }

        @Override
        public void onStopped(Mqtt5Client of, OnStoppedReturn what) {
            stopped.complete(null);
        }
    }

    @Override
    public boolean connect() throws InterruptedException {
        inbox.connecting();
        connected = new CompletableFuture<>();
        client.start();
        return Waiting.await(connected, "connect");
    }

    @Override
    public int subscribe(String filter, int qos) throws InterruptedException {
        var answer = client.subscribe(new SubscribePacketBuilder()
                .withSubscription(filter, QOS.getEnumValueFromInteger(qos)).build());
        return Waiting.await(answer, "subscribe").getReasonCodes().getFirst().getValue();
    }

    @Override
    public void unsubscribe(String filter) throws InterruptedException {
        Waiting.await(client.unsubscribe(new UnsubscribePacketBuilder(filter).build()), "unsubscribe");
    }

    @Override
    public Answer publishLater(Message message) {
        var answer = client.publish(packet(message));
        return () -> Waiting.await(answer, "publish");
    }

    @Override
    public void disconnect() throws InterruptedException {
        stopped = new CompletableFuture<>();
        client.stop(new DisconnectPacketBuilder().build());
        Waiting.await(stopped, "disconnect");
    }

    /// It would come back, so it is stopped.
    @Override
    public int endedByBroker() throws InterruptedException {
        int reason = inbox.nextEnd();
        stop();
        return reason;
    }

    private void stop() throws InterruptedException {
        stopped = new CompletableFuture<>();
        client.stop();
        Waiting.await(stopped, "stop");
    }

    @Override
    public void close() {
        try {
            if (stopped.isDone() && connected.isDone() && client.getIsConnected()) {
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.close();
            if (tls != null) {
                tls.close();
            }
            bootstrap.close();
            resolver.close();
            loops.close();
        }
    }
}
