package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.api.WhenFull;
import java.util.List;

/// Messages that wait for somebody, by their sequences: those in memory, oldest first, and behind them those that are
/// on disk only; where topics have priorities, so in a [Lane] for each.
///
/// Bounded in memory by [QueueHost#queueBytes] and by what [Memory] has left for it, and in all by
/// [QueueHost#queueMessages]. What stands in the journal as well and finds no room is [Spilled], and read back when its
/// turn comes; it is bounded by [QueueHost#queueDiskBytes]. Where there is no room, [WhenFull] says what has to go; but
/// what has a lower priority goes first.
///
/// What extends this class is the queue of somebody. Owned by one shard, unsafe on any other thread.
public abstract class DurableQueue implements QueueOwner {

    private static final int TRIMMED_AT_ONCE = 64;
    /// The topics of which only the latest message waits take this part of a queue's room at most.
    private static final int LATEST_PART = 4;

    final QueueHost host;
    final Lanes lanes;
    private Readings readings;
    private long end;
    private LatestByTopic latest;
    private boolean watched;

    /// An empty queue.
    ///
    /// @param host the owner's shard
    @SuppressWarnings("this-escape") // Nobody calls it before its own class is made: they only keep it.
    protected DurableQueue(QueueHost host) {
        this.host = host;
        this.lanes = new Lanes(this);
    }

    /// Goes on where a process before this one has stopped, with everything on disk.
    ///
    /// @param left what it knows of the queue
    /// @param maybeSentEnd those before this may have been sent, and are not dropped
    public final void recover(Leftover left, long maybeSentEnd) {
        end = left.next();
        if (left.firstWritten() < left.end()) {
            Spilled spilled = lanes.base.spilled();
            spilled.recover(left.firstWritten(), left.end(), left.messages(), left.bytes(), maybeSentEnd);
            if (host.priorities() > 1) {
                spilled.mix();
            }
        }
    }

    /// How far it may be sent now, where some goes before what is older.
    ///
    /// @param oldest the lowest sequence that waits
    /// @return messages from this sequence on wait
    protected long reachEnd(long oldest) {
        return Long.MAX_VALUE;
    }

    /// @return how many wait, in memory and on disk
    public final long size() {
        return lanes.size();
    }

    /// @return how many of them may be dropped, at least
    final long droppable() {
        return lanes.droppable();
    }

    /// @return whether nothing waits
    public final boolean isEmpty() {
        return lanes.isEmpty();
    }

    /// @return whether messages wait on disk, before everything of their priorities that comes now
    public final boolean isSpilled() {
        return lanes.isSpilled();
    }

    /// @return what those in memory are charged with, see [Message#costBytes]
    public final long bytes() {
        return lanes.bytes();
    }

    /// @return about what those on disk take
    public final long spilledBytes() {
        return lanes.spilledBytes();
    }

    /// @return the sequence that the next message gets
    public final long end() {
        return end;
    }

