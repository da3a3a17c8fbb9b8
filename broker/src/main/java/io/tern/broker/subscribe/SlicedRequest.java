package io.tern.broker.subscribe;

import io.tern.broker.link.Link;
import io.tern.broker.time.Steps;
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
class SlicedRequest<T> {

    /// What an answer takes for each item until it is sent: in two lists, encoded, and in a list of what is to be fed.
    private static final int REASON_BYTES = 13;
    /// What an item is as an object, without the text of its filter.
    private static final int ITEM_BYTES = 90;
    /// The slice that is being taken, while it waits for a rule.
    private static final int SLICE_BYTES = 24 * 1024;
    /// Less than that is in what each connection is charged with.
    private static final int FREE_BYTES = 2048;

    final Channel channel;
    final int packetId;
    final List<ReasonCode> reasons;
    private final Iterator<T> items;
    private final Function<T, TopicFilter> filter;
    final Link link;
    /// 0 for a short one.
    private final long heldBytes;

    /// @param filter of an item
    /// @param encodedBytes what the items take as the bytes they came in, 0 if they are few, and objects
    SlicedRequest(Link link, int packetId, List<T> items, Function<T, TopicFilter> filter, int encodedBytes) {
        this.link = link;
        this.channel = link.channel();
        this.packetId = packetId;
        this.items = items.iterator();
        this.filter = filter;
        this.reasons = new ArrayList<>(items.size());
        this.heldBytes = encodedBytes == 0 ? bytesOfFew(items) : encodedBytes + SLICE_BYTES
                + (long) REASON_BYTES * items.size();
    }

    /// Of many, so few are looked at that nobody waits for it.
    private long bytesOfFew(List<T> items) {
        long bytes = 0;
        for (T item : items) {
            bytes += ITEM_BYTES + filter.apply(item).value().length();
        }
        return bytes > FREE_BYTES ? bytes : 0;
    }

    /// Whether there is room for it. If so, it has to come to [#ends].
    boolean begins() {
        if (heldBytes > 0 && !link.holdPacket(heldBytes)) {
            channel.fail(ReasonCode.QUOTA_EXCEEDED, "no memory left for a packet of so many filters");
            return false;
        }
        if (heldBytes > 0) {
            link.awaitsDecision();
        }
        return true;
    }

    /// The next of its items: so many, or fewer if their filters are long.
    ///
    /// @param turn told of the steps that these take
    List<T> slice(Steps turn) {
        List<T> slice = new ArrayList<>();
        int steps = 0;
        while (steps < Steps.SHARE_MIN && items.hasNext()) {
            T item = items.next();
            slice.add(item);
            steps += Steps.of(filter.apply(item).value());
        }
        turn.add(steps);
        return slice;
    }

    /// Whether none is left.
    boolean isWhole() {
        return !items.hasNext();
    }

    /// It is answered.
    void ends() {
        if (heldBytes > 0) {
            link.decided();
            link.letGoPacket();
            link.revive();
        }
    }
}
