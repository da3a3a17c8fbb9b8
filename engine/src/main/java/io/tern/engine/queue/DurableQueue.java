package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.WhenFull;
import java.util.List;

/// Messages that wait for somebody, by their sequences: those in memory, oldest first, and behind them those that are
/// on disk only.
///
/// Bounded in memory by [QueueHost#queueBytes] and by what [Memory] has left for it, and in all by
/// [QueueHost#queueMessages]. What stands in the journal as well and finds no room is [Spilled], and read back when its
/// turn comes; it is bounded by [QueueHost#queueDiskBytes]. Where there is no room, [WhenFull] says what has to go.
///
/// What extends this class is the queue of somebody. Owned by one shard, unsafe on any other thread.
public abstract class DurableQueue implements QueueOwner {

    private static final int TRIMMED_AT_ONCE = 64;
    /// The topics of which only the latest message waits take this part of a queue's room at most.
    private static final int LATEST_PART = 4;

    final QueueHost host;
    private final WaitingRing ring;
    private long end;
    private Spilled spilled;
    private LatestByTopic latest;
    private boolean watched;

    /// An empty queue.
    ///
    /// @param host the owner's shard
    protected DurableQueue(QueueHost host) {
        this.host = host;
        this.ring = new WaitingRing(host.memory());
    }

    /// Goes on where a process before this one has stopped, with everything on disk.
    ///
    /// @param left what it knows of the queue
    /// @param maybeSentEnd those before this may have been sent, and are not dropped
    public final void recover(Leftover left, long maybeSentEnd) {
        end = left.next();
        if (left.firstWritten() < left.end()) {
            spilled().recover(left.firstWritten(), left.end(), left.messages(), left.bytes(), maybeSentEnd);
        }
    }

    private Spilled spilled() {
        return spilled == null ? spilled = new Spilled(host.memory()) : spilled;
    }

    /// @return how many wait, in memory and on disk
    public final long size() {
        return ring.size() + (spilled == null ? 0 : spilled.size());
    }

    /// @return how many of them may be dropped, at least
    final long droppable() {
        return ring.size() + (spilled == null ? 0 : spilled.droppable());
    }

    /// @return whether nothing waits
    public final boolean isEmpty() {
        return ring.isEmpty() && !isSpilled();
    }

    /// @return whether messages wait on disk, before everything that comes now
    public final boolean isSpilled() {
        return spilled != null && !spilled.isEmpty();
    }

    /// @return what those in memory are charged with, see [Message#costBytes]
    public final long bytes() {
        return ring.bytes();
    }

    /// @return about what those on disk take
    public final long spilledBytes() {
        return spilled == null ? 0 : spilled.bytes();
    }

    /// @return the sequence that the next message gets
    public final long end() {
        return end;
    }

    public final int capacity() {
        return ring.capacity();
    }

    /// Takes a message in.
    ///
    /// @param message what
    /// @param flags its [Flags#QOS] and [Flags#RETAIN]
    /// @param origin through what it came, or null
    /// @param held whether it must not be sent before [#release]
    /// @param recorded whether it will stand in the journal
    /// @param othersBytes what the owner's other messages take in memory
    /// @return its sequence, or -1 if there was no room for it
    public final long add(
            Message message, int flags, Origin origin, boolean held, boolean recorded, long othersBytes) {
        boolean kept = recorded && keeps();
        assert kept || !isSpilled() : "no place behind those on disk";
        long neededBytes = othersBytes + message.costBytes();
        // What is lent may come after what is later: of that the lender has seen to it.
        boolean alone = LatestByTopic.holdsFor(message) && !(origin instanceof Lender);
        if (alone) {
            supersede(message);
        }
        boolean comes = alone || message.whenFull().displaces() || hasRoom(message, kept, neededBytes);
        if (!comes || kept && !makeRoomOnDisk(message, neededBytes)) {
            Lender.settle(origin);
            return -1;
        }
        while (Fullness.isByCount(this, 1) && droppable() > 0) {
            dropOldestAnywhere(DropReason.QUEUE_FULL);
        }
        int state = flags | (recorded ? Flags.RECORDED : 0) | (held ? Flags.HELD : 0);
        if (kept && (isSpilled() || neededBytes + bytes() > roomBytes())) {
            spill(message, origin, held);
        } else if (makeRoomInMemory(message, neededBytes)) {
            ring.add(end, message, state, origin);
        } else {
            Lender.settle(origin);
            return -1;
        }
        if (alone) {
            isLatest(message, end);
        }
        if (!watched && Fullness.isHigh(this, othersBytes)) {
            watched = filling();
        }
        return end++;
    }