    public final int capacity() {
        return lanes.capacity();
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
        Lane lane = lanes.of(message);
        boolean kept = recorded && keeps();
        assert kept || !lane.isSpilled() : "no place behind those on disk";
        long neededBytes = othersBytes + message.costBytes();
        // What is lent may come after what is later: of that the lender has seen to it.
        boolean alone = LatestByTopic.holdsFor(message) && !(origin instanceof Lender);
        if (alone) {
            supersede(lane, message);
        }
        boolean displaces = alone || message.whenFull().displaces();
        if (!Displacement.makesRoom(this, message, displaces, kept, neededBytes)) {
            Lender.settle(origin);
            return -1;
        }
        int state = flags | (recorded ? Flags.RECORDED : 0) | (held ? Flags.HELD : 0);
        if (kept && (lane.isSpilled() || !Displacement.letsGo(this, lane, neededBytes))) {
            lane.spill(message, end, origin, held);
        } else if (Displacement.makesRoomInMemory(this, message, neededBytes)) {
            lane.ring.add(end, message, state, origin);
        } else {
            Lender.settle(origin);
            return -1;
        }
        if (alone) {
            isLatest(message, end);
        }
        if (origin instanceof Lender lender) {
            lender.placed(end);
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
        boolean empty = othersBytes == 0 && lanes.isEmptyInMemory();
        return !lanes.of(message).isSpilled()
                && (empty || othersBytes + bytes() + message.costBytes() <= roomBytes());
    }

    /// @return how many bytes it may hold in memory now
    public final long roomBytes() {
        return Math.min(host.queueBytes(), host.memory().roomBytes(connected()));
    }

    /// The message that waits for the same topic has to go, if one does.
    private void supersede(Lane lane, Message message) {
        LatestByTopic.Place before = latest == null ? null : latest.get(message.topic());
        if (before == null) {
            return;
        }
        long place = lane.ring.place(before.sequence());
        if (place >= 0) {
            drop(lane, place, DropReason.SUPERSEDED);
        } else if (lane.remove(before)) {
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
    private boolean isSuperseded(Lane lane, Message message, long sequence) {
        if (!LatestByTopic.holdsFor(message)) {
            return false;
        }
        LatestByTopic.Place known = latest == null ? null : latest.get(message.topic());
        boolean later = known != null && known.sequence() > sequence;
        if (later && (lane.ring.place(known.sequence()) >= 0 || lane.hasOnDisk(known.sequence()))) {
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
    /// the oldest, a slice of them; of the lowest priority first.
    ///
    /// @param othersBytes what the owner's other messages take in memory
    /// @return whether there was anything to do
    public final boolean trim(long othersBytes) {
        Lane lowest = lanes.lowestInMemory(Integer.MAX_VALUE);
        if (lowest == null || othersBytes + bytes() <= roomBytes()) {
            return false;
        }
        int left = TRIMMED_AT_ONCE;
        while (left-- > 0 && lowest != null && othersBytes + bytes() > roomBytes()) {
            if (!keeps() || !lowest.letGo()) {
                drop(lowest, lowest.ring.first(), DropReason.MEMORY_FULL);
            }
            lowest = lanes.lowestInMemory(Integer.MAX_VALUE);
        }
        return true;
    }

    /// A message that was held may be sent.
    ///
    /// @param sequence its place
    public final void release(long sequence) {
        Lane lane = lanes.base;
        while (lane != null && !lane.release(sequence)) {
            lane = lane.above;
        }
    }

    /// Looks which is to be sent next: what is said of the first is said of that one, until something changes.
    ///
    /// @return whether one is in memory
    public final boolean hasFirst() {
        return lanes.choose() != null;
    }

    /// @return whether the first may not be sent yet
    public final boolean isHeld() {
        WaitingRing ring = lanes.next().ring;
        return (ring.state(ring.first()) & Flags.HELD) != 0;
    }

    /// @return whether all that waits goes in the order of its sequences, since nothing has a higher priority
    public final boolean isInOrder() {
        return lanes.single();
    }

    /// @return the lowest sequence that waits, [#end] if nothing does
    public final long oldest() {
        return lanes.oldest(end);
    }

    /// @return the sequence of the first
    public final long first() {
        WaitingRing ring = lanes.next().ring;
        return ring.sequence(ring.first());
    }

    /// @return what it is
    public final Message firstMessage() {
        WaitingRing ring = lanes.next().ring;
        return ring.message(ring.first());
    }

    /// @return its state
    public final int firstState() {
        WaitingRing ring = lanes.next().ring;
        return ring.state(ring.first()) & ~Flags.HELD;
    }

    /// @return what came with it
    public final Origin firstOrigin() {
        WaitingRing ring = lanes.next().ring;
        return ring.origin(ring.first());
    }

    /// Gives the first away, who holds it from now on.
    public final void removeFirst() {
        WaitingRing ring = lanes.next().ring;
        lanes.goes();
        leaves(ring, ring.first());
        ring.removeFirst();
    }

    private void leaves(WaitingRing ring, long place) {
        if (latest != null && LatestByTopic.holdsFor(ring.message(place))) {
            latest.left(ring.message(place).topic(), ring.sequence(place));
        }
    }

    /// Drops the first, and says why.
    public final void dropFirst(DropReason reason) {
        drop(lanes.next(), lanes.next().ring.first(), reason);
    }

    final void drop(Lane lane, long place, DropReason reason) {
        WaitingRing ring = lane.ring;
        boolean lacksRoom = reason == DropReason.QUEUE_FULL || reason == DropReason.MEMORY_FULL;
        if (lacksRoom && ring.origin(place) instanceof Lender lender && lender.takesBack()) {
            settle(ring, place);
        } else {
            dropped(ring.message(place), reason);
            settleAndTell(ring, place);
        }
    }

    private void settleAndTell(WaitingRing ring, long place) {
        Origin origin = ring.origin(place);
        settle(ring, place);
        Lender.settle(origin);
    }

    private void settle(WaitingRing ring, long place) {
        long sequence = ring.sequence(place);
        boolean recorded = (ring.state(place) & Flags.RECORDED) != 0;
        leaves(ring, place);
        ring.remove(place);
        if (recorded) {
            settled(sequence);
        }
    }

    /// Takes back what a shared group has lent, which is told nothing any more.
    ///
    /// @param origin of the delivery
    /// @return false if it isn't here
    public final boolean takeBack(Lender lender) {
        for (Lane lane = lanes.base; lane != null; lane = lane.above) {
            long place = lane.ring.find(lender);
            if (place >= 0) {
                settle(lane.ring, place);
                return true;
            }
        }
        return false;
    }

    /// Messages that were taken out and given away come back to their places.
    ///
    /// @param back in the order of their sequences
    public final void putBack(List<? extends Lent> back) {
        for (Lent each : back) {
            lanes.of(each.message());
        }
        for (Lane each = lanes.base; each != null; each = each.above) {
            int priority = each.priority;
            each.ring.putBack(back.stream().filter(one -> one.message().priority() == priority).toList());
        }
        for (Lent each : back) {
            Lane lane = lanes.of(each.message());
            if (isSuperseded(lane, each.message(), each.sequence())) {
                settleAndTell(lane.ring, lane.ring.place(each.sequence()));
            }
        }
    }

    /// What stands in the journal there stands in no longer: all that is on disk only is gone, and counted.
    public final void unrecord() {
        for (Lane lane = lanes.base; lane != null; lane = lane.above) {
            lane.unrecord();
        }
        forgetSpilled();
    }

    private void forgetSpilled() {
        for (Lane lane = lanes.base; lane != null; lane = lane.above) {
            droppedUnread(lane.clearSpilled(), DropReason.SESSION_ENDED);
        }
        readings = null;
    }

    /// Drops everything, since the owner ends. Nothing is settled: the owner's end says that.
    public final void clear() {
        for (Lane lane = lanes.base; lane != null; lane = lane.above) {
            WaitingRing ring = lane.ring;
            while (!ring.isEmpty()) {
                Origin origin = ring.origin(ring.first());
                dropped(ring.message(ring.first()), DropReason.SESSION_ENDED);
                leaves(ring, ring.first());
                ring.removeFirst();
                Lender.settle(origin);
            }
        }
        forgetSpilled();
        lanes.clear();
        if (latest != null) {
            latest.clear();
        }
    }

    /// Asks for what is on disk, if little else is left to send.
    ///
    /// @param others that are to be sent before
    public final void readAhead(long others) {
        if (isSpilled()) {
            readings().ahead(others);
        }
    }

    /// Made when something is read.
    private Readings readings() {
        return readings == null ? readings = new Readings(this) : readings;
    }

    /// Has to be read to know what of it was given up.
    final void readOwed(Lane lane) {
        readings().read(lane);
    }

    /// Whether what was read is still wanted here. Asked once of each message that was read, in their order.
    ///
    /// @param stored what was read
    /// @return false if it was dropped meanwhile, or was read only to find out its priority
    public final boolean isTaken(Stored stored) {
        return readings != null && readings.isTaken(stored);
    }

    /// A message was read back, and comes behind those in memory but for what was lent and has come back meanwhile.
    ///
    /// @param sequence its place
    /// @param message what
    /// @param flags its [Flags#QOS] and [Flags#RETAIN]
    /// @param origin through what it came, if nobody has lent it; or null
    public final void readBack(long sequence, Message message, int flags, Origin origin) {
        Lane lane = lanes.of(message);
        Lender lender = readings.takeLender(sequence);
        if (lender == null && isSuperseded(lane, message, sequence)) {
            settled(sequence);
        } else {
            lane.ring.insert(sequence, message, flags | Flags.RECORDED, lender == null ? origin : lender);
        }
    }

    /// A reading is over: all that was wanted of it has been taken.
    ///
    /// @param reading from the sequence asked for on
    public final void readTo(Store.Reading reading) {
        if (readings != null) {
            readings.over(reading);
        }
    }
}
