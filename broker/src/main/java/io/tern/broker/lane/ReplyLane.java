package io.tern.broker.lane;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/// Carries replies (tickets, credits) from one shard back to another, in order, and never refuses one.
///
/// There is no bound inside, because each reply answers something that was asked over a bounded way: the asker bounds
/// what is under way. Grows by chunks; one used chunk is kept for the next need, so a steady flow allocates nothing.
///
/// **Threads.** One producer calls [#offer], one consumer calls [#poll]; what the producer wrote before [#offer] is
/// seen by the consumer after [#poll].
///
/// @param <T> what is carried
public final class ReplyLane<T> {

    /// Replies a chunk holds.
    static final int CHUNK_REPLIES = 128;

    private static final VarHandle ITEM = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle NEXT;
    private static final VarHandle SPARE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(Chunk.class, "next", Chunk.class);
            SPARE = lookup.findVarHandle(ReplyLane.class, "spare", Chunk.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Producer producer;
    private final Consumer consumer;
    private volatile Chunk spare;

    /// Makes an empty lane.
    public ReplyLane() {
        Chunk first = new Chunk();
        this.producer = new Producer(first);
        this.consumer = new Consumer(first);
    }

    /// Appends a reply. Producer only.
    ///
    /// @param reply what to carry
    public void offer(T reply) {
        Objects.requireNonNull(reply);
        Producer p = producer;
        if (p.index < CHUNK_REPLIES) {
            ITEM.setRelease(p.chunk.items, p.index, reply);
            p.index++;
            return;
        }
        Chunk fresh = (Chunk) SPARE.getAndSet(this, null);
        if (fresh == null) {
            fresh = new Chunk();
        }
        fresh.items[0] = reply;
        NEXT.setRelease(p.chunk, fresh);
        p.chunk = fresh;
        p.index = 1;
    }

    /// Takes the oldest reply. Consumer only.
    ///
    /// @return null if there is none
    @SuppressWarnings("unchecked")
    public T poll() {
        Consumer c = consumer;
        if (c.index == CHUNK_REPLIES && !advance(c)) {
            return null;
        }
        Object[] items = c.chunk.items;
        Object reply = ITEM.getAcquire(items, c.index);
        if (reply == null) {
            return null;
        }
        items[c.index++] = null;
        return (T) reply;
    }

    private boolean advance(Consumer c) {
        Chunk used = c.chunk;
        Chunk next = (Chunk) NEXT.getAcquire(used);
        if (next == null) {
            return false;
        }
        c.chunk = next;
        c.index = 0;
        used.next = null;
        SPARE.setRelease(this, used);
        return true;
    }

    private static final class Chunk {
        final Object[] items = new Object[CHUNK_REPLIES];
        Chunk next;
    }

    private static class Side {
        Chunk chunk;
        int index;

        Side(Chunk chunk) {
            this.chunk = chunk;
        }
    }

    // Fields of a superclass lie in front: the pads stand behind them, so that neither side's writes disturb the other.
    private static final class Producer extends Side {
        long pad01, pad02, pad03, pad04, pad05, pad06, pad07, pad08;
        long pad09, pad10, pad11, pad12, pad13, pad14, pad15, pad16;

        Producer(Chunk chunk) {
            super(chunk);
        }
    }

    private static final class Consumer extends Side {
        long pad01, pad02, pad03, pad04, pad05, pad06, pad07, pad08;
        long pad09, pad10, pad11, pad12, pad13, pad14, pad15, pad16;

        Consumer(Chunk chunk) {
            super(chunk);
        }
    }
}
