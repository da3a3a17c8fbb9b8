package io.tern.store.journal;

import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Progress;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// One shard's door to the journal: takes its records, and hands them to the [Committer] as one chunk a commit.
///
/// While a chunk is on its way records gather here. What is settled meanwhile is cut out and never written: the queued
/// record with its `received`, a body that nothing refers to any more, an inbound packet identifier that was released.
/// Records of a transaction are not cut, since their commit may be written already; nor are delayed messages, since
/// what settles one is a commit that may not be written yet. Messages settled in a row become one record.
///
/// All methods are for the shard's thread. Nothing is allocated per record, as soon as the buffers have their size.
public final class Staging implements Journal {

    /// Largest buffer that is kept for the next records.
    static final int KEPT_BYTES = 1024 * 1024;

    /// A walk over many sessions that takes so many frames writes the message's body once more: the archive doesn't
    /// wait for ever for somebody to refer to one, see [io.tern.store.archive.Archive#BODY_FRAMES].
    static final int SHARED_FRAMES = 128;

    /// How long a message that was sent may wait for its acknowledgement before it is written; up to twice that, as
    /// time is taken from turns.
    static final int PATIENCE_MILLIS = 4;

    /// When most of what has waited had to be written in the end, so many chunks go out at once before the next trial.
    static final int HASTY_CHUNKS = 16;

    private static final int QUEUED = 0;
    private static final int RECEIVED = 1;
    private static final int INBOUND = 2;

    /// The key of a settled record is the last sequence it stands for.
    private static final int SETTLED = 3;

    private final Committer committer;
    private final Ids ids;
    private final Loop loop;
    private final Progress progress;
    private final Runnable onLoop = this::advance;
    private final AtomicBoolean told = new AtomicBoolean();
    private final StagedIndex index = new StagedIndex();
    private final Chunk chunk = new Chunk(this);
    private final StagedRecords records;

    private RecordWriter writer = new RecordWriter();
    private RecordWriter spare = new RecordWriter();

    private Message sharedMessage;
    private long sharedId;

    /// Number of the shared body's record, -1 if it is not in this buffer, and 0 as its id if it was not written.
    private int sharedRecord = -1;

    /// Frames that were written when the body's record was handed over.
    private long sharedFrames;

    /// Settled records below this number stand before a part of a transaction, or a commit, that might be what ends the
    /// message, or before a delayed message. They are not extended, so that its end isn't told before it.
    private int barrier;

    /// Whether something is staged that should not wait.
    private boolean urgent;

    /// The same, before the message queued last.
    private boolean urgentBefore;

    /// Chunks that go out without waiting.
    private int hasty;

    /// Since when what stands before the mark has waited.
    private long waitsSinceMillis;

    private long position;
    private long handedOver;
    private long writtenTold;
    private long durableTold;
    private long keptTold;
    private boolean inFlight;

    /// Records cut out, and what others see of that and of [#position].
    private long cut;
    private final AtomicLong cutTold = new AtomicLong();
    private final AtomicLong stagedTold = new AtomicLong();

    /// Set by the committer, read on the loop.
    private volatile long written;
    private volatile long durable;

    /// Stages nothing yet.
    ///
    /// @param committer gets the chunks
    /// @param ids gives the numbers of bodies, the same for all shards of a store
    /// @param loop the shard's: completions come on its thread
    /// @param progress is told how far the records have come
    public Staging(Committer committer, Ids ids, Loop loop, Progress progress) {
        this.committer = committer;
        this.ids = ids;
        this.loop = loop;
        this.progress = progress;
        this.records = new StagedRecords(writer, index);
    }

    /// The position that covers every record staged so far. Grows by one with each record; not with one that only took
    /// another out.
    ///
    /// @return 0 and up
    @Override
    public long position() {
        return position;
    }

    /// What is taken by what waits here, cut records left out, a chunk on its way not counted. It grows while the disk
    /// is slow or the journal is full, and who stages here has to bound it: at 1 GiB of records staging fails.
    ///
    /// @return bytes
    @Override
    public int stagedBytes() {
        return records.memoryBytes();
    }

    /// Whether a chunk has been handed over and is not safe yet.
    ///
    /// @return true until [Progress#durable] is told of it
    public boolean isInFlight() {
        return inFlight;
    }

    /// Says that the messages queued next may be one and the same, so that its body is written once. It is written with
    /// the first record that needs it.
    ///
    /// @param message the one to come, or null when that is over
    @Override
    public void shared(Message message) {
        sharedMessage = message;
        sharedId = 0;
        sharedRecord = -1;
    }