    /// A message has gone by, and taken a sequence.
    public final void passed() {
        end++;
    }

    /// Whether a message finds room in memory without anything being dropped for it. An empty queue takes whatever
    /// comes.
    ///
    /// @param message that comes
    /// @param othersBytes what the owner's other messages take in memory
    /// @return false if it had better wait elsewhere, or on disk
    public final boolean hasRoomFor(Message message, long othersBytes) {
        boolean empty = ring.isEmpty() && othersBytes == 0;
        return !isSpilled() && (empty || othersBytes + bytes() + message.costBytes() <= roomBytes());
    }

    /// Whether a message is taken that must not push out the oldest.
    private boolean hasRoom(Message message, boolean kept, long neededBytes) {
        long room = kept ? host.queueDiskBytes() - spilledBytes() : roomBytes();
        boolean full = neededBytes + bytes() > room || Fullness.isByCount(this, 1);
        if (!full && (!kept || Fullness.mayStore(this, message, neededBytes))) {
            return true;
        }
        DropReason reason = kept ? DropReason.QUEUE_FULL : Fullness.inMemory(this, neededBytes);
        dropped(message, full ? reason : DropReason.OVER_QUOTA);
        if (message.whenFull() == WhenFull.DISCONNECT) {
            overwhelmed();
        }
        return false;
    }

    /// @return false if the owner has as much as he may, and there is not as much of it here
    private boolean makeRoomOnDisk(Message message, long neededBytes) {
        while (neededBytes + bytes() + spilledBytes() > host.queueDiskBytes() && droppable() > 0) {
            dropOldestAnywhere(DropReason.QUEUE_FULL);
        }
        boolean may = Fullness.mayStore(this, message, neededBytes);
        long givenUpBytes = allowance().mayExchange() ? message.costBytes() : Long.MAX_VALUE;
        long leftBytes = may ? Long.MAX_VALUE : bytes() + spilledBytes() - givenUpBytes;
        while (leftBytes >= 0 && droppable() > 0 && bytes() + spilledBytes() > leftBytes) {
            dropOldestAnywhere(DropReason.OVER_QUOTA);
        }
        if (leftBytes < 0) {
            dropped(message, DropReason.OVER_QUOTA);
        }
        return leftBytes >= 0;
    }

    private boolean makeRoomInMemory(Message message, long neededBytes) {
        while (neededBytes + bytes() > roomBytes()) {
            DropReason reason = Fullness.inMemory(this, neededBytes);
            if (ring.isEmpty()) {
                dropped(message, reason);
                return false;
            }
            dropOldest(reason);
        }
        return true;
    }

    private void spill(Message message, Origin origin, boolean held) {
        spilled().staged(end, host);
        spilled.add(end, message.costBytes());
        if (held) {
            spilled.hold(end);
        }
        if (origin instanceof Lender lender) {
            spilled.lent(end, lender);
        }
    }

    /// @return how many bytes it may hold in memory now
    public final long roomBytes() {
        return Math.min(host.queueBytes(), host.memory().roomBytes(connected()));
    }

    /// The message that waits for the same topic has to go, if one does.
    private void supersede(Message message) {
        LatestByTopic.Place before = latest == null ? null : latest.get(message.topic());
        if (before == null) {
            return;
        }
        long place = ring.place(before.sequence());
        if (place >= 0) {
            drop(place, DropReason.SUPERSEDED);
        } else if (isWanted(before.sequence()) && spilled.remove(before.sequence(), before.costBytes())) {
            droppedUnread(1, DropReason.SUPERSEDED);
            settled(before.sequence());
        }
    }

    private void isLatest(Message message, long sequence) {
        if (latest == null) {
            latest = new LatestByTopic(host.memory());
        }
        latest.put(message.topic(), sequence, message.costBytes(), roomBytes() / LATEST_PART);
    }

