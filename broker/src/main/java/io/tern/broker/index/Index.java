package io.tern.broker.index;

import io.tern.broker.index.FilterEntry.Added;
import io.tern.wire.TopicName;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Who subscribes to what: filters without wildcards in a hash map, the others in a trie.
///
/// **Threads.** Any shard may call anything at any time; what concerns one [Subscriber] is called on its own shard's
/// thread. Looking up takes no lock; a new filter with a wildcard, or the end of one, takes one for a moment.
///
/// **Remembering.** A match may be used again while [#isCurrent] holds. The version moves after an entry's bit has
/// risen and before [#subscribe] returns; so send SUBACK after that, and a publish that comes after the SUBACK finds
/// the subscriber. Bits that fall don't move it.
public final class Index {

    private static final int VERSION_STRIPES = 256;

    private final ConcurrentHashMap<String, FilterEntry> exact = new ConcurrentHashMap<>();
    private final LevelHash hash;
    private final Trie trie;
    private final Versions versions;
    private final LongAdder subscriptions = new LongAdder();

    /// Makes an empty index with a secret of its own, against filters made to collide.
    public Index() {
        this(new SecureRandom().nextLong(), VERSION_STRIPES);
    }

    Index(long hashSecret, int versionStripes) {
        this.hash = new LevelHash(hashSecret);
        this.trie = new Trie(hash);
        this.versions = new Versions(versionStripes);
    }

    /// Makes a matcher; each publishing thread needs one.
    ///
    /// @return usable on one thread at a time
    public Matcher matcher() {
        return new Matcher(this, hash);
    }

    /// Adds a subscriber. On its shard's thread.
    ///
    /// @param filter a valid topic filter without `$share/{name}/`
    /// @param subscriber in no entry yet
    /// @return the entry it stands in; keep it for [#unsubscribe(FilterEntry, Subscriber)], and its filter in place of
    ///     a string of your own
    public FilterEntry subscribe(String filter, Subscriber subscriber) {
        subscriptions.increment();
        for (;;) {
            FilterEntry entry = find(filter);
            if (entry == null) {
                FilterEntry fresh = new FilterEntry(filter, subscriber);
                entry = hasWildcard(filter) ? trie.putIfAbsent(fresh) : exact.putIfAbsent(filter, fresh);
                if (entry == null) {
                    versions.bump(filter);
                    return fresh;
                }
            }
            Added added = entry.add(subscriber);
            if (added == Added.DEAD) {
                // Its killer is about to take it out; doing it here spares waiting.
                forget(entry);
                continue;
            }
            if (added == Added.RAISED) {
                versions.bump(filter);
            }
            return entry;
        }
    }

    /// Removes a subscriber. On its shard's thread.
    ///
    /// @param filter as it was given to [#subscribe]
    /// @param subscriber who leaves
    /// @return false if it did not stand there
    public boolean unsubscribe(String filter, Subscriber subscriber) {
        FilterEntry entry = find(filter);
        return entry != null && unsubscribe(entry, subscriber);
    }

    /// Removes a subscriber. On its shard's thread.
    ///
    /// @param entry what [#subscribe] returned
    /// @param subscriber who leaves
    /// @return false if it did not stand there
    public boolean unsubscribe(FilterEntry entry, Subscriber subscriber) {
        switch (entry.remove(subscriber)) {
            case ABSENT -> {
                return false;
            }
            case LEFT -> subscriptions.decrement();
            case DIED -> {
                subscriptions.decrement();
                forget(entry);
            }
        }
        return true;
    }

    /// A subscriber has become durable, or is so no more; whoever publishes after this has returned knows. On its
    /// shard's thread, once for each time that [Subscriber#durable] changes.
    ///
    /// @param filter as it was given to [#subscribe]
    /// @param subscriber who stands there
    public void turned(String filter, Subscriber subscriber) {
        if (find(filter).turned(subscriber)) {
            versions.bump(filter);
        }
    }

    /// Whether a match found earlier is still whole.
    ///
    /// @param matches filled by a [Matcher] of this index
    /// @return false if nothing is known, or if a subscription that might matter has been made since
    public boolean isCurrent(Matches matches) {
        return matches.topic() != null && matches.version() == versions.sum(matches.stripe());
    }

    /// The version of what matches a topic. Read it before matching.
    ///
    /// @param topic any
    /// @return rises, never falls
    public long version(TopicName topic) {
        return versions.sum(versions.stripe(topic.value()));
    }

    /// How many different filters there are; a moment old.
    ///
    /// @return 0 or more
    public long filters() {
        return exact.mappingCount() + trie.size();
    }

    /// How many subscribers stand in all entries together; a moment old.
    ///
    /// @return 0 or more
    public long subscriptions() {
        return subscriptions.sum();
    }

    Versions versions() {
        return versions;
    }

    FilterEntry exact(String topic) {
        return exact.get(topic);
    }

    Trie trie() {
        return trie;
    }

    /// @return null if there is none; it may be dead
    FilterEntry find(String filter) {
        return hasWildcard(filter) ? trie.get(filter) : exact.get(filter);
    }

    private void forget(FilterEntry entry) {
        if (hasWildcard(entry.filter())) {
            trie.remove(entry);
        } else {
            exact.remove(entry.filter(), entry);
        }
    }

    private static boolean hasWildcard(String filter) {
        // In a valid filter these two characters are nothing but wildcards [MQTT-4.7.1-2, MQTT-4.7.1-3].
        return filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0;
    }
}
