package io.tern.broker;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Progress;
import io.tern.api.Store;
import io.tern.api.Stored;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// What one shard does when its journal has come so far: replies that leave, deliveries that were held back, queues
/// that are read.
final class Waits implements Progress {

    private final Shard shard;
    private final Store store;
    /// With so much staged, nobody is read who could add to it.
    private final int stagedMostBytes;
    private final ArrayDeque<Link> resting = new ArrayDeque<>();
    private Journal journal;
    private final Held held = new Held();
    private WhenSafe kept;
    private WhenSafe durable;
    private WhenSafe written;

    Waits(Shard shard, Store store, int stagedMostBytes) {
        this.stagedMostBytes = stagedMostBytes;
        this.shard = shard;
        this.store = store;
    }

    /// The journal is open.
    void begin(Journal newJournal) {
        journal = newJournal;
        kept = new WhenSafe(journal);
        durable = new WhenSafe(journal);
        written = new WhenSafe(journal);
    }

    @Override
    public void written(long position) {
        shard.enter();
        written.safe(position, shard::guarded);
    }

    @Override
    public boolean awaitsWritten() {
        return written.isAwaited();
    }

    @Override
    public void kept(long position) {
        shard.enter();
        written.safe(position, shard::guarded);
        kept.safe(position, shard::guarded);
    }

    @Override
    public void durable(long position) {
        shard.enter();
        shard.broker().retained().safe(shard.number(), position);
        kept.safe(position, shard::guarded);
        durable.safe(position, shard::guarded);
        handedOver();
    }

    /// Whether more may be staged by who can wait.
    boolean hasRoom() {
        return journal.stagedBytes() < stagedMostBytes;
    }

    /// Whether the disk is so far behind that a link has to rest; then it is revived when that is over.
    boolean rests(Link link) {
        if (hasRoom()) {
            return false;
        }
        if (!link.restsForJournal) {
            link.restsForJournal = true;
            resting.add(link);
        }
        return true;
    }

    /// The journal may have less staged by now.
    void handedOver() {
        while (!resting.isEmpty() && hasRoom()) {
            Link link = resting.poll();
            link.restsForJournal = false;
            link.shard().links().revive(link);
        }
    }

    /// Runs an action when nothing that anybody is owed by what is staged so far can be lost any more, as safe as that,
    /// at once if it is so; in the order asked for.
    void whenSafe(Durability durability, Runnable action) {
        switch (durability) {
            case SYNC -> kept.run(action);
            case OS -> written.run(action);
            case NONE -> action.run();
        }
    }

    /// Runs an action when everything staged so far is on disk, also that messages are settled and may be sent.
    void whenDurable(Runnable action) {
        durable.run(action);
    }

    /// Lets a delivery go out when it may.
    ///
    /// @param release to run
    /// @param durability how safe it has to be
    /// @param transaction that has to be decided, 0 for none
    void hold(Runnable release, Durability durability, long transaction) {
        if (transaction == 0) {
            whenSafe(durability, release);
        } else {
            held.add(transaction, release);
        }
    }

    /// A transaction counts.
    void decided(long transaction) {
        held.decided(transaction, shard::guarded);
    }

    /// Whether what was staged up to a position is on disk.
    boolean isDurable(long position) {
        return durable.isSafe(position);
    }

    /// Reads a part of a queue from the disk. What was staged a moment ago can't be read before it is there.
    ///
    /// @param safe whether all of it is there for certain: then nothing is waited for, not even a disk without room
    /// @param then takes it, on this shard's thread
    void read(long epoch, long from, long end, int maxBytes, boolean safe, Consumer<Store.Reading> then) {
        Runnable read = () -> store.read(epoch, from, end, maxBytes, shard.loop(), reading -> {
            shard.enter();
            shard.guarded(() -> {
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

    /// What was set for their topics is not stored with messages.
    private void handle(Store.Reading reading) {
        TopicRules rules = shard.broker().topicRules();
        for (Stored stored : reading.messages()) {
            if (stored.message() != null) {
                rules.of(stored.message().topic()).of(stored.message());
            }
        }
    }
}
