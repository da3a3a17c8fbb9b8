package io.tern.broker.quota;

import java.util.concurrent.atomic.AtomicLong;

/// Something that all owners share: how much there is, and how much of it they have together. Nobody may have more of
/// it than is left for all others: alone he gets half, and whoever comes after him gets his part. Any thread.
final class Shared {

    private final long limitBytes;
    private final AtomicLong heldBytes = new AtomicLong();

    /// @param limitBytes how much there is
    Shared(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    void add(long bytes) {
        heldBytes.addAndGet(bytes);
    }

    long heldBytes() {
        return heldBytes.get();
    }

    /// Whether one who has some of it leaves as much as that, if he takes more.
    boolean leaves(long ownBytes, long moreBytes) {
        return moreBytes <= 0 || ownBytes + moreBytes <= limitBytes - heldBytes.get() - moreBytes;
    }
}
