package io.tern.broker;

import io.tern.broker.time.Steps;
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
final class Memberships {

    private final Shard shard;
    private final SharedGroups groups;
    /// How many groups a session is a member of, for those that ever were of one: few are, and only these have to tell
    /// groups when they come and go.
    private final Map<Session, Integer> counts = new HashMap<>();
    /// Those among them whose groups wait until they have room.
    private final Set<Session> clogged = new HashSet<>();
    /// Shared subscriptions that were ended while messages of theirs were under way, by their sessions.
    private final Map<Session, FormerMembers> former = new HashMap<>();

    Memberships(Shard shard, SharedGroups groups) {
        this.shard = shard;
        this.groups = groups;
    }

    /// @return how many groups the session is a member of
    int count(Session session) {
        return counts.getOrDefault(session, 0);
    }

    /// Whether anybody has subscribed to that.
    ///
    /// @param sharedFilter with `$share/{name}/`
    boolean exists(String sharedFilter) {
        return groups.find(sharedFilter) != null;
    }

    /// A session has subscribed: from now on it gets its part of the group's messages.
    ///
    /// @param item whose filter is a shared one
    /// @param done on this shard, when the group knows and that is safe
    SharedSubscription join(Session session, Subscribe.Item item, int identifier, Runnable done) {
        SharedSubscription member = add(session, item, identifier);
        boolean durable = session.durable();
        boolean keeps = member.keeps();
        SharedGroup group = member.group();
        int here = shard.number();
        shard.tellLater(group.home().number(), () -> {
            group.join(member, durable, keeps);
            group.record();
            group.tellWhenSafe(here, done);
        });
        member.grant(shard);
        return member;
    }

    private SharedSubscription add(Session session, Subscribe.Item item, int identifier) {
        String filter = item.filter().value();
        SharedGroup group = groups.join(filter, item.filter().filter(), shard, session.owner());
        SharedSubscription member = new SharedSubscription(session, filter, item, identifier, group);
        session.subscriptions().add(member);
        counts.merge(session, 1, Integer::sum);
        return member;
    }

    /// A session of a process before this one is a member.
    void recover(Session session, Subscribe.Item item, int identifier) {
        SharedSubscription member = add(session, item, identifier);
        member.group().join(member, true, member.keeps());
    }

    /// A member has subscribed again, maybe with another quality of service.
    ///
    /// @param done on this shard, when the group knows of that and of all before it, and that is safe
    void changed(SharedSubscription member, Runnable done) {
        boolean keeps = member.keeps();
        SharedGroup group = member.group();
        int here = shard.number();
        shard.tellLater(group.home().number(), () -> {
            group.changed(member, keeps);
            group.record();
            group.tellWhenSafe(here, done);
        });
    }

    /// A member has unsubscribed, or its session has ended.
    void leave(SharedSubscription member) {
        counts.computeIfPresent(member.session(), (session, count) -> count - 1);
        member.leave(shard);
        groups.leave(member.filter());
        if (member.owes()) {
            former.computeIfAbsent(member.session(), session -> new FormerMembers()).add(member);
        }
    }

    /// A session can't take what its groups lend.
    void clogged(Session session) {
        clogged.add(session);
    }

    /// A session has room: its groups may lend again.
    void roomy(Session session) {
        if (!clogged.isEmpty() && session.outbox().isHalfEmpty() && clogged.remove(session)) {
            eachWhileConnected(session, member -> member.unclog(shard));
        }
    }

    /// Does something to each membership of a session, some at a time, as long as it has the connection that it has
    /// now: the next one begins anew.
    private void eachWhileConnected(Session session, Consumer<SharedSubscription> step) {
        long generation = session.generation();
        shard.slices().each(session.subscriptions().toArray(), subscription -> {
            boolean holds = session.connection() != null && session.generation() == generation
                    && session.subscriptions().get(subscription.filter()) == subscription;
            if (holds && subscription instanceof SharedSubscription member) {
                step.accept(member);
            }
        });
    }

    /// Whether a session is a member of a group that gets a topic. A group's message is not denied in part.
    boolean isMemberFor(Session session, TopicName topic) {
        if (count(session) > 0) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    shard.steps.add(Steps.LOAN);
                    if (TopicFilter.of(member.filter()).matches(topic)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// A session has a connection again: its groups may send.
    void attached(Session session) {
        if (counts.containsKey(session)) {
            eachWhileConnected(session, member -> member.grant(shard));
        }
    }

    /// A session has lost its connection: its groups must not send.
    void detached(Session session) {
        clogged.remove(session);
        if (counts.containsKey(session)) {
            for (Subscription subscription : session.subscriptions().toArray()) {
                if (subscription instanceof SharedSubscription member) {
                    shard.steps.add(Steps.LOAN);
                    member.suspend(shard);
                }
            }
            FormerMembers left = former.remove(session);
            if (left != null) {
                left.suspend(shard);
            }
        }
    }

    /// A session has ended.
    void ended(Session session) {
        counts.remove(session);
        clogged.remove(session);
    }
}
