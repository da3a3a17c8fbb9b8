package io.tern.client;

import io.tern.wire.Packet;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/// The receiver's half of the session: which messages the server waits to see acknowledged, and what their topic
/// aliases mean.
///
/// An acknowledgement leaves when the application has the message, not before. What is still on its way to the
/// application when a connection ends keeps its place: if the server resumes the session and repeats the message,
/// the repeat joins the first instead of arriving twice. At QoS 1 that is trusted for the very next connection only,
/// since after that the server may mean another message by the same identifier.
///
/// A server that sends more than our Receive Maximum is borne: the brake on reading bounds what is held here, and some
/// brokers of 2021 do it under load. To disconnect with 0x93 would turn their slip into a loss.
final class InboundMessages {

    /// A message whose acknowledgement is owed. `connection` is the last one on which the server sent it.
    private static final class Owed {
        private final Delivery delivery;
        private long connection;
        private boolean handedOver;

        private Owed(Delivery delivery) {
            this.delivery = delivery;
            this.connection = delivery.connection();
        }
    }

    private final boolean v5;
    private final TopicName[] aliases;
    private final Map<Integer, Owed> qos1 = new HashMap<>();
    private final Map<Integer, Owed> qos2 = new HashMap<>();
    private long connection;
    private long session = 1;

    /// @param topicAliasMaximum what our CONNECT said
    InboundMessages(boolean v5, int topicAliasMaximum) {
        this.v5 = v5;
        this.aliases = new TopicName[topicAliasMaximum + 1];
    }

    /// A connection was accepted. Aliases end with the connection that made them [MQTT-3.3.2-7].
    ///
    /// @param resumed whether the server still has the session
    void opened(boolean resumed) {
        connection++;
        Arrays.fill(aliases, null);
        if (resumed) {
            qos1.values().removeIf(owed -> owed.connection < connection - 1);
        } else {
            qos1.clear();
            qos2.clear();
            session++;
        }
    }

    /// Takes a PUBLISH.
    ///
    /// @param received as decoded
    /// @param replies where an answer to a repeat goes
    /// @return what the application has to get, or null for a repeat
    /// @throws Violation if an alias means nothing
    Delivery publish(Publish received, Queue<Packet> replies) throws Violation {
        Publish publish = withTopic(received);
        Delivery delivery = new Delivery(publish, connection, session);
        return switch (publish.qos()) {
            case 0 -> delivery;
            case 1 -> publishQos1(delivery, replies);
            default -> publishQos2(delivery, replies);
        };
    }

    private Delivery publishQos1(Delivery delivery, Queue<Packet> replies) {
        int id = delivery.publish().packetId();
        Owed known = qos1.get(id);
        if (known != null && delivery.publish().dup() && known.connection == connection - 1) {
            if (known.handedOver) {
                qos1.remove(id);
                replies.add(new PubAck(id));
            } else {
                known.connection = connection;
            }
            return null;
        }
        qos1.put(id, new Owed(delivery));
        return delivery;
    }

    private Delivery publishQos2(Delivery delivery, Queue<Packet> replies) {
        int id = delivery.publish().packetId();
        Owed known = qos2.get(id);
        if (known == null) {
            qos2.put(id, new Owed(delivery));
            return delivery;
        }
        // Only the identifier decides whether it is a repeat, DUP doesn't [MQTT-4.3.3-10].
        known.connection = connection;
        if (known.handedOver) {
            replies.add(new PubRec(id));
        }
        return null;
    }

    private Publish withTopic(Publish publish) throws Violation {
        int alias = (int) publish.properties().number(Property.TOPIC_ALIAS, 0);
        if (alias == 0) {
            return publish;
        }
        if (alias >= aliases.length) {
            throw new Violation(ReasonCode.TOPIC_ALIAS_INVALID,
                    "topic alias " + alias + " is above our maximum " + (aliases.length - 1));
        }
        if (publish.topic() != TopicName.EMPTY) {
            aliases[alias] = publish.topic();
            return publish;
        }
        TopicName topic = aliases[alias];
        if (topic == null) {
            throw new Violation(ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
        }
        return new Publish(publish.dup(), publish.qos(), publish.retain(), topic, publish.packetId(),
                publish.properties(), publish.payload());
    }

    /// The application has a message.
    ///
    /// @param delivery as it came from [#publish]
    /// @param open whether there is a connection to answer on
    /// @param replies where PUBACK or PUBREC goes
    void acknowledge(Delivery delivery, boolean open, Queue<Packet> replies) {
        int qos = delivery.publish().qos();
        if (qos == 0 || delivery.session() != session) {
            return;
        }
        int id = delivery.publish().packetId();
        Owed owed = qos == 1 ? qos1.get(id) : qos2.get(id);
        if (owed == null || owed.delivery != delivery) {
            return;
        }
        owed.handedOver = true;
        if (!open || owed.connection != connection) {
            return;
        }
        if (qos == 1) {
            qos1.remove(id);
            replies.add(new PubAck(id));
        } else {
            replies.add(new PubRec(id));
        }
    }

    /// Takes a PUBREL: from here on the identifier means a new message [MQTT-4.3.3-12]. PUBCOMP is owed either
    /// way [MQTT-4.3.3-11].
    Packet pubRel(PubRel rel) {
        Owed owed = qos2.remove(rel.packetId());
        if (owed == null) {
            return v5
                    ? new PubComp(rel.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE)
                    : new PubComp(rel.packetId());
        }
        return new PubComp(rel.packetId());
    }
}