    /// Records that were cut out before they were written. Any thread.
    ///
    /// @return count, as of the last turn
    public long cutRecords() {
        return cutTold.getOpaque();
    }

    /// Records that were staged. Any thread.
    ///
    /// @return count, as of the last turn
    public long stagedRecords() {
        return stagedTold.getOpaque();
    }

    @Override
    public void sent() {
        urgent = urgentBefore;
    }

    /// Hands over what was staged, unless a chunk is on its way: then it stays, and the call after that chunk's
    /// completion hands over all that has gathered. Nor while everything there is can wait, and has not waited long:
    /// most of what was sent is acknowledged sooner than it could be written.
    ///
    /// What is settled here and now, with all that was staged before it, is kept, and [Progress] is told during this
    /// call.
    @Override
    public long commit(long nowMillis) {
        cutTold.lazySet(cut);
        stagedTold.lazySet(position);
        if (inFlight || committer.hasFailed()) {
            return Long.MAX_VALUE;
        }
        if (urgent || hasty > 0 || records.alive() == 0) {
            commit();
            return Long.MAX_VALUE;
        }
        if (records.passedMark()) {
            records.mark();
            waitsSinceMillis = nowMillis;
        }
        if (nowMillis - waitsSinceMillis >= PATIENCE_MILLIS || records.aliveBytes() > KEPT_BYTES) {
            boolean inVain = 2 * records.alive() > records.added();
            commit();
            hasty = inVain ? HASTY_CHUNKS : 0;
            return Long.MAX_VALUE;
        }
        long deadlineMillis = waitsSinceMillis + PATIENCE_MILLIS;
        long keptUpTo = records.keptUpTo(position);
        if (keptUpTo > keptTold) {
            keptTold = keptUpTo;
            progress.kept(keptUpTo);
        }
        return deadlineMillis;
    }

    /// Hands over what was staged, whether or not it could wait.
    void commit() {
        if (inFlight || committer.hasFailed()) {
            return;
        }
        if (records.alive() == 0) {
            urgent = false;
            if (position > handedOver) {
                complete(position, position);
            }
            return;
        }
        records.compact();
        chunk.bytes = writer.bytes();
        chunk.length = writer.length();
        chunk.position = position;
        chunk.endings = records.endings();
        chunk.awaited = progress.awaitsWritten();
        RecordWriter full = writer;
        writer = spare;
        spare = full;
        records.clear(writer);
        if (sharedRecord >= 0) {
            sharedRecord = -1;
            sharedFrames = committer.frames();
        }
        barrier = 0;
        urgent = false;
        hasty = Math.max(0, hasty - 1);
        handedOver = position;
        inFlight = true;
        committer.accept(chunk);
    }

    /// Called by the committer: the chunk is with the operating system.
    void onWritten(long upTo) {
        written = upTo;
        tell();
    }

    /// Called by the committer: the chunk is safe, or with the operating system and more is not asked for.
    void onDurable(long upTo) {
        written = upTo;
        durable = upTo;
        tell();
    }

    private void tell() {
        if (!told.getAndSet(true)) {
            loop.execute(onLoop);
        }
    }

    private void advance() {
        told.set(false);
        long durableUpTo = durable;
        long writtenUpTo = written;
        if (inFlight && durableUpTo == chunk.position) {
            inFlight = false;
            chunk.bytes = null;
            spare.clear(KEPT_BYTES);
            if (records.alive() == 0) {
                durableUpTo = position;
                writtenUpTo = position;
            } else {
                // Nobody may have a reason to take a turn, and what has gathered must go on.
                loop.wake();
            }
        }
        complete(writtenUpTo, durableUpTo);
    }

    private void complete(long writtenUpTo, long durableUpTo) {
        handedOver = Math.max(handedOver, durableUpTo);
        if (writtenUpTo > writtenTold) {
            writtenTold = writtenUpTo;
            progress.written(writtenUpTo);
        }
        if (durableUpTo > durableTold) {
            durableTold = durableUpTo;
            keptTold = Math.max(keptTold, durableUpTo);
            progress.durable(durableUpTo);
        }
    }

    private static long key(long value, int kind) {
        return value << 2 | kind;
    }

