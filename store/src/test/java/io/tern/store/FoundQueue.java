package io.tern.store;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.wire.Will;
import java.util.function.Supplier;

/// Counts the messages of all queues that a store tells of.
final class FoundQueue implements Recovered {

    long messages;

    @Override
    public void session(
            long epoch, String clientId, Owner owner, long expirySeconds, Will will, long leftMillis, long sentEnd) {}

    @Override
    public void group(long epoch, String filter) {}

    @Override
    public void delayed(long epoch) {}

    @Override
    public void subscription(long epoch, String filter, int options, int identifier) {}

    @Override
    public void inbound(long epoch, int packetId) {}

    @Override
    public void loose(long epoch, long first, long end) {}

    @Override
    public void queue(long epoch, long first, long end, long count, long bytes) {
        messages += count;
    }

    @Override
    public void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {}
}
