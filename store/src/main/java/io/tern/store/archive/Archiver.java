package io.tern.store.archive;

import io.tern.api.Recovered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Brings the journal's frames to the [Archive] when the journal has become large, or when somebody wants to read what
/// stands in them; lets the journal have its files back; and answers those who read.
///
/// Has no thread and no clock: whoever has steps it, always on the same thread, as long as [#step] says that there is
/// more, and again after `wake`. A step is bounded, but waits for the disk. Each frame is parsed twice: once by the
/// [Scout], which goes ahead to the end of what is safe, and once to be applied, without what the scout found to be
/// settled.
public final class Archiver {

    /// A step takes frames up to so many bytes, and one more.
    static final long STEP_BYTES = 4 << 20;

    /// A step touches about so many keys, and those of one more frame.
    static final int STEP_KEYS = 10_000;

    /// A step answers so many reads.
    static final int STEP_READS = 64;

    /// That a topic was cleared is remembered for so many rows of [#MARK_BYTES] of frames: an older record of it can
    /// only come from a thread that was held up for all that time.
    private static final int MARKS = 4;
    private static final long MARK_BYTES = 16 << 20;

    /// @param done told the position, or why there is none
    private record Copy(Path folder, long needed, CompletableFuture<Long> done) {}

    private record Waiting(ReadRequest request, long needed) {}

    private final Archive archive;
    private final FrameSource source;
    private final FrameDecoder decoder;
    private final ArchiverLimits limits;
    private final Runnable wake;
    private final Scout scout;

    private final LinkedBlockingQueue<Waiting> arrived;
    private final ArrayDeque<Waiting> unscouted = new ArrayDeque<>();
    private final ArrayDeque<Waiting> unapplied = new ArrayDeque<>();
    private final RetainedReads retained;
    private final AtomicLong waitingReads = new AtomicLong();
    private final AtomicLong refusedReads = new AtomicLong();
    private final AtomicLong catchUpTo = new AtomicLong();
    private final AtomicReference<Copy> copy = new AtomicReference<>();

    private final ArrayDeque<Long> marks = new ArrayDeque<>();
    private FrameSource.Walk scouting;
    private FrameSource.Walk applying;

    /// Frames up to these have to be scouted and applied.
    private long scoutGoal;
    private long applyGoal;

    /// Whether a part is being archived because the journal is large, up to which frame at most, and how much of it is
    /// left.
    private boolean inPart;
    private long partEnd;
    private long partLeft;

    private long unflushedBytes;
    private long markedBytes;
    private long forgetBefore;
    private boolean sweeping = true;
    private long stepBytes;
    private volatile long appliedFrames;
    private volatile long appliedTo;
    private volatile long flushes;

    /// Does nothing yet.
    ///
    /// @param archive not used by others from now on
    /// @param source has all frames from the archive's position on
    /// @param decoder of the frames
    /// @param limits when to work
    /// @param wake called on any thread when there is something to do
    public Archiver(
            Archive archive, FrameSource source, FrameDecoder decoder, ArchiverLimits limits, Runnable wake) {
        this.archive = archive;
        this.source = source;
        this.decoder = decoder;
        this.limits = limits;
        this.wake = wake;
        this.scout = new Scout(archive.position());
        this.arrived = new LinkedBlockingQueue<>(limits.waitingReads());
        this.appliedTo = archive.position() - 1;
        this.retained = new RetainedReads(archive, limits.waitingReads());
        archive.know(scout);
    }

    /// Asks for a stretch of a queue, as it is when all frames are applied that are safe now. What was settled or
    /// committed since may show already. From any thread; never waits. There is one answer to each request, on its
    /// loop.
    ///
    /// @param request whose, and from where
    /// @return false if too many wait: ask again later
    public boolean read(ReadRequest request) {
        if (!mayWait()) {
            return false;
        }
        arrived.add(new Waiting(request, source.durable()));
        wake.run();
        return true;
    }

    /// Asks for retained messages. From any thread; never waits. There is one answer to each request, on its loop.
    ///
    /// @param request which; all frames that tell of them are safe
    /// @return false if too many wait: ask again later
    public boolean readRetained(RetainedRequest request) {
        if (!mayWait()) {
            return false;
        }
        retained.add(request, source.durable());
        wake.run();
        return true;
    }

    private boolean mayWait() {
        if (waitingReads.incrementAndGet() > limits.waitingReads()) {
            waitingReads.decrementAndGet();
            refusedReads.incrementAndGet();
            return false;
        }
        return true;
    }

    /// Asks for all frames up to one to be applied, however small the journal is. From any thread.
    ///
    /// @param frame number of a frame that is safe
    public void catchUp(long frame) {
        catchUpTo.accumulateAndGet(frame, Math::max);
        wake.run();
    }

