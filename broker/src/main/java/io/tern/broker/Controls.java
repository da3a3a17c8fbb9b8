package io.tern.broker;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.broker.access.Rules;
import io.tern.broker.access.Ruling;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;

/// What clients publish below `$CONTROL/`: requests to the broker itself, which are not routed. To ask for something is
/// allowed by a rule that names that topic, be it one that a client has brought along, and to superusers.
///
/// The answer goes where the client could have published it itself, so that nobody writes in the broker's name what he
/// may not write in his own.
final class Controls {

    private static final int REPLY_QOS = 1;

    private final Shard shard;
    private final Broker broker;
    private final Control control;

    Controls(Shard shard, Broker broker) {
        this.shard = shard;
        this.broker = broker;
        this.control = broker.security().control();
    }

    /// @return false if the message is to be routed as any other
    boolean takes(Channel channel, Message message, int slot) {
        String topic = message.topic().value();
        if (topic.charAt(0) != '$' || !topic.startsWith(Control.PREFIX)) {
            return false;
        }
        ClientInfo client = channel.client();
        TopicName to = responseTopic(message);
        // Rules, if there are any, have been asked about the topic of the request before.
        boolean may = topic.equals(Control.TOPIC)
                && (shard.gate().version() != 0
                        || shard.gate().rules().decide(client, request(message)).allows())
                && to != null
                && ruling(shard.gate().rules(), client, to).decision() != Decision.DENY;
        if (may) {
            request(client, message, to);
        } else {
            shard.gate().denied(channel, message.topic());
        }
        channel.settled(slot, may ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED);
        return true;
    }

    /// @return null for a name that nobody can listen to
    private static TopicName responseTopic(Message request) {
        String named = request.properties().string(Property.RESPONSE_TOPIC);
        try {
            return TopicName.of(named == null ? Control.RESPONSE_TOPIC : named);
        } catch (InvalidTopicException e) {
            return null;
        }
    }

    /// Whether the answer may go there: to whoever may listen to answers, or where the client itself may publish to,
    /// but to nothing else that begins with `$`.
    private static Ruling ruling(Rules rules, ClientInfo client, TopicName to) {
        if (to.value().equals(Control.RESPONSE_TOPIC)) {
            return Ruling.FREE;
        }
        return to.value().startsWith("$") ? Ruling.UNKNOWN : rules.decide(client, reply(to));
    }

    private static Access request(Message message) {
        return Access.publish(message.topic().value(), message.qos(), message.retain());
    }

    private static Access reply(TopicName to) {
        return Access.publish(to.value(), REPLY_QOS, false);
    }

    private void request(ClientInfo client, Message message, TopicName to) {
        byte[] correlation = message.properties().binary(Property.CORRELATION_DATA);
        control.request(client, message.payload(), reply -> {
            Rules rules = broker.security().authorization().rules();
            Ruling ruling = ruling(rules, client, to);
            if (ruling.decision() == Decision.LATER) {
                rules.ask(ruling, client, reply(to), later -> answer(later, to, correlation, reply));
            } else {
                answer(ruling, to, correlation, reply);
            }
        });
    }

    private void answer(Ruling ruling, TopicName to, byte[] correlation, byte[] reply) {
        if (!ruling.allows()) {
            shard.loop().execute(() -> {
                shard.enter();
                shard.counters().count(Counters.Event.DENIED);
            });
            return;
        }
        Properties properties = correlation == null
                ? Properties.NONE
                : Properties.builder().with(Property.CORRELATION_DATA, correlation).build();
        broker.publish(new Message(to, reply, REPLY_QOS, false, properties, null, Message.NEVER));
    }
}