    /// Whether a message that comes back is older than one of its topic that waits already, and so has to go.
    private boolean isSuperseded(Message message, long sequence) {
        if (!LatestByTopic.holdsFor(message)) {
            return false;
        }
        LatestByTopic.Place known = latest == null ? null : latest.get(message.topic());
        boolean later = known != null && known.sequence() > sequence;
        if (later && (ring.place(known.sequence()) >= 0 || isWanted(known.sequence()))) {
            dropped(message, DropReason.SUPERSEDED);
            return true;
        }
        isLatest(message, sequence);
        return false;
    }

    /// How full the queue is.
    ///
    /// @param othersBytes what the owner's other messages take in memory
    /// @return part of its bound, 0 to 1, where the oldest message is dropped for the next; for that which is nearest
    public final double fullness(long othersBytes) {
        return Fullness.of(this, othersBytes);
    }

    /// Nobody looks at [#fullness] any more, until [#filling] is told again.
    public final void unwatched() {
        watched = false;
    }

    /// Makes room, if more is held than [Memory] has room for by now: lets go of what is on disk as well, or else drops
    /// the oldest, a slice of them.
    ///
    /// @param othersBytes what the owner's other messages take in memory
    /// @return whether there was anything to do
    public final boolean trim(long othersBytes) {
        if (ring.isEmpty() || othersBytes + bytes() <= roomBytes()) {
            return false;
        }
        int left = TRIMMED_AT_ONCE;
        while (left-- > 0 && !ring.isEmpty() && othersBytes + bytes() > roomBytes()) {
            if (keeps() && !spilled().reading() && spilled.takeAll(ring, host)) {
                break;
            }
            dropOldest(DropReason.MEMORY_FULL);
        }
        return true;
    }

    /// @return whether there is one in memory that may not be sent yet, and is the oldest
    public final boolean isHeld() {
        return !ring.isEmpty() && (ring.state(ring.first()) & Flags.HELD) != 0;
    }

    /// A message that was held may be sent.
    ///
    /// @param sequence its place
    public final void release(long sequence) {
        boolean elsewhere = spilled != null && spilled.release(sequence);
        long place = elsewhere ? -1 : ring.place(sequence);
        if (place >= 0) {
            ring.state(place, ring.state(place) & ~Flags.HELD);
        }
    }

    /// @return whether one is in memory, to be sent
    public final boolean hasFirst() {
        return !ring.isEmpty() && !isBehindSpilled();
    }

    /// Whether what is in memory was lent, and has come back when others before it were on disk only.
    private boolean isBehindSpilled() {
        return isSpilled() && !ring.isEmpty() && spilled.first() < ring.sequence(ring.first());
    }

    /// @return the sequence of the oldest, [#end] if there is none
    public final long first() {
        if (ring.isEmpty()) {
            return isSpilled() ? spilled.first() : end;
        }
        return ring.sequence(ring.first());
    }

    /// @return the oldest in memory; only if there is one
    public final Message firstMessage() {
        return ring.message(ring.first());
    }

    /// @return state of the oldest in memory
    public final int firstState() {
        return ring.state(ring.first()) & ~Flags.HELD;
    }

    /// @return what came with the oldest in memory
    public final Origin firstOrigin() {
        return ring.origin(ring.first());
    }

    /// Gives the oldest in memory away, who holds it from now on.
    public final void removeFirst() {
        leaves(ring.first());
        ring.removeFirst();
    }

    private void leaves(long place) {
        if (latest != null && LatestByTopic.holdsFor(ring.message(place))) {
            latest.left(ring.message(place).topic(), ring.sequence(place));
        }
    }

    /// Drops the oldest in memory, and says why.
    public final void dropOldest(DropReason reason) {
        drop(ring.first(), reason);
    }

    private void drop(long place, DropReason reason) {
        boolean lacksRoom = reason == DropReason.QUEUE_FULL || reason == DropReason.MEMORY_FULL;
        if (lacksRoom && ring.origin(place) instanceof Lender lender && lender.takesBack()) {
            settle(place);
        } else {
            dropped(ring.message(place), reason);
            settleAndTell(place);
        }
    }