    /// Asks for a copy of all that is safe now. From any thread; one at a time.
    ///
    /// @param folder where to, not there yet
    /// @return the frame behind the last that is in it, when it is made
    public CompletableFuture<Long> checkpoint(Path folder) {
        CompletableFuture<Long> done = new CompletableFuture<>();
        if (!copy.compareAndSet(null, new Copy(folder, source.durable(), done))) {
            done.completeExceptionally(new IOException("another copy is being made"));
        }
        wake.run();
        return done;
    }

    /// Nobody steps this any more: who waits for a copy is told.
    public void stopped() {
        Copy wanted = copy.getAndSet(null);
        if (wanted != null) {
            wanted.done.completeExceptionally(new IOException("the store is closed"));
        }
    }

    /// What the scout has seen ahead counts for a copy too: it is made where both have come equally far.
    private boolean copied(Copy wanted, boolean mayWrite) throws IOException {
        if (mayWrite && (archive.position() <= wanted.needed || scout.end() > archive.position())) {
            applyGoal = Math.max(applyGoal, Math.max(wanted.needed, scout.end() - 1));
            return false;
        }
        copy.set(null);
        if (!mayWrite) {
            wanted.done.completeExceptionally(new IOException("there is no room on the disk for what it takes"));
            return true;
        }
        flush();
        try {
            archive.checkpoint(wanted.folder);
            wanted.done.complete(archive.position());
        } catch (IOException e) {
            wanted.done.completeExceptionally(e);
        }
        return true;
    }

    /// Does a piece of what there is to do.
    ///
    /// @param mayWrite whether there is room for it; if not, reads are answered that need nothing to be applied
    /// @return whether there is more
    /// @throws IOException if the journal can't be read or the archive not be written: then it must not be used any
    ///     more
    public boolean step(boolean mayWrite) throws IOException {
        boolean readsLeft = answer();
        return work(mayWrite) || readsLeft;
    }

    private boolean work(boolean mayWrite) throws IOException {
        long durable = source.durable();
        applyGoal = Math.max(applyGoal, Math.min(catchUpTo.get(), durable));
        Copy wanted = copy.get();
        if (wanted != null && copied(wanted, mayWrite)) {
            return true;
        }
        plan(durable);
        if (scout.end() <= Math.max(scoutGoal, applyGoal)) {
            scout(Math.max(scoutGoal, applyGoal));
            return true;
        }
        if (!mayWrite) {
            return false;
        }
        if (inPart && (partLeft <= 0 || archive.position() > partEnd)) {
            inPart = false;
            flush();
            return true;
        }
        long goal = inPart ? partEnd : applyGoal;
        if (archive.position() <= goal) {
            apply(goal);
            return true;
        }
        return tidy();
    }

    /// Applies all frames that were found at a start, drops what the process before had not finished, and tells the
    /// state they lead to. Before the first step.
    ///
    /// @param into is told everything but the queues' entries
    /// @throws IOException as [#step]
    public void recover(Recovered into) throws IOException {
        while (takeOver()) {
            // Piece by piece, so that a batch stays small.
        }
        archive.endRun();
        archive.migrate();
        archive.recover(into);
    }

    /// Applies a piece of what is safe, however small the journal is.
    ///
    /// @return whether there may be more
    /// @throws IOException as [#step]
    public boolean takeOver() throws IOException {
        inPart = false;
        long all = source.durable();
        boolean scouted = scout.end() > all;
        if (!scouted) {
            scout(all);
        } else if (archive.position() <= all) {
            apply(all);
        } else {
            return false;
        }
        return true;
    }

    /// The archive's highest epoch, see [Archive#highestEpoch].
    ///
    /// @return 0 if there was none
    public long highestEpoch() {
        return archive.highestEpoch();
    }

    /// How many reads were refused because too many waited. Any thread.
    ///
    /// @return count since the start
    public long refusedReads() {
        return refusedReads.get();
    }

    /// How many reads wait for their answer. Any thread.
    ///
    /// @return 0 or more
    public long waitingReads() {
        return waitingReads.get();
    }

    /// How many frames were applied. Any thread.
    ///
    /// @return count since the start
    public long appliedFrames() {
        return appliedFrames;
    }

    /// The last frame that was applied. Any thread.
    ///
    /// @return its number, 0 for none
    public long appliedTo() {
        return appliedTo;
    }

    /// How often everything was made safe and the journal let go. Any thread.
    ///
    /// @return count since the start
    public long flushes() {
        return flushes;
    }

