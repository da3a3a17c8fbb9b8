package io.tern.broker.access;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.Message;
import io.tern.broker.link.Link;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import io.tern.engine.Channel;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.util.function.Consumer;

/// What clients publish below `$CONTROL/`: requests to the broker itself, which are not routed. To ask for something is
/// allowed by a rule that names that topic, be it one that a client has brought along, and to superusers.
///
/// The answer goes where the client could have published it itself, so that nobody writes in the broker's name what he
/// may not write in his own.
public final class ControlRequests {

    private static final int REPLY_QOS = 1;

    private final ShardThread thread;
    private final Counters counters;
    private final AccessControl accessControl;
    private final Authorization authorization;
    private final Control control;
    private final Consumer<Message> answers;

    ControlRequests(
            ShardThread thread,
            Counters counters,
            AccessControl accessControl,
            Security security,
            Consumer<Message> answers) {
        this.thread = thread;
        this.counters = counters;
        this.accessControl = accessControl;
        this.authorization = security.authorization();
        this.control = security.control();
        this.answers = answers;
    }

    /// Takes a message to the broker itself, and settles it.
    ///
    /// @param link of its publisher
    /// @param message what
    /// @param slot place in the channel's ring of replies
    /// @return false if the message is to be routed as any other
    public boolean takes(Link link, Message message, int slot) {
        String topic = message.topic().value();
        if (topic.charAt(0) != '$' || !topic.startsWith(Control.PREFIX)) {
            return false;
        }
        Channel channel = link.channel();
        ClientInfo client = channel.client();
        TopicName to = responseTopic(message);
        // Rules, if there are any, have been asked about the topic of the request before.
        boolean may = topic.equals(Control.TOPIC)
                && (accessControl.version() != 0
                        || accessControl.rules().decide(client, request(message)).allows())
                && to != null
                && ruling(accessControl.rules(), client, to).decision() != Decision.DENY;
        if (may) {
            request(client, message, to);
        } else {
            accessControl.denied(link, message.topic());
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
            Rules rules = authorization.rules();
            Ruling ruling = ruling(rules, client, to);
            if (ruling.decision() == Decision.LATER) {
                authorization.ask(rules, ruling, client, reply(to), Runnable::run,
                        later -> answer(later, to, correlation, reply));
            } else {
                answer(ruling, to, correlation, reply);
            }
        });
    }

    private void answer(Ruling ruling, TopicName to, byte[] correlation, byte[] reply) {
        if (!ruling.allows()) {
            thread.later(() -> counters.count(Counters.Event.DENIED));
            return;
        }
        Properties properties = correlation == null
                ? Properties.NONE
                : Properties.builder().with(Property.CORRELATION_DATA, correlation).build();
        answers.accept(new Message(to, reply, REPLY_QOS, false, properties, null, Message.NEVER));
    }
}
