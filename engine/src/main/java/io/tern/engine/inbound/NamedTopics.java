package io.tern.engine.inbound;

import io.tern.engine.rules.Topics;
import io.tern.wire.Delayed;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;

/// The topics that one connection's PUBLISH packets have named and that are remembered for it: those of its aliases,
/// and the last one. They are charged, for each may be as long as a topic can be, and there may be many connections.
final class NamedTopics {

    /// A last topic up to this is among what a connection is charged with anyway.
    private static final int SHORT_BYTES = 256;

    private final Sender sender;
    private final InboundHost host;
    private TopicName[] aliases;
    private TopicName last;
    /// Whether that one has many levels.
    private boolean deep;
    /// What stands behind its delay; null if it has none.
    private TopicName inner;
    private int lastBytes;
    private long aliasBytes;

    NamedTopics(Sender sender, InboundHost host) {
        this.sender = sender;
        this.host = host;
    }

    /// What a packet with an alias names. Fails the connection if the memory doesn't suffice to remember that.
    ///
    /// @param alias 1 to the highest allowed
    /// @param topic in the packet, [TopicName#EMPTY] if none
    /// @return null if the alias means nothing yet
    TopicName resolve(int alias, TopicName topic) {
        if (topic == TopicName.EMPTY) {
            return aliases == null ? null : aliases[alias];
        }
        if (aliases == null) {
            aliases = new TopicName[host.limits().topicAliasMaximum() + 1];
        }
        TopicName before = aliases[alias];
        TopicName named = again(topic);
        if (before != null && before == last && before != named) {
            forgetLast(); // It was charged as that of the alias.
        }
        aliases[alias] = named;
        aliasBytes += hold(named.memoryBytes() - (before == null ? 0 : before.memoryBytes()));
        if (named != before && aliasBytes > host.memory().roomBytes(true)) {
            sender.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for topic aliases");
        }
        return named;
    }

    /// The same object as the last time, if it is the last topic again: then all that is remembered of it is of one.
    TopicName again(TopicName topic) {
        return topic.equals(last) ? last : topic;
    }

    boolean isLast(TopicName topic) {
        return topic == last;
    }

    /// Whether the last topic has many levels.
    boolean deep() {
        return deep;
    }

    /// What stands behind the delay of the last topic.
    ///
    /// @return null if it has none
    TopicName inner() {
        return inner;
    }

    /// Another topic is the last one now. Fails the connection if the memory doesn't suffice to remember it.
    ///
    /// @param aliased whether it came by an alias, which is charged with it
    void last(TopicName topic, boolean aliased) {
        boolean isShort = topic.utf8().length <= SHORT_BYTES;
        inner = Delayed.is(topic.value()) ? Delayed.inner(topic) : null;
        int innerBytes = isShort || inner == null ? 0 : inner.memoryBytes();
        int bytes = (isShort || aliased ? 0 : topic.memoryBytes()) + innerBytes;
        if (bytes != lastBytes) {
            hold(bytes - lastBytes);
            lastBytes = bytes;
        }
        last = topic;
        deep = !Topics.hasFewLevels(topic);
        if (bytes > 0 && bytes > host.memory().roomBytes(true)) {
            sender.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for so long a topic");
        }
    }

    private void forgetLast() {
        hold(-lastBytes);
        lastBytes = 0;
        last = null;
        inner = null;
    }

    private int hold(int bytes) {
        host.memory().add(bytes);
        return bytes;
    }

    /// The connection has ended.
    void end() {
        forgetLast();
        host.memory().add(-aliasBytes);
        aliasBytes = 0;
        aliases = null;
    }
}
