package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.UnsubAck;
import io.tern.wire.Unsubscribe;
import io.tern.wire.codec.ByteWriter;
import io.tern.wire.codec.Decoder;
import io.tern.wire.codec.Encoder;
import io.tern.wire.codec.WireException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The other end of a connection. It does what the test says and nothing by itself, unless told to [#acknowledge].
final class PlainClient {

    private final House house;
    final MemoryConnection connection;
    private final Decoder decoder = new Decoder(Decoder.Receiver.CLIENT, Integer.MAX_VALUE);
    private final ArrayDeque<Packet> inbox = new ArrayDeque<>();
    private MqttVersion version;
    private boolean acknowledging;
    ConnAck connAck;

    PlainClient(House house, MemoryConnection connection) {
        this.house = house;
        this.connection = connection;
    }

    /// Answers messages by itself from now on, and those that lie there.
    PlainClient acknowledge() {
        acknowledging = true;
        inbox.forEach(this::answer);
        return this;
    }

    /// Sends packets in one go; nothing happens before the house runs.
    void send(Packet... packets) {
        ByteWriter bytes = new ByteWriter(256);
        for (Packet packet : packets) {
            if (packet instanceof Connect connect) {
                version = connect.version();
                decoder.version(version);
            }
            Encoder.encode(packet, version, bytes);
        }
        connection.fromClient(Arrays.copyOf(bytes.array(), bytes.size()));
    }

    void sendBytes(int... bytes) {
        byte[] raw = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        connection.fromClient(raw);
    }

    private void receive() {
        byte[] bytes = connection.toClient();
        decoder.feed(bytes, 0, bytes.length);
        try {
            for (Packet packet = decoder.next(); packet != null; packet = decoder.next()) {
                inbox.add(packet);
                if (acknowledging) {
                    answer(packet);
                }
            }
        } catch (WireException e) {
            throw new AssertionError("the broker sent what is no packet: " + e.getMessage(), e);
        }
        decoder.hold();
    }

    private void answer(Packet packet) {
        switch (packet) {
            case Publish p when p.qos() == 1 -> puback(p.packetId());
            case Publish p when p.qos() == 2 -> pubrec(p.packetId());
            case PubRel p -> pubcomp(p.packetId());
            default -> {
                // Nothing is owed.
            }
        }
    }

    /// All that has come and was not looked at; runs the house before, and again as long as answers lead to more.
    List<Packet> received() {
        house.run();
        receive();
        List<Packet> all = new ArrayList<>();
        while (!inbox.isEmpty()) {
            all.addAll(inbox);
            inbox.clear();
            house.run();
            receive();
        }
        return all;
    }

    /// What has come so far, while the house stands still.
    List<Packet> arrivedWithoutRunning() {
        receive();
        List<Packet> all = List.copyOf(inbox);
        inbox.clear();
        return all;
    }

    /// Payloads of the messages that have come so far, while the house stands still.
    List<String> deliveredWithoutRunning() {
        receive();
        return inbox.stream()
                .filter(Publish.class::isInstance)
                .map(packet -> text((Publish) packet))
                .toList();
    }

    /// The next packet, which must be of that kind.
    <T extends Packet> T next(Class<T> kind) {
        house.run();
        return nextWithoutRunning(kind);
    }

    /// The same, while the house stands still.
    <T extends Packet> T nextWithoutRunning(Class<T> kind) {
        receive();
        Packet first = inbox.poll();
        assertThat(first).as("next packet").isInstanceOf(kind);
        return kind.cast(first);
    }

    /// Payloads of all that has come, which must be messages.
    List<String> payloads() {
        return messages().stream().map(PlainClient::text).toList();
    }

    /// All that has come: messages, and nothing else but the packets of their acknowledgement.
    List<Publish> messages() {
        List<Publish> messages = new ArrayList<>();
        for (Packet packet : received()) {
            switch (packet) {
                case Publish publish -> messages.add(publish);
                case PubRel ignored -> assertThat(acknowledging).as("PUBREL").isTrue();
                default -> throw new AssertionError("not a message: " + packet);
            }
        }
        return messages;
    }

    void nothing() {
        assertThat(received()).isEmpty();
    }

    static String text(Publish publish) {
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }

    static Publish message(String topic, String payload, int qos, int packetId) {
        return new Publish(
                false,
                qos,
                false,
                TopicName.of(topic),
                packetId,
                Properties.NONE,
                payload.getBytes(StandardCharsets.UTF_8));
    }

    static Publish retained(String topic, String payload, int qos, int packetId) {
        Publish plain = message(topic, payload, qos, packetId);
        return new Publish(false, qos, true, plain.topic(), packetId, plain.properties(), plain.payload());
    }

    void publish(String topic, String payload) {
        send(message(topic, payload, 0, 0));
    }

    void publish(String topic, String payload, int qos, int packetId) {
        send(message(topic, payload, qos, packetId));
    }

    void retain(String topic, String payload) {
        send(retained(topic, payload, 0, 0));
    }

    void puback(int packetId) {
        send(new PubAck(packetId, ReasonCode.SUCCESS, Properties.NONE));
    }

    void pubrec(int packetId) {
        send(new PubRec(packetId, ReasonCode.SUCCESS, Properties.NONE));
    }

    void pubrel(int packetId) {
        send(new PubRel(packetId, ReasonCode.SUCCESS, Properties.NONE));
    }

    void pubcomp(int packetId) {
        send(new PubComp(packetId, ReasonCode.SUCCESS, Properties.NONE));
    }

    /// Publishes at QoS 1 and sees the PUBACK come as the next packet.
    ReasonCode published(String topic, String payload, int packetId) {
        publish(topic, payload, 1, packetId);
        PubAck ack = next(PubAck.class);
        assertThat(ack.packetId()).isEqualTo(packetId);
        return ack.reason();
    }

    /// Sees the PUBREC come as the next packet and goes on to the PUBCOMP.
    void published2(int packetId) {
        assertThat(next(PubRec.class).packetId()).isEqualTo(packetId);
        pubrel(packetId);
        assertThat(next(PubComp.class).packetId()).isEqualTo(packetId);
    }

    /// Subscribes and sees the SUBACK come as the next packet.
    PlainClient subscribed(String filter, int qos) {
        return subscribed(new Subscribe.Item(TopicFilter.of(filter), qos));
    }

    PlainClient subscribed(Subscribe.Item item) {
        send(new Subscribe(1, Properties.NONE, List.of(item)));
        SubAck ack = next(SubAck.class);
        assertThat(ack.reasons()).containsExactly(ReasonCode.grantedQos(item.qos()));
        return this;
    }

    PlainClient subscribed(String filter, int qos, int identifier) {
        Properties properties = Properties.builder().subscriptionIdentifier(identifier).build();
        send(new Subscribe(1, properties, List.of(new Subscribe.Item(TopicFilter.of(filter), qos))));
        next(SubAck.class);
        return this;
    }

    void unsubscribe(String filter) {
        send(new Unsubscribe(2, Properties.NONE, List.of(TopicFilter.of(filter))));
    }

    /// Unsubscribes and sees the UNSUBACK come as the next packet.
    ReasonCode unsubscribed(String filter) {
        unsubscribe(filter);
        return next(UnsubAck.class).reasons().getFirst();
    }

    void disconnect() {
        disconnect(ReasonCode.SUCCESS);
    }

    void disconnect(ReasonCode reason) {
        send(new Disconnect(reason, Properties.NONE));
        house.run();
    }

    void disconnect(long expirySeconds) {
        Properties properties = Properties.builder()
                .with(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                .build();
        send(new Disconnect(ReasonCode.SUCCESS, properties));
        house.run();
    }

    /// The network breaks.
    void lose() {
        connection.lose();
        house.run();
    }

    boolean isClosed() {
        house.run();
        return !connection.isOpen();
    }

    /// The same, while the house stands still.
    boolean isClosedWithoutRunning() {
        return !connection.isOpen();
    }

    /// It was closed with this DISCONNECT as the last packet.
    void closedWith(ReasonCode reason) {
        assertThat(next(Disconnect.class).reason()).isEqualTo(reason);
        assertThat(isClosed()).isTrue();
        nothing();
    }
}
