package io.tern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tern.wire.ConnAck;
import io.tern.wire.Connect;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.UncheckedIOException;

/// One connection of many for the same client identifier. Its number is the payload of its will and of what it
/// publishes.
final class Contender implements AutoCloseable {

    /// Whoever has it is the owner.
    static final String ID = "throne";

    static final String WILLS = "fight/will";
    static final String CLAIMS = "fight/claim";
    static final String NEWS = "fight/news";

    private static final int SESSION_EXPIRY_SECONDS = 600;

    final int number;
    final ConnAck connAck;
    final RawClient client;

    /// Connects and waits for the answer.
    ///
    /// @param client a new connection
    /// @param connect from [#connect]
    Contender(RawClient client, int number, Connect connect) {
        this.client = client;
        this.number = number;
        client.send(connect);
        this.connAck = (ConnAck) next();
    }

    static Connect connect(MqttVersion version, int number, boolean cleanStart, int willDelaySeconds, String user) {
        boolean five = version.isV5();
        Properties willProperties = willDelaySeconds == 0
                ? Properties.NONE
                : Properties.builder()
                        .with(Property.WILL_DELAY_INTERVAL, willDelaySeconds)
                        .build();
        Properties properties = five
                ? Properties.builder()
                        .with(Property.SESSION_EXPIRY_INTERVAL, SESSION_EXPIRY_SECONDS)
                        .build()
                : Properties.NONE;
        Will will = new Will(TopicName.of(WILLS), payload(number), 1, false, willProperties);
        return new Connect(version, false, cleanStart, 0, ID, properties, will, user, null);
    }

    /// Why it wasn't let in; null if it was closed without a word, as 3.x may be.
    ReasonCode refusal() {
        return connAck == null ? null : connAck.reason();
    }

    boolean letIn() {
        return refusal() == ReasonCode.SUCCESS;
    }

    /// Says that it is the owner.
    void claim() {
        client.send(message(CLAIMS, number, 1));
    }

    /// What comes next. Takes messages, as a client does, before it hands them out.
    ///
    /// @return null at the end of the connection, however it came
    Packet next() {
        try {
            Packet packet = client.receive();
            if (packet instanceof Publish publish && publish.qos() == 1) {
                client.send(new PubAck(publish.packetId()));
            }
            return packet instanceof Disconnect ? null : packet;
        } catch (UncheckedIOException reset) {
            return null;
        } catch (AssertionError end) {
            if (end.getMessage().endsWith("the connection was closed")) {
                return null;
            }
            throw end;
        }
    }

    static Publish message(String topic, int number, int packetId) {
        return new Publish(false, 1, false, TopicName.of(topic), packetId, Properties.NONE, payload(number));
    }

    static byte[] payload(int number) {
        return Integer.toString(number).getBytes(UTF_8);
    }

    static int number(Publish publish) {
        return Integer.parseInt(new String(publish.payload(), UTF_8));
    }

    @Override
    public void close() {
        client.close();
    }
}
