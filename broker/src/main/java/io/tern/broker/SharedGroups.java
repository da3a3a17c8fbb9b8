package io.tern.broker;

import io.tern.api.Owner;
import java.util.concurrent.ConcurrentHashMap;

/// The shared groups that have members, and where each lives: on the shard where its first member subscribed. Any
/// thread.
final class SharedGroups {

    private static final class Joined {
        final SharedGroup group;
        final int members;

        Joined(SharedGroup group, int members) {
            this.group = group;
            this.members = members;
        }
    }

    private final ConcurrentHashMap<String, Joined> byFilter = new ConcurrentHashMap<>();

    /// One member more. The group it finds exists until that member has left.
    ///
    /// @param sharedFilter with `$share/{name}/`
    /// @param topicFilter without
    /// @param here the shard where the group will live if it is new
    /// @param owner of the member, who owns the group if it is new
    SharedGroup join(String sharedFilter, String topicFilter, Shard here, Owner owner) {
        return byFilter.compute(sharedFilter, (key, joined) -> joined == null
                ? new Joined(new SharedGroup(here, sharedFilter, topicFilter, owner), 1)
                : new Joined(joined.group, joined.members + 1)).group;
    }

    /// A group that has members.
    ///
    /// @return null if there is none
    SharedGroup find(String sharedFilter) {
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
    int members() {
        return byFilter.values().stream().mapToInt(joined -> joined.members).sum();
    }

    int size() {
        return byFilter.size();
    }
}
