package io.tern.broker.safety;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.turn.Slices;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/// One shard's journal, and what waits until it has come so far: replies that leave, deliveries that were held back,
/// queues that are read, and those who rest while the disk is far behind. For the shard's thread.
public final class Safety implements Progress {

    private final ShardThread thread;
    private final Post post;
    private final Store store;
    /// With so much staged, nobody is read who could add to it.
    private final int stagedMostBytes;
    private final Consumer<Message> handling;
    private final LongConsumer durableTo;
    private final IntFunction<Safety> peers;
    private final ArrayDeque<Runnable> resting = new ArrayDeque<>();
    private final HeldDeliveries held = new HeldDeliveries();
    private final Slices slices;
    private final Journal journal;
    private final WaitingActions kept;
    private final WaitingActions durable;
    private final WaitingActions written;

    /// Opens the shard's journal.
    ///
    /// @param thread the shard's
    /// @param post to the other shards
    /// @param store where durable state goes
    /// @param stagedMostBytes with so much that is not written yet nobody is read who could add to it
    /// @param handling says of a message that was read what was set for its topic, which is not stored with it
    /// @param durableTo told of the position up to which the journal is on disk, before all who wait for it
    /// @param peers the safety of each shard, by its number
    public Safety(
            ShardThread thread,
            Post post,
            Store store,
            int stagedMostBytes,
            Consumer<Message> handling,
            LongConsumer durableTo,
            IntFunction<Safety> peers) {
        this.thread = thread;
        this.slices = new Slices(thread);
        this.post = post;
        this.store = store;
        this.stagedMostBytes = stagedMostBytes;
        this.handling = handling;
        this.durableTo = durableTo;
        this.peers = peers;
        this.journal = store.open(thread.number(), thread.loop(), this);
        this.kept = new WaitingActions(journal, thread);
        this.durable = new WaitingActions(journal, thread);
        this.written = new WaitingActions(journal, thread);
    }

    @Override
    public void written(long position) {
        thread.enter();
        written.safe(position);
    }

    @Override
    public boolean awaitsWritten() {
        return written.isAwaited();
    }

    @Override
    public void kept(long position) {
        thread.enter();
        written.safe(position);
        kept.safe(position);
    }

    @Override
    public void durable(long position) {
        thread.enter();
        durableTo.accept(position);
        kept.safe(position);
        durable.safe(position);
        handedOver();
    }

    /// What the shard writes to.
    ///
    /// @return the same all the time
    public Journal journal() {
        return journal;
    }

    /// Whether the journal keeps what it is told. If not, nobody has to wait for it but the order of things.
    ///
    /// @return the same all the time
    public boolean keeps() {
        return store.keeps();
    }

    /// Whether there is no room on the disk for anything that can be refused.
    ///
    /// @return at this moment
    public boolean isDiskFull() {
        return store.full();
    }

    /// Whether more may be staged by who can wait.
    ///
    /// @return at this moment
    public boolean hasRoom() {
        return journal.stagedBytes() < stagedMostBytes;
    }

    /// Somebody rests, since the disk is far behind.
    ///
    /// @param then run when that is over
    public void whenRoom(Runnable then) {
        resting.add(then);
    }

    /// The journal may have less staged by now.
    public void handedOver() {
        while (!resting.isEmpty() && hasRoom()) {
            resting.poll().run();
        }
    }

    /// Runs an action when nothing that anybody is owed by what is staged so far can be lost any more, at once if it is
    /// so; in the order asked for.
    ///
    /// @param action to run
    public void whenSafe(Runnable action) {
        kept.run(action);
    }

    /// Runs an action when nothing that anybody is owed by what is staged so far can be lost any more, as safe as that,
    /// at once if it is so; in the order asked for.
    ///
    /// @param durability how safe
    /// @param action to run
    public void whenSafe(Durability durability, Runnable action) {
        switch (durability) {
            case SYNC -> kept.run(action);
            case OS -> written.run(action);
            case NONE -> action.run();
        }
    }

    /// Runs an action when everything staged so far is on disk, also that messages are settled and may be sent.
    ///
    /// @param action to run
    public void whenDurable(Runnable action) {
        durable.run(action);
    }

    /// Lets a delivery go out when it may.
    ///
    /// @param release to run
    /// @param durability how safe it has to be
    /// @param transaction that has to be decided, 0 for none
    public void hold(Runnable release, Durability durability, long transaction) {
        if (transaction == 0) {
            whenSafe(durability, release);
        } else {
            held.add(transaction, release);
        }
    }

    /// A transaction counts: what a shard has held back for it may go out there.
    ///
    /// @param shard its number
    /// @param transaction which
    public void decided(int shard, long transaction) {
        post.tellLater(shard, () -> peers.apply(shard).decided(transaction));
    }

    private void decided(long transaction) {
        slices.each(held.decided(transaction), Runnable::run);
    }

    /// Whether what was staged up to a position is on disk.
    ///
    /// @param position in the journal
    /// @return as far as is known here
    public boolean isDurable(long position) {
        return durable.isSafe(position);
    }

    /// Reads a part of a queue from the disk. What was staged a moment ago can't be read before it is there.
    ///
    /// @param epoch of the session or group whose it is
    /// @param from the first sequence wanted
    /// @param end one more than the last
    /// @param maxBytes about how much
    /// @param safe whether all of it is there for certain: then nothing is waited for, not even a disk without room
    /// @param then takes it, on this shard's thread
    public void read(long epoch, long from, long end, int maxBytes, boolean safe, Consumer<Store.Reading> then) {
        Runnable read = () -> store.read(epoch, from, end, maxBytes, thread.loop(), reading -> {
            thread.enter();
            thread.guarded(() -> {
                handle(reading);
                then.accept(reading);
            });
        });
        if (safe) {
            read.run();
        } else {
            durable.run(read);
        }
    }

    private void handle(Store.Reading reading) {
        for (Stored stored : reading.messages()) {
            if (stored.message() != null) {
                handling.accept(stored.message());
            }
        }
    }
}
