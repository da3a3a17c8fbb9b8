package io.tern.broker.quota;

import io.tern.api.Owner;
import io.tern.api.Visible;
import io.tern.engine.Session;
import io.tern.engine.queue.Allowance;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// What one owner's clients make the server keep.
///
/// Any thread; several shards at once may go a little beyond what is allowed. What queues take on disk changes with
/// each message, so that each shard counts for itself and tells the others in steps.
public final class Account implements Allowance {

    /// The objects that make an account, besides its name and a number for each shard.
    static final long OBJECTS_BYTES = 240;

    private static final int STEP_BYTES = 16 * 1024;

    private final Quotas quotas;
    private final Owner owner;
    private final boolean exempt;
    private final AtomicLongArray counts = new AtomicLongArray(Kind.values().length);
    private final AtomicLong memoryBytes = new AtomicLong();
    private final AtomicLong retainedBytes = new AtomicLong();
    private final AtomicLong storedBytes = new AtomicLong();
    /// Of each shard, what it has not told yet; only its thread looks into it.
    private final long[] untoldBytes;
    /// Sessions, groups and retained messages: what needs the account. Guarded by the map that it stands in.
    long holders;
    /// When it was said last that it has too much, see [OverQuotaLog].
    volatile long saidMillis = Long.MIN_VALUE;

    /// @param owner who is known
    /// @param exempt whether it may have any amount; it is counted all the same
    Account(Quotas quotas, Owner owner, boolean exempt, int shards) {
        this.quotas = quotas;
        this.owner = owner;
        this.exempt = exempt;
        this.untoldBytes = new long[shards];
    }

    /// Whose a session is.
    ///
    /// @param session of this broker
    /// @return null if nobody counts what it takes
    public static Account of(Session session) {
        return session.allowance() instanceof Account account ? account : null;
    }

    /// Whether it may have one more of something, in memory.
    ///
    /// @param kind of what
    /// @param bytes that it takes
    /// @return false if it has what it may have
    public boolean mayHave(Kind kind, long bytes) {
        long most = quotas.most(kind);
        boolean may = exempt
                || (most == 0 || counts.get(kind.ordinal()) < most)
                && quotas.memory().leaves(memoryBytes.get(), bytes);
        return may || quotas.refused(this, kind);
    }

    /// It has more of something, or less.
    ///
    /// @param kind of what
    /// @param more how many; negative for less
    /// @param bytes that these take in memory, negative for less
    public void add(Kind kind, long more, long bytes) {
        if (more != 0) {
            counts.addAndGet(kind.ordinal(), more);
        }
        if (bytes != 0) {
            memoryBytes.addAndGet(bytes);
            quotas.memory().add(bytes);
        }
    }

    /// Whether a message of it may be retained.
    ///
    /// @param another whether it is one more, not in place of another of its own
    /// @param bytes more than it has now
    /// @return false if it has what it may have
    public boolean mayRetain(boolean another, long bytes) {
        long most = another ? quotas.most(Kind.RETAINED) : 0;
        boolean may = exempt
                || (most == 0 || counts.get(Kind.RETAINED.ordinal()) < most)
                && quotas.mayRetain(retainedBytes.get(), bytes);
        return may || quotas.refused(this, Kind.RETAINED);
    }

    /// It has more retained, or less.
    ///
    /// @param more how many messages; negative for less
    /// @param bytes that these take
    /// @param placeBytes that their places take in memory
    public void retained(long more, long bytes, long placeBytes) {
        add(Kind.RETAINED, more, placeBytes);
        if (bytes != 0) {
            retainedBytes.addAndGet(bytes);
            quotas.retained().add(bytes);
        }
    }

    @Override
    public void stored(int shard, long bytes) {
        untoldBytes[shard] += bytes;
        if (Math.abs(untoldBytes[shard]) >= STEP_BYTES) {
            storedBytes.addAndGet(untoldBytes[shard]);
            quotas.stored().add(untoldBytes[shard]);
            untoldBytes[shard] = 0;
        }
    }

    @Override
    public boolean mayStore(long bytes) {
        return exempt || quotas.mayStore(storedBytes.get(), bytes) || quotas.refused(this, Kind.DISK);
    }

    @Override
    public boolean mayExchange() {
        return quotas.mayExchange();
    }

    /// How much of something it has.
    ///
    /// @param kind counted one by one
    /// @return a moment old
    long count(Kind kind) {
        return counts.get(kind.ordinal());
    }

    /// @return what its queues take on disk, but for some KiB of each shard
    long storedBytes() {
        return storedBytes.get();
    }

    /// @return whose it is
    public Owner owner() {
        return owner;
    }

    /// For a person.
    @Override
    public String toString() {
        return owner.userName() == null ? "address " + owner.place() : "user " + Visible.quoted(owner.userName());
    }
}
