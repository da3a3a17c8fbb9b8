package io.tern.crash;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.IOException;
import java.util.List;

/// A client of MQTT 5.0 that does step by step what a test says.
final class Peer implements AutoCloseable {

    private static final long EXPIRY_SECONDS = 3600;

    private final Link link;
    private final ConnAck answer;
    private int lastId;

    private Peer(Link link, Connect connect) throws IOException {
        this.link = link;
        link.send(connect);
        this.answer = link.expect(ConnAck.class);
    }

    /// Connects with a session that outlives the connection, or goes on with it.
    ///
    /// @param will null for none
    static Peer durable(BrokerProcess broker, String id, Will will) throws IOException {
        return durable(broker, id, will, "127.0.0.1");
    }

    /// The same, from another address.
    static Peer durable(BrokerProcess broker, String id, Will will, String from) throws IOException {
        Properties properties =
                Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, EXPIRY_SECONDS).build();
        return new Peer(
                Link.open(broker.port(), MqttVersion.V5, from),
                new Connect(MqttVersion.V5, false, false, 0, id, properties, will, null, null));
    }

    /// Connects with a session that ends with the connection.
    static Peer passing(BrokerProcess broker, String id) throws IOException {
        return new Peer(
                Link.open(broker.port(), MqttVersion.V5),
                new Connect(MqttVersion.V5, false, true, 0, id, Properties.NONE, null, null, null));
    }

    /// @return what the CONNECT was answered with
    ConnAck answer() {
        return answer;
    }

    /// @return the SUBACK's reason; nothing else may come before
    ReasonCode subscribe(String filter, int qos) throws IOException {
        link.send(new Subscribe(
                ++lastId, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), qos))));
        return link.expect(SubAck.class).reasons().getFirst();
    }

    /// Puts a message on the way.
    ///
    /// @return its packet identifier, 0 at QoS 0
    int publish(String topic, int qos, byte[] payload) {
        int packetId = 0;
        if (qos > 0) {
            lastId = lastId % 0xFFFF + 1;
            packetId = lastId;
        }
        link.send(new Publish(false, qos, false, TopicName.of(topic), packetId, Properties.NONE, payload));
        return packetId;
    }

    void send(Packet packet) {
        link.send(packet);
    }

    void flush() throws IOException {
        link.flush();
    }

    /// @return null at the end, be it an orderly one or not
    Packet receive() {
        try {
            return link.receive();
        } catch (IOException e) {
            return null;
        }
    }

    /// Waits for a packet of a kind, which must be the next.
    <T extends Packet> T expect(Class<T> kind) throws IOException {
        return link.expect(kind);
    }

    /// Says good-bye, and waits until the broker has closed the connection.
    void disconnect() {
        send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        while (receive() != null) {
            continue;
        }
        close();
    }

    @Override
    public void close() {
        link.close();
    }
}
