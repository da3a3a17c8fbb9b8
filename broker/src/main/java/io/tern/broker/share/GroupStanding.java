package io.tern.broker.share;

import io.tern.api.Owner;
import io.tern.broker.quota.Account;
import io.tern.broker.quota.Kind;
import io.tern.engine.queue.Allowance;

/// What a shared group is to the rest of the server while it has members: a subscriber in the index, and somebody's who
/// is charged with it. On the group's shard.
final class GroupStanding {

    private final SharedGroup group;
    private final SharedGroups home;
    private final String topicFilter;
    private final Owner owner;
    /// Null if nobody counts what the owner has.
    private Account account;

    /// @param owner of the first member, or null
    GroupStanding(SharedGroup group, String topicFilter, Owner owner) {
        this.group = group;
        this.home = group.home();
        this.topicFilter = topicFilter;
        this.owner = owner;
    }

    /// The first member has come.
    void begin() {
        home.queueHost.memory().add(SharedGroup.OBJECTS_BYTES);
        account = home.server.quotas().hold(owner);
        count(1);
        home.server.index().subscribe(topicFilter, group);
    }

    /// The group has become durable, or is so no more.
    void turned() {
        home.server.index().turned(topicFilter, group);
    }

    /// The last member has gone: nothing more is to come.
    void leave() {
        home.server.index().unsubscribe(topicFilter, group);
    }

    /// Nothing of it is left.
    void end() {
        home.queueHost.memory().add(-SharedGroup.OBJECTS_BYTES);
        count(-1);
        home.server.quotas().letGo(account);
    }

    private void count(int more) {
        if (account != null) {
            account.add(Kind.SHARED_GROUPS, more, (long) more * SharedGroup.OBJECTS_BYTES);
        }
    }

    Allowance allowance() {
        return account == null ? Allowance.ANY : account;
    }
}
