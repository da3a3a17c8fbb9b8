package io.tern.store.journal;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Writes what all shards hand over: everything that waits goes into one frame, which is forced once for all of it.
///
/// It has no thread. Somebody calls [#step] again and again, always the same thread: [CommitterThread] or a simulator.
/// [#accept] is for the shards. A write or force that failed is never tried again, as the kernel may have dropped the
/// pages: nothing is told to anybody from then on.
public final class Committer {

    private static final VarHandle INBOX;

    static {
        try {
            INBOX = MethodHandles.lookup().findVarHandle(Committer.class, "inbox", Chunk.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Segments segments;
    private final boolean forces;
    private final LongSupplier nanoClock;
    private final LongConsumer forceNanos;
    private final Consumer<IOException> onFailure;

    /// Is called when there is work after there was none. Set once, before the first chunk comes.
    private Runnable wake = () -> { };

    /// Chunks handed over and not seen yet, newest first. At most one of each shard.
    private volatile Chunk inbox;

    /// Chunks in the order they came, of which the first few may be in the frame that is written and not forced yet.
    private Chunk[] waiting = new Chunk[16];
    private Chunk[] picked = new Chunk[16];
    private int waitingChunks;
    private int pickedChunks;
    private long pickedBytes;
    private boolean pickedEndings;

    private boolean unforced;
    private volatile boolean blocked;
    private volatile boolean retry;
    private volatile boolean failed;

    private volatile long frames;
    private volatile long chunks;
    private volatile long bytes;
    private volatile long forced;
    private volatile long forcedNanos;
    private volatile long lastForceNanos;
    private volatile long longestForceNanos;
    private volatile long timesBlocked;

    /// Takes chunks, and writes none before [#step] is called.
    ///
    /// @param segments where to
    /// @param forces false for durability `os`: what is written counts as durable
    /// @param nanoClock any clock in nanoseconds
    /// @param forceNanos is told how long each force took
    /// @param onFailure is told once, on the stepping thread, that nothing is written any more
    public Committer(Segments segments, boolean forces, LongSupplier nanoClock, LongConsumer forceNanos,
            Consumer<IOException> onFailure) {
        this.segments = segments;
        this.forces = forces;
        this.nanoClock = nanoClock;
        this.forceNanos = forceNanos;
        this.onFailure = onFailure;
    }

    /// Sets who is called when there is work.
    ///
    /// @param newWake called from any thread; cheap
    void onWork(Runnable newWake) {
        wake = newWake;
    }

    /// Takes a chunk of a shard that has none here. From the shard's thread; without a lock.
    void accept(Chunk chunk) {
        Chunk top;
        do {
            top = inbox;
            chunk.next = top;
        } while (!INBOX.compareAndSet(this, top, chunk));
        wake.run();
    }

    /// The archive has taken over frames, see [Segments#released]. From any thread.
    ///
    /// @param upTo number of the last of them
    public void released(long upTo) {
        segments.released(upTo);
        retry = true;
        wake.run();
    }

    /// Does the next piece of work: writes a frame of what waits, or forces the frame written by the step before.
    ///
    /// @return false if there was nothing to do, or nothing can be done: see [#isBlocked] and [#hasFailed]
    public boolean step() {
        if (failed) {
            return false;
        }
        try {
            return unforced ? force() : write();
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new IOException("the journal's committer is broken", e));
        }
        return true;
    }

    /// Enters the state in which nothing is written and nobody is told anything.
    void fail(IOException e) {
        if (!failed) {
            failed = true;
            onFailure.accept(e);
        }
    }

    private boolean force() throws IOException {
        long start = nanoClock.getAsLong();
        segments.force();
        took(nanoClock.getAsLong() - start);
        unforced = false;
        segments.nowDurable();
        for (int i = 0; i < pickedChunks; i++) {
            picked[i].owner.onDurable(picked[i].position);
        }
        return true;
    }

    private void took(long nanos) {
        forceNanos.accept(nanos);
        lastForceNanos = nanos;
        longestForceNanos = Math.max(longestForceNanos, nanos);
        forcedNanos += nanos;
        forced++;
    }

    private boolean write() throws IOException {
        retry = false;
        collect();
        if (waitingChunks == 0) {
            return false;
        }
        pick(false);
        if (segments.makeRoom(pickedBytes, pickedEndings)) {
            blocked = false;
        } else {
            if (!blocked) {
                blocked = true;
                timesBlocked++;
            }
            pick(true);
            if (pickedChunks == 0 || !segments.makeRoom(pickedBytes, true)) {
                return false;
            }
        }
        segments.append(picked, pickedChunks);
        frames++;
        chunks += pickedChunks;
        bytes += pickedBytes;
        remove();
        if (forces) {
            unforced = true;
        } else {
            segments.nowDurable();
        }
        for (int i = 0; i < pickedChunks; i++) {
            // After the last call the chunk is its shard's again.
            Chunk each = picked[i];
            if (!forces) {
                each.owner.onDurable(each.position);
            } else if (each.awaited) {
                each.owner.onWritten(each.position);
            }
        }
        return true;
    }

    private void collect() {
        Chunk newest = (Chunk) INBOX.getAndSet(this, null);
        Chunk oldest = null;
        while (newest != null) {
            Chunk next = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = next;
        }
        while (oldest != null) {
            if (waitingChunks == waiting.length) {
                waiting = Arrays.copyOf(waiting, 2 * waitingChunks);
                picked = new Chunk[2 * waitingChunks];
            }
            waiting[waitingChunks++] = oldest;
            Chunk next = oldest.next;
            oldest.next = null;
            oldest = next;
        }
    }

    /// Picks what goes into one frame: as much as may be gathered, and at least one chunk.
    private void pick(boolean endingsOnly) {
        pickedChunks = 0;
        pickedBytes = 0;
        pickedEndings = true;
        for (int i = 0; i < waitingChunks; i++) {
            Chunk each = waiting[i];
            if (endingsOnly && !each.endings) {
                continue;
            }
            if (pickedChunks > 0 && pickedBytes + each.length > segments.gatherBytes()) {
                break;
            }
            picked[pickedChunks++] = each;
            pickedBytes += each.length;
            pickedEndings &= each.endings;
        }
    }

    /// Takes the picked chunks out of those that wait; they are in the same order.
    private void remove() {
        int left = 0;
        int at = 0;
        for (int i = 0; i < waitingChunks; i++) {
            if (at < pickedChunks && waiting[i] == picked[at]) {
                at++;
            } else {
                waiting[left++] = waiting[i];
            }
        }
        Arrays.fill(waiting, left, waitingChunks, null);
        waitingChunks = left;
    }

    /// Whether a step would find something that the last one did not. From any thread.
    ///
    /// @return false also while the last step has left work, which it has said
    public boolean hasWork() {
        return !failed && (inbox != null || retry);
    }

    /// Whether chunks wait since no segment can be begun: the archive has to release some, or the disk is full.
    ///
    /// @return true from the step that found no room until one that did
    public boolean isBlocked() {
        return blocked;
    }

    /// Whether a write or force has failed. It stays so.
    ///
    /// @return true if nothing is written any more
    public boolean hasFailed() {
        return failed;
    }

    /// Frames written.
    ///
    /// @return count
    public long frames() {
        return frames;
    }

    /// Chunks in those frames.
    ///
    /// @return count
    public long chunks() {
        return chunks;
    }

    /// Payload of those frames.
    ///
    /// @return bytes, without headers and the zeros behind
    public long bytes() {
        return bytes;
    }

    /// Times that the disk was asked to make frames safe.
    ///
    /// @return count
    public long forces() {
        return forced;
    }

    /// How long that took in all.
    ///
    /// @return nanoseconds
    public long forcedNanos() {
        return forcedNanos;
    }

    /// How long it took the last time.
    ///
    /// @return nanoseconds
    public long lastForceNanos() {
        return lastForceNanos;
    }

    /// How long it took at most.
    ///
    /// @return nanoseconds
    public long longestForceNanos() {
        return longestForceNanos;
    }

    /// Times that writing had to wait for a segment.
    ///
    /// @return count
    public long timesBlocked() {
        return timesBlocked;
    }
}
