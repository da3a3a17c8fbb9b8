package io.tern.broker.route;

import io.tern.broker.index.FilterEntry;
import java.util.concurrent.ConcurrentHashMap;

/// The filters through which a message came for somebody whose queue was over half full, and on which shards: a hint
/// for those whose topics ask for it, a moment old. Empty unless some do. Any thread.
public final class CrowdedFilters {

    /// A bit for each shard.
    private final ConcurrentHashMap<FilterEntry, Long> shards = new ConcurrentHashMap<>();

    /// None yet.
    public CrowdedFilters() {}

    /// On the shard's thread.
    void mark(FilterEntry entry, int shard) {
        shards.merge(entry, 1L << shard, (before, now) -> before | now);
    }

    /// On the shard's thread.
    void clear(FilterEntry entry, int shard) {
        shards.computeIfPresent(entry, (key, before) -> {
            long left = before & ~(1L << shard);
            return left == 0 ? null : left;
        });
    }

    /// On which shards somebody is crowded who may get a message.
    ///
    /// @param entries that match it
    /// @return a bit for each shard
    long of(FilterEntry[] entries) {
        long all = 0;
        if (!shards.isEmpty()) {
            for (FilterEntry entry : entries) {
                all |= shards.getOrDefault(entry, 0L);
            }
        }
        return all;
    }

    /// How many they are.
    ///
    /// @return a moment old
    public int size() {
        return shards.size();
    }
}
