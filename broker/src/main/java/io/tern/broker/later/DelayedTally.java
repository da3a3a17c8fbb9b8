package io.tern.broker.later;

import io.tern.api.ClientInfo;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Owner;
import io.tern.broker.options.DelayedOptions;
import io.tern.broker.quota.Account;
import io.tern.broker.quota.Quotas;
import io.tern.engine.rules.Refusal;
import io.tern.wire.ReasonCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// How many messages wait for their time, of all shards and of each client, and how many may. Any thread; several
/// shards at once may go a little beyond.
///
/// Whose those are that a process before this one has left is learnt as they are read; until then they count only among
/// all.
public final class DelayedTally {

    /// What a client takes here, besides its name.
    static final int CLIENT_BYTES = 160;

    /// Whose a message is: a name may have gone over to another user.
    private record Publisher(String clientId, Owner owner) {}

    /// What one client has. Its count is guarded by the map that it stands in.
    private static final class Share {
        final Account account;
        volatile ClientInfo client;
        volatile long messages;

        Share(Account account) {
            this.account = account;
        }
    }

    private final Quotas quotas;
    private final LongConsumer held;
    private final long mostMessages;
    private final long mostBytes;
    private final long mostOfOne;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final ConcurrentHashMap<Publisher, Share> shares = new ConcurrentHashMap<>();
    /// The shards of all queues, by their names in the journal.
    private final ConcurrentSkipListMap<Long, Integer> homes = new ConcurrentSkipListMap<>();

    /// Nothing waits.
    ///
    /// @param options values of [DelayedOptions]
    /// @param quotas whose owners are charged with what waits on disk
    /// @param held told what this takes in memory
    public DelayedTally(Options options, Quotas quotas, LongConsumer held) {
        this.quotas = quotas;
        this.held = held;
        this.mostMessages = options.get(DelayedOptions.MESSAGES);
        this.mostBytes = options.get(DelayedOptions.BYTES);
        this.mostOfOne = options.get(DelayedOptions.MESSAGES_PER_CLIENT);
    }

    /// There is a queue.
    void opened(long epoch, int shard) {
        homes.put(epoch, shard);
    }

    /// A queue is over.
    void ended(long epoch) {
        homes.remove(epoch);
    }

    /// The queue of a name or, if it is over, the next.
    ///
    /// @return its name and its shard, null if there is none
    Map.Entry<Long, Integer> home(long epoch) {
        return homes.ceilingEntry(epoch);
    }

    /// Whether one more may wait.
    ///
    /// @param message with publisher and owner
    /// @param account of its owner, null if nobody counts what he has
    /// @return null if it may
    Refusal refusal(Message message, Account account) {
        if (messages.get() >= mostMessages) {
            return tooMany(mostMessages + " messages wait for their time", DelayedOptions.MESSAGES.key());
        }
        if (bytes.get() + message.costBytes() > mostBytes) {
            return tooMany("all that wait for their time have " + mostBytes + " bytes", DelayedOptions.BYTES.key());
        }
        Share share = shares.get(publisher(message));
        if (share != null && share.messages >= mostOfOne) {
            return tooMany(mostOfOne + " messages of this client wait for their time",
                    DelayedOptions.MESSAGES_PER_CLIENT.key());
        }
        return account == null || account.mayStore(message.costBytes())
                ? null
                : tooMany("too much is kept for its user or address", "quota");
    }

    private static Refusal tooMany(String what, String key) {
        return new Refusal(ReasonCode.QUOTA_EXCEEDED, what + ", see " + key);
    }

    private static Publisher publisher(Message message) {
        return new Publisher(message.publisherId(), message.owner());
    }

    /// One more waits, of a client that is here.
    ///
    /// @param client as it is known now, null for one that left before this process
    /// @param shard whose thread this is
    void add(Message message, ClientInfo client, int shard) {
        messages.incrementAndGet();
        bytes.addAndGet(message.costBytes());
        Share share = learnt(message, shard);
        if (client != null) {
            share.client = client;
        }
    }

    /// A process before this one has left some.
    ///
    /// @param count how many
    /// @param sizeBytes what they have together, by [Message#costBytes()]
    void found(long count, long sizeBytes) {
        messages.addAndGet(count);
        bytes.addAndGet(sizeBytes);
    }

    /// It turns out whose one of them is.
    ///
    /// @param shard whose thread this is
    Share learnt(Message message, int shard) {
        Share share = shares.compute(publisher(message), (key, known) -> {
            Share counted = known == null ? open(key) : known;
            counted.messages++;
            return counted;
        });
        if (share.account != null) {
            share.account.stored(shard, message.costBytes());
        }
        return share;
    }

    private Share open(Publisher publisher) {
        held.accept(bytesOf(publisher));
        return new Share(quotas.hold(publisher.owner));
    }

    private static long bytesOf(Publisher publisher) {
        return CLIENT_BYTES + 2L * publisher.clientId.length();
    }

    /// One waits no more.
    ///
    /// @param known whether it was known whose it is
    /// @param shard whose thread this is
    void gone(Message message, boolean known, int shard) {
        messages.decrementAndGet();
        bytes.addAndGet(-message.costBytes());
        if (!known) {
            return;
        }
        shares.computeIfPresent(publisher(message), (key, share) -> {
            if (share.account != null) {
                share.account.stored(shard, -message.costBytes());
            }
            share.messages--;
            if (share.messages > 0) {
                return share;
            }
            held.accept(-bytesOf(key));
            quotas.letGo(share.account);
            return null;
        });
    }

    /// Who has published a message, as this process has known the client last.
    ///
    /// @return null if it knows only the names
    ClientInfo client(Message message) {
        Share share = shares.get(publisher(message));
        return share == null ? null : share.client;
    }

    /// How many messages wait.
    ///
    /// @return a moment old
    public long messages() {
        return messages.get();
    }

    /// What they take.
    ///
    /// @return bytes, a moment old
    public long bytes() {
        return bytes.get();
    }
}
