package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.store.table.Batch;
import io.tern.store.table.Table;
import io.tern.wire.TopicFilter;
import io.tern.wire.Will;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// Finds the queues of shared groups in what formats 1 and 2 kept, where they look like sessions of clients that are
/// called like the group's filter.
///
/// Such a queue has no owner, never expires, has no will, was never left, and neither subscribes nor publishes. A
/// client's session always has an owner since format 2. Of one of format 1, that has none, something of the rest is
/// different, unless its client was connected to the end without a subscription: that one is taken for a group, as it
/// always was.
final class FormerGroups implements Recovered {

    private static final String SHARED = "$share/";
    private static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    private final Batch batch = new Batch();
    private long epoch;
    /// The filter of what may be a group, as far as is known; null if it is none.
    private String filter;

    private FormerGroups() {}

    /// What has to be changed, so that each group is one.
    static Batch of(Table table) throws IOException {
        FormerGroups groups = new FormerGroups();
        new ArchiveRecovery(table).tellSessions(groups);
        groups.decide();
        return groups.batch;
    }

    private void decide() {
        if (filter != null) {
            batch.delete(Keys.session(epoch, Keys.HEAD));
            batch.put(Keys.session(epoch, Keys.GROUP), filter.getBytes(StandardCharsets.UTF_8));
            filter = null;
        }
    }

    private static boolean isShared(String text) {
        try {
            return text.startsWith(SHARED) && TopicFilter.of(text).shareName() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void session(
            long newEpoch,
            String clientId,
            Owner owner,
            long expirySeconds,
            Will will,
            long leftMillis,
            long sentEnd) {
        decide();
        epoch = newEpoch;
        boolean likeOne = owner == null && will == null && expirySeconds == NEVER_EXPIRES && leftMillis == CONNECTED;
        filter = likeOne && isShared(clientId) ? clientId : null;
    }

    @Override
    public void group(long newEpoch, String newFilter) {
        decide();
    }

    @Override
    public void delayed(long newEpoch) {
        decide();
    }

    @Override
    public void subscription(long ofEpoch, String ofFilter, int options, int identifier) {
        filter = null;
    }

    @Override
    public void inbound(long ofEpoch, int packetId) {
        filter = null;
    }

    @Override
    public void loose(long ofEpoch, long first, long end) {
        // Older forms know of none.
    }

    @Override
    public void queue(long ofEpoch, long first, long end, long messages, long bytes) {
        // Both have one.
    }

    @Override
    public void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
        throw new AssertionError("only sessions are asked for");
    }
}
