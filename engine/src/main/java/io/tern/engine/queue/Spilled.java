package io.tern.engine.queue;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The part of a [Lane] that is on disk only: everything from one sequence on, but for holes. Nothing here but where it
/// begins and ends; the messages are read back when those before them have left.
///
/// Where messages have priorities, those of other lanes are holes here. What a process before this one has left
/// may be [Mixed].
final class Spilled {

    /// Stretches of holes that are remembered; what would make one more stays.
    static final int HOLES_MOST = 16_384;

    /// It is read when so few messages are left to send.
    static final int READ_AHEAD_MESSAGES = 64;
    /// So much is read back at once,
    private static final int READ_BYTES = 256 * 1024;
    /// and at least so much, however little memory is left.
    private static final int READ_LEAST_BYTES = 16 * 1024;

    /// So many places that are not here are not read for what is behind them,
    private static final int LONG_HOLE = 64;
    /// as far as so many stretches of holes are looked at.
    private static final int HOLES_LOOKED_AT = 64;

    /// What is taken by a stretch of holes.
    private static final int HOLE_BYTES = 100;

    private final Memory memory;
    private long first;
    private long end;
    private long bytes;
    private int readingBytes;
    /// Those before this are on disk for certain;
    private long durableEnd;
    /// and those before this will be, when the journal has come so far.
    private long stagedEnd;
    private long stagedPosition;
    /// Where messages are missing in the midst: from the key on to the value. They never touch, and none begins first.
    private final TreeMap<Long, Long> holes = new TreeMap<>();
    private long missing;
    /// Before this there are holes of which only the number is known: a process before this one has left them.
    private long unknownEnd;
    private long unknown;
    /// Those before this may have been sent, by a process before this one. They are not given up: their packet
    /// identifiers may be in use.
    private long sparedEnd;
    /// So many places before that are holes.
    private long sparedMissing;
    private Mixed mixed;
    /// So many of the oldest messages were given up, and it isn't known yet which those are.
    private long owed;
    /// Messages that must not be sent yet, by their sequences; what is read back ends before the lowest.
    private TreeSet<Long> held;
    /// Who lent those that somebody lent, by their sequences.
    private Map<Long, Lender> lent;

    /// Nothing on disk only.
    ///
    /// @param memory told how much is here
    Spilled(Memory memory) {
        this.memory = memory;
    }

    private void bytes(long newBytes) {
        memory.spilled(newBytes - bytes);
        bytes = newBytes;
    }

    boolean isEmpty() {
        return first == end;
    }

    /// How many messages are here.
    long size() {
        return end - first - missing - unknown - owed;
    }

    /// How many may be given up, at least.
    long droppable() {
        return first >= sparedEnd ? size() : Math.max(0, size() - spared());
    }

    /// How many may not, at most: holes of which only the number is known may all be behind, as far as they have room
    /// there.
    private long spared() {
        long known = sparedPlaces(first, end) - sparedMissing;
        return known - Math.max(0, unknown - Math.max(0, unknownEnd - sparedEnd));
    }

    private long sparedPlaces(long from, long to) {
        return Math.max(0, Math.min(sparedEnd, to) - from);
    }

    /// The oldest sequence that is here.
    long first() {
        return first;
    }

    /// One more than the newest sequence that is or was here.
    long end() {
        return end;
    }

    /// About what the messages take.
    long bytes() {
        return bytes;
    }

    /// Whether a message is here.
    boolean has(long sequence) {
        if (sequence < first || sequence >= end) {
            return false;
        }
        Map.Entry<Long, Long> hole = holes.floorEntry(sequence);
        return hole == null || hole.getValue() <= sequence;
    }

    /// One message more, behind the others.
    ///
    /// @param sequence its place in the queue
    /// @param costBytes what it takes
    void add(long sequence, int costBytes) {
        extend(sequence, sequence + 1, costBytes);
    }

    /// Everything from one sequence to another is here now, behind what was.
    ///
    /// @param moreBytes that they take
    void extend(long from, long newEnd, long moreBytes) {
        if (isEmpty()) {
            first = from;
        } else if (end < from && isFullOfHoles()) {
            unknown += from - end;
            unknownEnd = from;
        } else if (end < from) {
            hole(end, from);
        }
        end = newEnd;
        bytes(bytes + moreBytes);
    }

    /// What a process before this one has left: some of all that is between two sequences.
    ///
    /// @param from the first of them
    /// @param newEnd one more than the last
    /// @param messages how many there are
    /// @param allBytes that they take
    /// @param maybeSentEnd those before this may have been sent
    void recover(long from, long newEnd, long messages, long allBytes, long maybeSentEnd) {
        extend(from, newEnd, allBytes);
        sparedEnd = maybeSentEnd;
        unknown = Math.clamp(newEnd - from - messages, 0, newEnd - from - 1);
        unknownEnd = newEnd;
        stagedEnd = newEnd;
    }

