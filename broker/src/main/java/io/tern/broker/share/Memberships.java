package io.tern.broker.share;

import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.turn.Slices;
import io.tern.engine.Session;
import io.tern.engine.Subscription;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// What one shard's sessions have to do with shared groups: they become members, take part while they are connected,
/// and leave. For the shard's thread.
public final class Memberships {

    final Post post;
    final Safety safety;
    private final ShardThread thread;
    private final SharedGroups groups;
    private final GroupDirectory directory;
    private final Slices slices;
    /// Of those sessions that ever were a member of a group: few are, and only these have to tell groups when they come
    /// and go.
    private final Map<Session, SessionGroups> members = new HashMap<>();
    /// Those among them whose groups wait until they have room.
    private final Set<Session> clogged = new HashSet<>();

    /// @param groups of this shard: where a group lives whose first member is here
    /// @param directory of all groups
    /// @param slices of what is done for many
    public Memberships(SharedGroups groups, GroupDirectory directory, Slices slices) {
        this.thread = groups.thread;
        this.post = groups.post;
        this.safety = groups.safety;
        this.groups = groups;
        this.directory = directory;
        this.slices = slices;
    }

    /// @return how many groups the session is a member of
    public int count(Session session) {
        SessionGroups own = members.get(session);
        return own == null ? 0 : own.count;
    }

    /// Whether anybody has subscribed to that.
    ///
    /// @param sharedFilter with `$share/{name}/`
    public boolean exists(String sharedFilter) {
        return directory.find(sharedFilter) != null;
    }

    /// A session has subscribed: from now on it gets its part of the group's messages.
    ///
    /// @param item whose filter is a shared one
    /// @param done on this shard, when the group knows and that is safe
    public SharedSubscription join(Session session, Subscribe.Item item, int identifier, Runnable done) {
        SharedSubscription member = add(session, item, identifier);
        boolean durable = session.durable();
        boolean keeps = member.keeps();
        Group group = member.group();
        int here = thread.number();
        post.tellLater(group.shard(), () -> {
            group.join(member, durable, keeps);
            group.record();
            group.tellWhenSafe(here, done);
        });
        member.grantCredit();
        return member;
    }

    private SharedSubscription add(Session session, Subscribe.Item item, int identifier) {
        String filter = item.filter().value();
        SharedGroup group = directory.join(filter, item.filter().filter(), groups, session.owner());
        SessionGroups own = members.computeIfAbsent(session, key -> new SessionGroups());
        SharedSubscription member =
                new SharedSubscription(session, filter, item, identifier, group, this, own);
        session.subscriptions().add(member);
        own.count++;
        return member;
    }

    /// A session of a process before this one is a member.
    public void recover(Session session, Subscribe.Item item, int identifier) {
        SharedSubscription member = add(session, item, identifier);
        member.group().join(member, true, member.keeps());
    }

    /// A member has subscribed again, maybe with another quality of service.
    ///
    /// @param done on this shard, when the group knows of that and of all before it, and that is safe
    public void changed(SharedSubscription member, Runnable done) {
        boolean keeps = member.keeps();
        Group group = member.group();
        int here = thread.number();
        post.tellLater(group.shard(), () -> {
            group.changed(member, keeps);
            group.record();
            group.tellWhenSafe(here, done);
        });
    }

    /// A member has unsubscribed, or its session has ended.
    public void leave(SharedSubscription member) {
        SessionGroups own = members.get(member.session());
        if (own != null) {
            own.count--;
        }
        member.leave();
        directory.leave(member.filter());
    }

    /// A session can't take what its groups lend.
    void clogged(Session session) {
        clogged.add(session);
    }

    /// A session has room: its groups may lend again.
    public void roomy(Session session) {
        if (!clogged.isEmpty() && session.outbox().isHalfEmpty() && clogged.remove(session)) {
            eachWhileConnected(session, SharedSubscription::unclog);
        }
    }

    /// Does something to each membership of a session, some at a time, as long as it has the connection that it has
    /// now: the next one begins anew.
    private void eachWhileConnected(Session session, Consumer<SharedSubscription> step) {
        long generation = session.generation();
        slices.each(session.subscriptions().toArray(), subscription -> {
            boolean holds = session.connection() != null && session.generation() == generation
                    && session.subscriptions().get(subscription.filter()) == subscription;
            if (holds && subscription instanceof SharedSubscription member) {
                step.accept(member);
            }
        });
    }

    /// Whether a session is a member of a group that gets a topic. A group's message is not denied in part.
    public boolean isMemberFor(Session session, TopicName topic) {
        if (count(session) > 0) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    thread.steps().add(Steps.LOAN);
                    if (TopicFilter.of(member.filter()).matches(topic)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// A session has a connection again: its groups may send.
    public void attached(Session session) {
        if (count(session) > 0) {
            eachWhileConnected(session, SharedSubscription::grantCredit);
        }
    }

    /// A session has lost its connection. What its groups have lent returns at once, since the session may end or come
    /// back the next moment; that they must not send any more, they hear by and by: what they send is void.
    public void detached(Session session) {
        clogged.remove(session);
        SessionGroups own = members.get(session);
        if (own == null) {
            return;
        }
        own.suspend(thread.steps());
        if (own.count > 0) {
            long generation = session.generation();
            slices.each(session.subscriptions().toArray(), subscription -> {
                if (subscription instanceof SharedSubscription member) {
                    member.suspend(generation);
                }
            });
        }
    }

    /// A session has ended.
    public void ended(Session session) {
        members.remove(session);
        clogged.remove(session);
    }
}
