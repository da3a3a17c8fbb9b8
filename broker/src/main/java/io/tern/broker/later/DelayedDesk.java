package io.tern.broker.later;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.broker.safety.Safety;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.watch.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// Where an operator asks for the messages of one shard that wait for their time.
final class DelayedDesk {

    /// What an operator is shown is read in pieces of so much.
    private static final int LOOK_BYTES = 64 * 1024;
    private static final int LOOK_MESSAGES = 500;

    private final ShardThread thread;
    private final Safety safety;
    private final Counters counters;
    private final DelayedTally tally;
    private final LongFunction<DelayedQueue> queues;

    /// @param queues those of the shard by their names in the journal, null for none
    DelayedDesk(
            ShardThread thread,
            Safety safety,
            Counters counters,
            DelayedTally tally,
            LongFunction<DelayedQueue> queues) {
        this.thread = thread;
        this.safety = safety;
        this.counters = counters;
        this.tally = tally;
        this.queues = queues;
    }

    /// Reads a piece of a queue, for an operator. From any thread.
    ///
    /// @param epoch of the queue
    /// @param from the first sequence
    /// @param then takes it on this shard's thread; nothing if the queue is over
    void look(long epoch, long from, Consumer<Store.Reading> then) {
        thread.later(() -> {
            DelayedQueue queue = queues.apply(epoch);
            if (queue == null) {
                then.accept(new Store.Reading(List.of(), DelayedQueue.END));
            } else if (safety.keeps()) {
                queue.read(from, DelayedQueue.END, LOOK_BYTES, then);
            } else {
                then.accept(inMemory(queue, from));
            }
        });
    }

    private static Store.Reading inMemory(DelayedQueue queue, long from) {
        List<Stored> found = new ArrayList<>();
        for (Map.Entry<Long, Message> each : queue.inMemory(from).entrySet()) {
            if (found.size() == LOOK_MESSAGES) {
                return new Store.Reading(found, each.getKey());
            }
            Message message = each.getValue();
            found.add(new Stored(each.getKey(), message, message.qos(), message.retain(), null));
        }
        return new Store.Reading(found, DelayedQueue.END);
    }

    /// Takes a message out, for an operator. From any thread.
    ///
    /// @param epoch of its queue
    /// @param sequence its place there
    /// @param then told on this shard's thread, when that is safe, whether it waited there
    void cancel(long epoch, long sequence, Consumer<Boolean> then) {
        thread.later(() -> cancelHere(epoch, sequence, then));
    }

    private void cancelHere(long epoch, long sequence, Consumer<Boolean> then) {
        DelayedQueue queue = queues.apply(epoch);
        Message message = queue == null ? null : queue.take(sequence);
        if (message != null) {
            queue.gone(message);
            cancelled(queue, sequence, message, then);
        } else if (queue != null && queue.isUnsafe(sequence)) {
            safety.whenSafe(() -> cancel(epoch, sequence, then));
        } else if (queue != null && queue.mayBeOnDisk(sequence)) {
            queue.read(sequence, sequence + 1, 1, answer -> cancelRead(queue, sequence, answer, then));
        } else {
            then.accept(false); // It is on its way, or over.
        }
    }

    private void cancelRead(DelayedQueue queue, long sequence, Store.Reading answer, Consumer<Boolean> then) {
        Message readMeanwhile = queue.take(sequence);
        if (readMeanwhile != null) {
            queue.gone(readMeanwhile);
            cancelled(queue, sequence, readMeanwhile, then);
        } else if (queue.mayBeOnDisk(sequence) && !answer.messages().isEmpty()) {
            queue.goneUnread();
            cancelled(queue, sequence, answer.messages().getFirst().message(), then);
        } else {
            then.accept(false);
        }
    }

    private void cancelled(DelayedQueue queue, long sequence, Message message, Consumer<Boolean> then) {
        counters.count(Counters.Event.DELAYED_CANCELLED);
        safety.journal().settled(queue.epoch(), sequence);
        tally.gone(message, queue.isLearnt(sequence), thread.number());
        safety.whenDurable(() -> then.accept(true));
    }
}
