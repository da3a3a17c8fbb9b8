package io.tern.broker;

import io.tern.engine.Channel;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/// A SUBSCRIBE or UNSUBSCRIBE that is taken a slice at a time, so that everybody else goes on.
///
/// A long one is charged with what it takes until it is answered, and the connection's next packets wait until then:
/// there is one of them at a time.
///
/// @param <T> what it has many of
class Request<T> {

    /// What an answer takes for each item until it is sent: in two lists, and encoded.
    private static final int REASON_BYTES = 9;

    final Channel channel;
    final int packetId;
    final List<ReasonCode> reasons;
    private final Iterator<T> items;
    private final Function<T, TopicFilter> filter;
    private final Link link;
    private final long heldBytes;

    /// @param filter of an item
    /// @param encodedBytes what the packet takes, 0 if it is a short one
    Request(Channel channel, int packetId, List<T> items, Function<T, TopicFilter> filter, int encodedBytes) {
        this.channel = channel;
        this.packetId = packetId;
        this.items = items.iterator();
        this.filter = filter;
        this.reasons = new ArrayList<>(items.size());
        this.link = (Link) channel.outlet();
        this.heldBytes = encodedBytes == 0 ? 0 : encodedBytes + (long) REASON_BYTES * items.size();
    }

    /// Whether there is room for it. If so, it has to come to [#ends].
    boolean begins() {
        if (heldBytes > 0 && !link.holdPacket(heldBytes)) {
            channel.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for a packet of so many filters");
            return false;
        }
        link.awaited += heldBytes > 0 ? 1 : 0;
        return true;
    }

    /// The next of its items: so many, or fewer if their filters are long.
    List<T> slice() {
        List<T> slice = new ArrayList<>();
        int steps = 0;
        while (steps < Steps.SHARE_MIN && items.hasNext()) {
            T item = items.next();
            slice.add(item);
            steps += Steps.of(filter.apply(item).value());
        }
        link.shard().steps.add(steps);
        return slice;
    }

    /// Whether none is left.
    boolean isWhole() {
        return !items.hasNext();
    }

    /// It is answered.
    void ends() {
        if (heldBytes > 0) {
            link.awaited--;
            link.letGoPacket();
            link.shard().links().revive(link);
        }
    }
}