    /// Sees whether the journal has become large.
    private void plan(long durable) {
        if (!inPart && source.heldBytes() > limits.heldBytes()
                && (archive.position() <= durable || unflushedBytes > 0)) {
            inPart = true;
            partEnd = durable;
            partLeft = Math.max(1, limits.partBytes() - unflushedBytes);
            scoutGoal = durable;
        }
    }

    private void scout(long goal) throws IOException {
        if (scouting == null) {
            scouting = source.walk(scout.end());
        }
        stepBytes = 0;
        while (scout.end() <= goal && stepBytes < STEP_BYTES) {
            if (!scouting.next(this::scoutFrame)) {
                throw missing(scout.end());
            }
        }
    }

    private void scoutFrame(long sequence, byte[] bytes, int offset, int length) throws IOException {
        if (sequence != scout.end()) {
            throw missing(scout.end());
        }
        scout.frame(sequence);
        decoder.read(bytes, offset, length, scout);
        stepBytes += length;
    }

    private static IOException missing(long frame) {
        return new IOException("the journal said that frame " + frame + " is safe, but doesn't give it");
    }

    private void apply(long goal) throws IOException {
        if (applying == null) {
            applying = source.walk(archive.position());
        }
        stepBytes = 0;
        long first = archive.position();
        long[] next = {first};
        while (next[0] <= goal && stepBytes < STEP_BYTES && archive.weight() < STEP_KEYS) {
            boolean given = applying.next((sequence, bytes, offset, length) -> {
                if (sequence != next[0]) {
                    throw missing(next[0]);
                }
                archive.frame(sequence);
                decoder.read(bytes, offset, length, archive.records());
                stepBytes += length;
                next[0]++;
            });
            if (!given) {
                throw missing(next[0]);
            }
            if (inPart && stepBytes >= partLeft) {
                break;
            }
        }
        archive.commit(next[0]);
        applied(next[0] - first);
    }

    private void applied(long frames) {
        appliedFrames += frames;
        appliedTo = archive.position() - 1;
        unflushedBytes += stepBytes;
        partLeft -= stepBytes;
        markedBytes += stepBytes;
        if (markedBytes >= MARK_BYTES) {
            markedBytes = 0;
            marks.add(archive.position());
            if (marks.size() > MARKS) {
                forgetBefore = marks.remove();
            }
        }
        if (archive.position() >= scout.end()) {
            scout.applied(archive.position());
        }
    }

    /// Makes safe what was applied, and lets the journal go.
    ///
    /// @throws IOException as [#step]
    public void flush() throws IOException {
        archive.flush();
        unflushedBytes = 0;
        flushes++;
        scout.applied(archive.position());
        source.released(archive.position() - 1);
        sweeping = true;
    }

    private boolean tidy() throws IOException {
        if (forgetBefore > 0 && !archive.forgetCleared(forgetBefore, STEP_KEYS)) {
            forgetBefore = 0;
        }
        if (sweeping) {
            sweeping = archive.sweep(STEP_KEYS);
        }
        return sweeping || forgetBefore > 0;
    }

    /// @return whether reads may be left that could be answered at once
    private boolean answer() throws IOException {
        for (Waiting waiting = arrived.poll(); waiting != null; waiting = arrived.poll()) {
            unscouted.add(waiting);
        }
        int answered = 0;
        while (answered < STEP_READS && !unscouted.isEmpty()) {
            Waiting waiting = unscouted.peek();
            if (waiting.needed >= scout.end()) {
                scoutGoal = Math.max(scoutGoal, waiting.needed);
                break;
            }
            unscouted.remove();
            long epoch = waiting.request.epoch();
            if (scout.names(epoch, archive.position()) || archive.waitsForCommit(epoch)) {
                applyGoal = Math.max(applyGoal, waiting.needed);
                unapplied.add(waiting);
            } else {
                answer(waiting.request);
                answered++;
            }
        }
        while (answered < STEP_READS && !unapplied.isEmpty() && unapplied.peek().needed < archive.position()) {
            answer(unapplied.remove().request);
            answered++;
        }
        int retainedReads = retained.answer(STEP_READS);
        waitingReads.addAndGet(-retainedReads);
        applyGoal = Math.max(applyGoal, retained.goal());
        return answered == STEP_READS || retainedReads == STEP_READS;
    }

    private void answer(ReadRequest request) throws IOException {
        // Of a session whose end is known to come nothing is applied any more.
        QueueSlice slice = scout.isEnded(request.epoch())
                ? new QueueSlice(List.of(), false)
                : archive.read(
                        request.epoch(), request.fromSequence(), request.endSequence(), request.maxBytes());
        waitingReads.decrementAndGet();
        request.loop().execute(() -> request.answer().accept(slice));
    }
}