    private void settleAndTell(long place) {
        Origin origin = ring.origin(place);
        settle(place);
        Lender.settle(origin);
    }

    private void settle(long place) {
        long sequence = ring.sequence(place);
        boolean recorded = (ring.state(place) & Flags.RECORDED) != 0;
        leaves(place);
        ring.remove(place);
        if (recorded) {
            settled(sequence);
        }
    }

    private void dropOldestAnywhere(DropReason reason) {
        if (!ring.isEmpty()) {
            dropOldest(reason);
        } else {
            long dropped = spilled.dropFirst();
            if (dropped >= 0) {
                settled(dropped);
            } else {
                read();
            }
            droppedUnread(1, reason);
        }
    }

    /// Takes back what a shared group has lent, which is told nothing any more.
    ///
    /// @param origin of the delivery
    /// @return false if it isn't here
    public final boolean takeBack(Lender lender) {
        long place = ring.find(lender);
        if (place < 0) {
            return false;
        }
        settle(place);
        return true;
    }

    /// Messages that were taken out and given away come back to their places.
    ///
    /// @param back in the order of their sequences
    public final void putBack(List<? extends Lent> back) {
        ring.putBack(back);
        for (Lent each : back) {
            if (isSuperseded(each.message(), each.sequence())) {
                settleAndTell(ring.place(each.sequence()));
            }
        }
    }

    /// What stands in the journal there stands in no longer: all that is on disk only is gone, and counted.
    public final void unrecord() {
        for (long place = ring.first(); place < ring.end(); place++) {
            ring.state(place, ring.state(place) & ~Flags.RECORDED);
        }
        forgetSpilled();
    }

    private void forgetSpilled() {
        if (spilled != null) {
            droppedUnread(spilled.size(), DropReason.SESSION_ENDED);
            spilled.clear();
        }
    }

    /// Drops everything, since the owner ends. Nothing is settled: the owner's end says that.
    public final void clear() {
        while (!ring.isEmpty()) {
            Origin origin = ring.origin(ring.first());
            dropped(firstMessage(), DropReason.SESSION_ENDED);
            removeFirst();
            Lender.settle(origin);
        }
        forgetSpilled();
        if (latest != null) {
            latest.clear();
        }
    }

    /// Asks for what is on disk, if little else is left to send.
    ///
    /// @param others that are to be sent before
    public final void readAhead(long others) {
        if (isSpilled() && (others + ring.size() < Spilled.READ_AHEAD_MESSAGES || isBehindSpilled())) {
            read();
        }
    }

    private void read() {
        if (!spilled.reading() && spilled.first() < spilled.readableEnd()) {
            boolean durable = spilled.first() < spilled.durableEnd(host);
            long to = Math.min(spilled.readableEnd(), durable ? spilled.durableEnd(host) : Long.MAX_VALUE);
            read(spilled.first(), to, spilled.beginReading(connected()), durable);
        }
    }

    private boolean isWanted(long sequence) {
        return isSpilled() && spilled.has(sequence);
    }

    /// Whether what was read is still wanted here. Asked once of each message that was read, in their order.
    ///
    /// @param sequence its place
    /// @return false if it was dropped meanwhile
    public final boolean isTaken(long sequence) {
        if (isWanted(sequence) && spilled.owes(sequence)) {
            settled(sequence);
        }
        return isWanted(sequence);
    }

    /// A message was read back, and comes behind those in memory but for what was lent and has come back meanwhile.
    ///
    /// @param sequence its place
    /// @param message what
    /// @param flags its [Flags#QOS] and [Flags#RETAIN]
    /// @param origin through what it came, if nobody has lent it; or null
    public final void readBack(long sequence, Message message, int flags, Origin origin) {
        Lender lender = spilled.takeLender(sequence);
        if (lender == null && isSuperseded(message, sequence)) {
            settled(sequence);
        } else {
            ring.insert(sequence, message, flags | Flags.RECORDED, lender == null ? origin : lender);
        }
    }

    /// A reading is over: all that was wanted of it has been taken.
    ///
    /// @param reading from the sequence asked for on
    public final void readTo(Store.Reading reading) {
        spilled.read(reading);
        if (spilled.owes()) {
            read();
        }
    }
}
