package io.tern.broker.share;

import io.tern.api.Owner;
import java.util.concurrent.ConcurrentHashMap;

/// The shared groups of all shards that have members: each lives on the shard where its first member subscribed. Any
/// thread.
public final class GroupDirectory {

    private static final class Joined {
        final SharedGroup group;
        final int members;

        Joined(SharedGroup group, int members) {
            this.group = group;
            this.members = members;
        }
    }

    private final ConcurrentHashMap<String, Joined> byFilter = new ConcurrentHashMap<>();

    /// No groups yet.
    public GroupDirectory() {}

    /// One member more. The group it finds exists until that member has left.
    ///
    /// @param sharedFilter with `$share/{name}/`
    /// @param topicFilter without
    /// @param here the shard where the group will live if it is new
    /// @param owner of the member, who owns the group if it is new
    SharedGroup join(String sharedFilter, String topicFilter, SharedGroups here, Owner owner) {
        return byFilter.compute(sharedFilter, (key, joined) -> joined == null
                ? new Joined(here.create(sharedFilter, topicFilter, owner), 1)
                : new Joined(joined.group, joined.members + 1)).group;
    }

    /// A group that has members.
    ///
    /// @param sharedFilter with `$share/{name}/`
    /// @return null if there is none
    public SharedGroup find(String sharedFilter) {
        Joined joined = byFilter.get(sharedFilter);
        return joined == null ? null : joined.group;
    }

    /// One member less.
    void leave(String sharedFilter) {
        byFilter.computeIfPresent(sharedFilter, (key, joined) ->
                joined.members == 1 ? null : new Joined(joined.group, joined.members - 1));
    }

    /// Members of all groups.
    ///
    /// @return a moment old
    public int members() {
        return byFilter.values().stream().mapToInt(joined -> joined.members).sum();
    }

    /// How many groups there are.
    ///
    /// @return a moment old
    public int size() {
        return byFilter.size();
    }
}
