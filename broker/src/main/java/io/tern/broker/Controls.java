package io.tern.broker;

import io.tern.api.Control;
import io.tern.api.Message;
import io.tern.engine.Channel;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;

/// What clients publish below `$CONTROL/`: requests to the broker itself, which are not routed. To ask for something is
/// allowed by a rule that names that topic, and to superusers; without rules to nobody.
final class Controls {

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
        boolean may = topic.equals(Control.TOPIC)
                && (shard.gate().version() != 0 || channel.client().identity().superuser());
        if (may) {
            Properties asked = message.properties();
            control.request(channel.client(), message.payload(), reply -> answer(asked, reply));
        } else {
            shard.gate().denied(channel, message.topic());
        }
        channel.settled(slot, may ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED);
        return true;
    }

    private void answer(Properties asked, byte[] reply) {
        String named = asked.string(Property.RESPONSE_TOPIC);
        byte[] correlation = asked.binary(Property.CORRELATION_DATA);
        Properties properties = correlation == null
                ? Properties.NONE
                : Properties.builder().with(Property.CORRELATION_DATA, correlation).build();
        try {
            TopicName topic = TopicName.of(named == null ? Control.RESPONSE_TOPIC : named);
            broker.publish(new Message(topic, reply, 1, false, properties, null, Message.NEVER));
        } catch (InvalidTopicException e) {
            shard.counters().count(Counters.Event.REJECTED); // A name that nobody can listen to.
        }
    }
}
