package io.tern.engine.inbound;

import io.tern.api.Decision;
import io.tern.engine.queue.Memory;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;

/// Whether one connection's PUBLISH packets are allowed: remembers what was decided about the last topic, so that who
/// goes on with it asks nobody; and the packet that waits, for its answer or for the client it goes to.
final class Permits {

    /// How long a decision is remembered without asking again: sources may have a limit of their own.
    private static final int REMEMBERED_MILLIS = 1_000;

    private final Sender sender;
    private final InboundHost host;
    private TopicName topic;
    private long version;
    private long untilMillis;
    /// A bit for each QoS and RETAIN flag with which the topic is allowed.
    private int allowed;
    private Publish waiting;
    private TopicName waitingTopic;
    private long waitingBytes;

    Permits(Sender sender, InboundHost host) {
        this.sender = sender;
        this.host = host;
    }

    /// @return LATER if the packet waits here now, and the connection has to rest
    Decision decide(Publish publish, TopicName name) {
        long current = host.rulesVersion();
        if (current == 0) {
            return Decision.ALLOW;
        }
        int bit = bit(publish);
        boolean known = version == current
                && (name == topic || name.equals(topic))
                && host.nowMillis() < untilMillis;
        if (known && (allowed & bit) != 0) {
            return Decision.ALLOW;
        }
        Decision decision = host.mayPublish(publish, name);
        if (decision == Decision.ALLOW) {
            allowed = known ? allowed | bit : bit;
            if (!known) {
                topic = name;
                version = current;
                untilMillis = host.nowMillis() + REMEMBERED_MILLIS;
            }
        } else if (decision == Decision.LATER) {
            park(publish, name);
        }
        return decision;
    }

    /// The packet waits here, and the connection has to rest.
    void park(Publish publish, TopicName name) {
        waiting = publish;
        waitingTopic = name;
        waitingBytes = Memory.bytesOf(publish);
        host.memory().add(waitingBytes);
        if (waitingBytes > host.memory().roomBytes(true)) {
            sender.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for what waits for a decision");
        }
    }

    private static int bit(Publish publish) {
        return 1 << (publish.qos() * 2 + (publish.retain() ? 1 : 0));
    }

    boolean waiting() {
        return waiting != null;
    }

    /// @return the packet that has waited, which does so no more
    Publish take() {
        Publish taken = waiting;
        waiting = null;
        host.memory().add(-waitingBytes);
        waitingBytes = 0;
        return taken;
    }

    TopicName waitingTopic() {
        return waitingTopic;
    }

    /// The client has become somebody else.
    void forget() {
        topic = null;
        allowed = 0;
    }
}
