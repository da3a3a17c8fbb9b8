package io.tern.broker.share;

import io.tern.api.Owner;
import io.tern.broker.index.Index;
import io.tern.broker.memory.WaitingQueues;
import io.tern.broker.quota.Quotas;
import io.tern.broker.safety.Safety;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.QueueWatch;
import io.tern.engine.queue.QueueHost;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/// The shared groups that live on one shard, and what they need of it. For the shard's thread.
///
/// Those that have something to send, and somebody to send it to, have a turn's room together: whoever has more to
/// send goes on in the next.
public final class SharedGroups {

    /// What all groups of a server share.
    ///
    /// @param index where they stand
    /// @param quotas of those who have made them
    /// @param transactions the next transaction's number
    /// @param epochs the next queue's name in the journal
    public record Server(Index index, Quotas quotas, LongSupplier transactions, LongSupplier epochs) {}

    final ShardThread thread;
    final Post post;
    final Safety safety;
    final QueueHost queueHost;
    final QueueWatch queues;
    final WaitingQueues waiting;
    final Server server;
    private final ArrayDeque<SharedGroup> ready = new ArrayDeque<>();

    /// @param thread the shard's
    /// @param post to the shards of members
    /// @param safety of the shard, in whose journal durable queues stand
    /// @param queueHost bounds of queues, and the memory they are charged to
    /// @param queues told of what they drop
    /// @param waiting those that may have to give room
    /// @param server what all share
    public SharedGroups(
            ShardThread thread,
            Post post,
            Safety safety,
            QueueHost queueHost,
            QueueWatch queues,
            WaitingQueues waiting,
            Server server) {
        this.thread = thread;
        this.post = post;
        this.safety = safety;
        this.queueHost = queueHost;
        this.queues = queues;
        this.waiting = waiting;
        this.server = server;
    }

    /// @param owner of the first member, or null
    SharedGroup create(String sharedFilter, String topicFilter, Owner owner) {
        return new SharedGroup(this, sharedFilter, topicFilter, owner);
    }

    /// @param group that is in no more
    void ready(SharedGroup group) {
        ready.add(group);
    }

    /// Whether any has something to send, and somebody to send it to.
    ///
    /// @return true if a turn is needed
    public boolean waiting() {
        return !ready.isEmpty();
    }

    /// Lets them send, so far in one turn.
    public void turn() {
        Steps steps = thread.steps();
        int end = steps.done() + Steps.TURN_MAX;
        int share = Math.max(Steps.SHARE_MIN, Steps.TURN_MAX / Math.max(1, ready.size()));
        for (int i = ready.size(); i > 0 && steps.done() < end; i--) {
            SharedGroup group = ready.poll();
            thread.guarded(() -> group.dispatch(steps.done() + share));
        }
    }
}
