package io.tern.broker.quota;

import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.engine.Session;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// The accounts of all owners, and how much each of them may have. An owner is a user or, of clients without one, an
/// address. Any thread.
///
/// There is an account as long as something is kept for its owner. Of what a store was told before places were written
/// down nobody knows whose it is: it counts for nobody, until a process later than the one its client came back to.
public final class Quotas {

    private static final double HALF = 0.5;

    /// Of the disk: beyond that it is taken by what was given up as well.
    private static final double CROWDED = 0.75;

    private final ConcurrentHashMap<Owner, Account> accounts = new ConcurrentHashMap<>();
    private final QuotaLimits limits;
    private final Shared memory;
    private final Shared retained;
    private final Shared stored = new Shared(Long.MAX_VALUE);
    private final DoubleSupplier diskPart;
    private final int shards;
    private final LongConsumer held;
    private final OverQuotaLog log;
    private final AtomicLongArray refused = new AtomicLongArray(Kind.values().length);
    private volatile String lastRefused = "";

    /// Begins with no accounts.
    ///
    /// @param options values of [QuotaOptions]
    /// @param memoryBytes that all clients share
    /// @param retainedBytes most of all retained messages together
    /// @param diskPart what is kept on disk, as a part of what may be kept there, 0 to 1 and above
    /// @param shards how many
    /// @param nowMillis the time
    /// @param held told what the accounts themselves take in memory
    public Quotas(
            Options options,
            long memoryBytes,
            long retainedBytes,
            DoubleSupplier diskPart,
            int shards,
            LongSupplier nowMillis,
            LongConsumer held) {
        this.limits = QuotaOptions.limits(options);
        this.memory = new Shared(limits.fairShare() ? memoryBytes : Long.MAX_VALUE);
        this.retained = new Shared(limits.fairShare() ? retainedBytes : Long.MAX_VALUE);
        this.diskPart = diskPart;
        this.shards = shards;
        this.held = held;
        this.log = new OverQuotaLog(nowMillis);
    }

    /// A session begins.
    ///
    /// @param session new
    /// @param owner whose
    /// @return false if he has what he may have: nothing has changed
    public boolean begin(Session session, Owner owner) {
        Account account = hold(owner);
        if (account == null) {
            return true;
        }
        if (!account.mayHave(Kind.SESSIONS, Session.bytesOf(session.clientId()))) {
            letGo(account);
            return false;
        }
        begin(session, account);
        return true;
    }

    /// A process before this one has left a session.
    ///
    /// @param session of an owner who may have more than he might make now
    public void recover(Session session) {
        Account account = hold(session.owner());
        if (account != null) {
            begin(session, account);
        }
    }

    private static void begin(Session session, Account account) {
        session.ownedBy(account.owner(), account); // One object for all of an owner's sessions.
        account.add(Kind.SESSIONS, 1, Session.bytesOf(session.clientId()));
    }

    /// A session has ended; its subscriptions may still be on their way out.
    ///
    /// @param session without a queue
    public void end(Session session) {
        Account account = Account.of(session);
        if (account != null) {
            account.add(Kind.SESSIONS, -1, -Session.bytesOf(session.clientId()));
            letGo(account);
        }
    }

    /// Something begins to be kept for an owner: a session, a group, a retained message.
    ///
    /// @param owner null if nobody knows whose it is
    /// @return null if nobody counts what it takes
    public Account hold(Owner owner) {
        if (owner == null || !owner.isKnown() || !limits.any()) {
            return null;
        }
        return accounts.compute(owner, (key, known) -> {
            Account account = known == null ? open(key) : known;
            account.holders++;
            return account;
        });
    }

    /// It is kept no more.
    ///
    /// @param account from [#hold]
    public void letGo(Account account) {
        if (account != null) {
            accounts.computeIfPresent(account.owner(), (key, known) -> --known.holders > 0 ? known : close(known));
        }
    }

    private Account open(Owner owner) {
        held.accept(bytesOf(owner));
        return new Account(this, owner, limits.isExempt(owner), shards);
    }

    /// Nothing is stored for him, though not all shards may have told so.
    private Account close(Account account) {
        stored.add(-account.storedBytes());
        held.accept(-bytesOf(account.owner()));
        return null;
    }

    private long bytesOf(Owner owner) {
        String name = owner.userName() == null ? owner.place() : owner.userName();
        return Account.OBJECTS_BYTES + 2L * name.length() + (long) shards * Long.BYTES;
    }

    /// @return 0 for any number
    long most(Kind kind) {
        return limits.most(kind);
    }

    Shared memory() {
        return memory;
    }

    Shared retained() {
        return retained;
    }

    Shared stored() {
        return stored;
    }

    boolean mayRetain(long ownBytes, long moreBytes) {
        return (limits.retainedBytes() == 0 || ownBytes + moreBytes <= limits.retainedBytes())
                && retained.leaves(ownBytes, moreBytes);
    }

    /// What is stored once may be owed to many, and what is deleted takes its place for a while: so what counts is
    /// which part of all the owner has, of the disk that all take.
    boolean mayStore(long ownBytes, long moreBytes) {
        if (limits.diskBytes() > 0 && ownBytes + moreBytes > limits.diskBytes()) {
            return false;
        }
        double part = diskPart.getAsDouble();
        return !limits.fairShare() || part < HALF || ownBytes * part <= stored.heldBytes() * (1 - part);
    }

    /// Who has his share may go on with the newest in place of the oldest, as fast as the disk can write: what is given
    /// up is taken out later, and would fill the disk for everybody before.
    boolean mayExchange() {
        return !limits.fairShare() || diskPart.getAsDouble() < CROWDED;
    }

    /// Counts and tells it.
    ///
    /// @return false
    boolean refused(Account account, Kind kind) {
        refused.incrementAndGet(kind.ordinal());
        lastRefused = log.refused(account, kind, lastRefused);
        return false;
    }

    /// How often somebody was refused something for having too much of it already.
    ///
    /// @param kind of what
    /// @return since the start
    public long refused(Kind kind) {
        return refused.get(kind.ordinal());
    }

    /// The same, whatever it was.
    ///
    /// @return since the start
    public long refused() {
        long times = 0;
        for (int kind = 0; kind < refused.length(); kind++) {
            times += refused.get(kind);
        }
        return times;
    }

    /// Who was refused what, of those of whom the log has told the last.
    ///
    /// @return for a person; empty if nobody was
    public String lastRefused() {
        return lastRefused;
    }

    /// How many owners there are for whom something is kept.
    ///
    /// @return a moment old
    public int owners() {
        return accounts.size();
    }
}