    /// What of it may have any priority still; null if nothing was recovered, or there are no priorities.
    Mixed mixed() {
        return mixed;
    }

    /// What was recovered may have other priorities.
    void mix() {
        mixed = new Mixed(Math.max(first, sparedEnd), end);
    }

    /// Something was read to be sorted.
    void sorted(long to) {
        reading(0);
        mixed.sorted(to);
    }

    /// Whether no more holes are remembered.
    boolean isFullOfHoles() {
        return holes.size() >= HOLES_MOST;
    }

    /// Where to read to, so that not much is read that is not here.
    long readingEnd(long to) {
        int looked = 0;
        for (Map.Entry<Long, Long> hole : holes.headMap(to).entrySet()) {
            if (hole.getValue() - hole.getKey() >= LONG_HOLE) {
                return hole.getKey();
            }
            if (++looked == HOLES_LOOKED_AT) {
                break;
            }
        }
        return to;
    }

    private void addFirst(long sequence, int costBytes) {
        long before = first;
        first = sequence;
        if (before == end) {
            end = sequence + 1;
        } else if (sequence + 1 < before) {
            hole(sequence + 1, before);
        }
        bytes(bytes + costBytes);
    }

    /// One message more: before the others or, if it was lent and has come back after these, among them.
    void putBack(long sequence, int costBytes) {
        if (isEmpty() || sequence < first) {
            addFirst(sequence, costBytes);
        } else if (sequence >= end) {
            add(sequence, costBytes);
        } else {
            fillHole(sequence);
            bytes(bytes + costBytes);
        }
    }

    private void fillHole(long sequence) {
        Map.Entry<Long, Long> hole = holes.floorEntry(sequence);
        if (hole == null || hole.getValue() <= sequence) {
            assert unknown > 0 && sequence < unknownEnd : sequence;
            unknown--;
            return;
        }
        forgetHole(hole.getKey());
        missing -= hole.getValue() - hole.getKey();
        sparedMissing -= sparedPlaces(hole.getKey(), hole.getValue());
        if (hole.getKey() < sequence) {
            hole(hole.getKey(), sequence);
        }
        if (sequence + 1 < hole.getValue()) {
            hole(sequence + 1, hole.getValue());
        }
    }

    /// A message is settled before it was read.
    ///
    /// @return false if it stays, since there are too many holes
    boolean remove(long sequence, int costBytes) {
        boolean alone = !holes.containsKey(sequence + 1) && sequence > first && has(sequence - 1);
        if (alone && isFullOfHoles()) {
            return false;
        }
        hole(sequence, sequence + 1);
        released(sequence);
        passHoles();
        bytes(isEmpty() ? 0 : Math.max(0, bytes - costBytes));
        return true;
    }

    /// Joins it with those that it touches.
    private void hole(long from, long to) {
        missing += to - from;
        sparedMissing += sparedPlaces(from, to);
        Map.Entry<Long, Long> before = holes.lowerEntry(from);
        boolean joins = before != null && before.getValue() == from;
        Long behind = holes.get(to);
        if (behind != null) {
            forgetHole(to);
        }
        if (!joins) {
            memory.add(HOLE_BYTES);
        }
        holes.put(joins ? before.getKey() : from, behind != null ? behind : to);
    }

    private void forgetHole(long from) {
        holes.remove(from);
        memory.add(-HOLE_BYTES);
    }

    private void passHoles() {
        dropHoles();
        if (first >= unknownEnd) {
            unknown = 0;
        }
        if (isEmpty()) {
            owed = 0;
        }
    }

    private void dropHoles() {
        for (var hole = holes.firstEntry(); hole != null && hole.getKey() <= first; hole = holes.firstEntry()) {
            forgetHole(hole.getKey());
            missing -= hole.getValue() - hole.getKey();
            sparedMissing -= sparedPlaces(hole.getKey(), hole.getValue());
            first = Math.max(first, hole.getValue());
        }
    }

    /// Everything before a sequence has been read back, or is settled.
    ///
    /// @param sequence where it goes on
    /// @param read how many of them were here
    /// @param readBytes that are here no more
    void passed(long sequence, long read, long readBytes) {
        long placesBefore = end - first - missing;
        first = Math.min(end, Math.max(first, sequence));
        dropHoles();
        long holesMet = placesBefore - (end - first - missing) - read;
        unknown = Math.max(0, unknown - Math.max(0, holesMet));
        passHoles();
        bytes(isEmpty() ? 0 : Math.max(0, bytes - readBytes));
    }