    /// Closes gaps, if that spares making the buffer larger.
    private void room(long bytes) {
        if (bytes > writer.room() && records.worthCompacting()) {
            int[] renumbered = records.compact();
            if (sharedRecord >= 0) {
                sharedRecord = renumbered[sharedRecord];
            }
            barrier = renumbered[barrier];
        }
    }

    /// The record just written is one.
    private int added() {
        position++;
        urgent = true;
        return records.add(position);
    }

    /// Cuts the record that the index has under a key.
    private boolean cut(long epoch, long key) {
        int record = index.remove(epoch, key);
        if (record < 0) {
            return false;
        }
        cut++;
        if (records.cut(record) == sharedRecord && sharedRecord >= 0) {
            sharedRecord = -1;
            sharedId = 0;
        }
        return true;
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        boolean shares = message == sharedMessage;
        if (shares && sharedId != 0 && sharedRecord < 0 && committer.frames() - sharedFrames > SHARED_FRAMES) {
            sharedId = 0;
        }
        room(!shares || sharedId == 0 ? RecordWriter.bytesOf(message) : 0);
        if (shares && sharedId == 0) {
            long id = ids.next();
            writer.body(id, message);
            sharedRecord = records.add(position + 1);
            sharedId = id;
        }
        if (shares) {
            writer.queuedShared(epoch, sequence, sharedId, qos, retain, identifiers, transaction);
        } else {
            writer.queued(epoch, sequence, message, qos, retain, identifiers, transaction);
        }
        urgentBefore = urgent;
        int record = added();
        if (shares && sharedRecord >= 0) {
            records.refer(record, sharedRecord);
        }
        if (transaction == 0) {
            index.put(epoch, key(sequence, QUEUED), record);
        } else {
            barrier = record;
        }
    }

    @Override
    public void received(long epoch, long sequence) {
        room(0);
        writer.received(epoch, sequence);
        index.put(epoch, key(sequence, RECEIVED), added());
    }

    @Override
    public void settled(long epoch, long sequence) {
        cut(epoch, key(sequence, RECEIVED));
        if (cut(epoch, key(sequence, QUEUED))) {
            return;
        }
        int earlier = sequence == 0 ? -1 : index.remove(epoch, key(sequence - 1, SETTLED));
        if (earlier >= barrier && earlier >= 0 && writer.extendSettled(records.end(earlier))) {
            position++;
            index.put(epoch, key(sequence, SETTLED), earlier);
            return;
        }
        room(0);
        writer.settled(epoch, sequence);
        boolean hurry = urgent;
        index.put(epoch, key(sequence, SETTLED), added());
        urgent = hurry; // Nobody waits for this one.
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        cut(epoch, key(packetId, INBOUND));
        room(0);
        writer.inboundOpened(epoch, packetId, transaction);
        int record = added();
        if (transaction == 0) {
            index.put(epoch, key(packetId, INBOUND), record);
        }
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        if (cut(epoch, key(packetId, INBOUND))) {
            return;
        }
        room(0);
        writer.inboundReleased(epoch, packetId);
        added();
    }

    @Override
    public void committed(long transaction) {
        room(0);
        writer.committed(transaction);
        barrier = added();
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        writer.sessionOpened(epoch, clientId, owner, expirySeconds, will);
        added();
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        writer.sessionLeft(epoch, atMillis, expirySeconds, willOwed, sentEnd);
        added();
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        writer.mayBeSent(epoch, end, looseFirst, looseEnd);
        boolean hurry = urgent;
        added();
        urgent = hurry; // It is told long before somebody waits for it.
    }

    @Override
    public void willGone(long epoch) {
        writer.willGone(epoch);
        added();
    }

    @Override
    public void sessionEnded(long epoch) {
        writer.sessionEnded(epoch);
        added();
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        writer.groupOpened(epoch, filter);
        added();
    }

    @Override
    public void groupEnded(long epoch) {
        writer.groupEnded(epoch);
        added();
    }

    @Override
    public void delayedOpened(long epoch) {
        writer.delayedOpened(epoch);
        added();
    }

    @Override
    public void delayedEnded(long epoch) {
        writer.delayedEnded(epoch);
        added();
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        room(RecordWriter.bytesOf(message));
        writer.delayed(epoch, sequence, message, transaction);
        barrier = added();
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        writer.subscribed(epoch, filter, options, identifier);
        added();
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        writer.unsubscribed(epoch, filter);
        added();
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        room(RecordWriter.bytesOf(message));
        writer.retainedSet(message, sequence);
        added();
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        writer.retainedCleared(topic, sequence);
        added();
    }
}
