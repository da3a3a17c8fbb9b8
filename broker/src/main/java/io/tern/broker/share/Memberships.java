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
    /// How many groups a session is a member of, for those that ever were of one: few are, and only these have to tell
    /// groups when they come and go.
    private final Map<Session, Integer> counts = new HashMap<>();
    /// Those among them whose groups wait until they have room.
    private final Set<Session> clogged = new HashSet<>();
    /// Shared subscriptions that were ended while messages of theirs were under way, by their sessions.
    private final Map<Session, FormerMembers> former = new HashMap<>();

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
        return counts.getOrDefault(session, 0);
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
        SharedGroup group = member.group();
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
        SharedSubscription member = new SharedSubscription(session, filter, item, identifier, group, this);
        session.subscriptions().add(member);
        counts.merge(session, 1, Integer::sum);
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
        SharedGroup group = member.group();
        int here = thread.number();
        post.tellLater(group.shard(), () -> {
            group.changed(member, keeps);
            group.record();
            group.tellWhenSafe(here, done);
        });
    }

    /// A member has unsubscribed, or its session has ended.
    public void leave(SharedSubscription member) {
        counts.computeIfPresent(member.session(), (session, count) -> count - 1);
        member.leave();
        directory.leave(member.filter());
        if (member.owes()) {
            former.computeIfAbsent(member.session(), session -> new FormerMembers()).add(member);
        }
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
        if (counts.containsKey(session)) {
            eachWhileConnected(session, SharedSubscription::grantCredit);
        }
    }

    /// A session has lost its connection: its groups must not send.
    public void detached(Session session) {
        clogged.remove(session);
        if (counts.containsKey(session)) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    thread.steps().add(Steps.LOAN);
                    member.suspend();
                }
            }
            FormerMembers left = former.remove(session);
            if (left != null) {
                left.suspend();
            }
        }
    }

    /// A session has ended.
    public void ended(Session session) {
        counts.remove(session);
        clogged.remove(session);
    }
}