    /// A reading is over, and all that was wanted of it has been taken.
    ///
    /// @param owns tells what of it was here
    void read(Store.Reading from, Predicate<Stored> owns) {
        reading(0);
        long read = 0;
        long readBytes = 0;
        for (Stored each : from.messages()) {
            if (owns.test(each)) {
                read++;
                readBytes += each.message() == null ? 0 : each.message().costBytes();
            }
        }
        passed(from.next(), read, readBytes);
    }

    /// Takes everything over that waits in memory, if all of it is on disk and may be read back from there.
    ///
    /// @return false if not, and nothing has changed
    boolean takeAll(WaitingRing ring, QueueHost host) {
        int onDisk = Flags.RECORDED;
        for (long place = ring.first(); place < ring.end(); place++) {
            boolean stays = (ring.state(place) & (Flags.RECORDED | Flags.HELD)) != onDisk
                    || ring.origin(place) instanceof Lender;
            if (stays && ring.message(place) != null) {
                return false;
            }
        }
        for (long place = ring.end() - 1; place >= ring.first(); place--) {
            Message message = ring.message(place);
            if (message != null) {
                putBack(ring.sequence(place), message.costBytes());
            }
        }
        staged(end, host);
        ring.clear();
        return true;
    }

    /// Gives the oldest that is [#droppable] up, unread.
    ///
    /// @return its sequence; -1 if it has to be read first, to know which that is
    long dropFirst() {
        bytes(bytes - bytes / size());
        if (unknown > 0) {
            owed++;
            return -1;
        }
        long dropped = Math.max(first, sparedEnd);
        Map.Entry<Long, Long> gone = holes.floorEntry(dropped);
        dropped = gone == null ? dropped : Math.max(dropped, gone.getValue());
        hole(dropped, dropped + 1);
        released(dropped);
        passHoles();
        return dropped;
    }

    /// Whether messages were given up of which it isn't known which they are.
    boolean owes() {
        return owed > 0;
    }

    /// The oldest has been read: whether it is one of those that were given up. Then it is gone.
    boolean owes(long sequence) {
        if (owed == 0 || sequence < sparedEnd) {
            return false;
        }
        owed--;
        hole(sequence, sequence + 1);
        released(sequence);
        return true;
    }

    private void released(long sequence) {
        release(sequence);
        Lender.settle(takeLender(sequence));
    }

    /// Gives everything up.
    void clear() {
        first = end;
        unknown = 0;
        owed = 0;
        passHoles();
        bytes(0);
        reading(0);
        held = null;
        if (lent != null) {
            var lenders = lent.values();
            lent = null;
            lenders.forEach(Lender::settle);
        }
    }

    /// A message here must not be sent before [#release].
    ///
    /// @param sequence its place
    void hold(long sequence) {
        if (held == null) {
            held = new TreeSet<>();
        }
        held.add(sequence);
    }

    /// It may be sent.
    ///
    /// @param sequence its place
    /// @return whether it was held here
    boolean release(long sequence) {
        return held != null && held.remove(sequence);
    }

    /// @return one more than the last sequence that may be read back
    long readableEnd() {
        return held == null || held.isEmpty() ? end : held.first();
    }

    /// Remembers who lent a message that is here.
    void lent(long sequence, Lender lender) {
        if (lent == null) {
            lent = new TreeMap<>();
        }
        lent.put(sequence, lender);
    }

    /// @return who lent it, to be told when its delivery is over; null for nobody
    Lender takeLender(long sequence) {
        return lent == null ? null : lent.remove(sequence);
    }

    /// Everything before a sequence has been staged by now.
    void staged(long before, QueueHost host) {
        if (host.isDurable(stagedPosition)) {
            durableEnd = stagedEnd;
            stagedEnd = before;
            stagedPosition = host.journal().position();
        }
    }

    /// What is sorted in here is on disk for certain.
    void onDisk(long before) {
        durableEnd = Math.max(durableEnd, before);
        stagedEnd = Math.max(stagedEnd, before);
    }

    /// @return messages before this are on disk for certain, and can be read whatever becomes of the others
    long durableEnd(QueueHost host) {
        return host.isDurable(stagedPosition) ? stagedEnd : durableEnd;
    }

    /// Whether a reading is under way.
    boolean reading() {
        return readingBytes > 0;
    }

    /// A reading begins; what it may bring is held until it ends.
    ///
    /// @param connected whether it is for somebody who is connected
    /// @return how much that is
    int beginReading(boolean connected) {
        reading(Math.clamp(memory.roomBytes(connected) / 2, READ_LEAST_BYTES, READ_BYTES));
        return readingBytes;
    }

    private void reading(int mostBytes) {
        memory.add(mostBytes - readingBytes);
        readingBytes = mostBytes;
    }
}
