package io.tern.engine;

import io.tern.api.Durability;
import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.WhenFull;
import io.tern.wire.TopicName;
import java.util.HashMap;
import java.util.Map;

/// The messages of one session's queue that were never sent: those in memory, oldest first, and behind them those that
/// are on disk only.
///
/// Bounded in memory by [Limits#queueBytes] and by what [Memory] has left for it. What is kept on disk as well and
/// finds no room is [Spilled], and read back when its turn comes; it is bounded by [Limits#queueDiskBytes]. When there
/// is no room in either the oldest is dropped.
final class Backlog {

    static final int QOS = 0x03;
    static final int RETAIN = 0x04;
    /// The message must not be sent yet, nor anything behind it.
    private static final int HELD = 0x40;

    private static final int TRIMMED_AT_ONCE = 64;
    /// Places of superseded messages that nobody minds; more are looked through when they outnumber what waits.
    private static final int PLACES_KEPT = 1024;
    /// So much is read back at once,
    private static final int READ_BYTES = 256 * 1024;
    /// and at least so much, however little memory is left.
    private static final int READ_LEAST_BYTES = 16 * 1024;
    /// It is read when so few messages are left to send.
    private static final int READ_AHEAD_MESSAGES = 64;
    /// To find that a message may not be sent can take long.
    static final int DENIED_AT_ONCE = 256;
    private static final int SUBSCRIPTIONS_A_DENIAL = 16;
    /// From this part of its bound on it is to be watched.
    private static final int HIGH_PERCENT = 80;

    private final Session session;
    private final MessageRing ring = new MessageRing();
    private long bytes;
    private Spilled spilled;
    /// Of topics of which only the latest message may wait: where that stands. Null if there never was one.
    private Map<TopicName, Long> latest;
    private boolean watched;
    /// Those before this were taken in under rules that may not hold any more.
    private long doubtedEnd;
    private int denied;
    private boolean resting;

    Backlog(Session session) {
        this.session = session;
    }

    /// Goes on where a process before this one has stopped, with everything on disk.
    void recover(long first, long end, long diskBytes) {
        ring.skipTo(end, 0);
        if (first < end) {
            spilled().extend(first, end, diskBytes);
        }
    }

    private Spilled spilled() {
        if (spilled == null) {
            spilled = new Spilled(session.host().memory());
        }
        return spilled;
    }

    /// How many wait, holes included.
    long size() {
        return ring.end() - ring.first() + (spilled == null ? 0 : spilled.size());
    }

    boolean isEmpty() {
        return ring.isEmpty() && !isSpilled();
    }

    /// Whether messages wait on disk, before everything that comes now.
    boolean isSpilled() {
        return spilled != null && !spilled.isEmpty();
    }

    /// What those in memory are charged with.
    long bytes() {
        return bytes;
    }

    /// About what those on disk take.
    long spilledBytes() {
        return spilled == null ? 0 : spilled.bytes();
    }

    /// The sequence that the next message gets.
    long end() {
        return isSpilled() ? spilled.end() : ring.end();
    }

    int capacity() {
        return ring.capacity();
    }

    /// Takes a message in.
    ///
    /// @param flags QoS and RETAIN
    /// @param held whether it must not be sent before [#release]
    /// @param kept whether it is on disk as well, so that it needs no memory
    /// @param sentBytes what the session's other messages take in memory
    /// @return its sequence, or -1 if there was no room for it
    long add(Message message, int flags, Object extra, boolean held, boolean kept, long sentBytes) {
        long neededBytes = sentBytes + message.costBytes();
        if (message.whenFull() != WhenFull.DROP_OLDEST && !takes(message, kept, neededBytes)) {
            Outbox.settle(extra);
            return -1;
        }
        if (kept && neededBytes + bytes + spilledBytes() > session.host().limits().queueDiskBytes()) {
            makeRoomOnDisk(neededBytes);
        }
        while (isFullByCount() && !isEmpty()) {
            dropOldestAnywhere(DropReason.QUEUE_FULL);
        }
        long sequence = kept && (isSpilled() || neededBytes + bytes > roomBytes())
                ? spill(message, held)
                : addInMemory(message, flags | (held ? HELD : 0), extra, neededBytes);
        if (sequence >= 0 && message.whenFull() == WhenFull.LATEST_PER_TOPIC) {
            latest.put(message.topic(), sequence);
        }
        if (!watched && isHigh(kept, sentBytes)) {
            watched = session.host().filling(session);
        }
        return sequence;
    }

    private boolean isHigh(boolean kept, long sentBytes) {
        Limits limits = session.host().limits();
        long usedBytes = sentBytes + bytes + (kept ? spilledBytes() : 0);
        return usedBytes > (kept ? limits.queueDiskBytes() : roomBytes()) / 100 * HIGH_PERCENT
                || limits.queueMessages() > 0 && size() > (long) limits.queueMessages() * HIGH_PERCENT / 100;
    }

    /// See [Outbox#fullness].
    double fullness(long sentBytes) {
        Limits limits = session.host().limits();
        double byBytes = session.keeps()
                ? (double) (sentBytes + bytes + spilledBytes()) / limits.queueDiskBytes()
                : (double) (sentBytes + bytes) / Math.max(1, roomBytes());
        double byCount = limits.queueMessages() == 0 ? 0 : (double) size() / limits.queueMessages();
        return Math.min(1, Math.max(byBytes, byCount));
    }

    void unwatched() {
        watched = false;
    }

    private long spill(Message message, boolean held) {
        long sequence = end();
        spilled().add(sequence, message.costBytes());
        if (held) {
            spilled.hold(sequence);
        }
        return sequence;
    }

    private long addInMemory(Message message, int flags, Object extra, long neededBytes) {
        while (neededBytes + bytes > roomBytes()) {
            boolean own = neededBytes + bytes > session.host().limits().queueBytes();
            DropReason reason = own ? DropReason.QUEUE_FULL : DropReason.MEMORY_FULL;
            if (ring.isEmpty()) {
                session.host().dropped(session, message, reason);
                Outbox.settle(extra);
                return -1;
            }
            dropOldest(reason);
        }
        return append(message, flags, extra);
    }

    /// Whether a message is taken that must not push out the oldest. Where only the latest of its topic may wait, the
    /// one before has to go.
    private boolean takes(Message message, boolean kept, long neededBytes) {
        if (message.whenFull() == WhenFull.LATEST_PER_TOPIC) {
            supersede(message);
            return true;
        }
        long room = kept ? session.host().limits().queueDiskBytes() - spilledBytes() : roomBytes();
        if (neededBytes + bytes <= room && !isFullByCount()) {
            return true;
        }
        session.host().dropped(session, message, DropReason.QUEUE_FULL);
        if (message.whenFull() == WhenFull.DISCONNECT) {
            session.host().overwhelmed(session);
        }
        return false;
    }

    private void supersede(Message message) {
        if (latest == null) {
            latest = new HashMap<>();
        }
        if (latest.size() > PLACES_KEPT && latest.size() > 2 * size()) {
            latest.values().removeIf(sequence -> sequence < oldest());
        }
        Long before = latest.remove(message.topic());
        if (before == null) {
            return;
        }
        if (before >= ring.first() && before < ring.end() && ring.message(before) != null) {
            session.host().dropped(session, ring.message(before), DropReason.SUPERSEDED);
            Object extra = ring.takeExtra(before);
            session.recordSettled(before, ring.state(before) & QOS, extra);
            forget(before);
            dropHoles();
            Outbox.settle(extra);
        } else if (isWanted(before)) {
            session.host().droppedUnread(session, 1, DropReason.SUPERSEDED);
            session.recordSettled(before);
        }
    }

    private long oldest() {
        return ring.isEmpty() && isSpilled() ? spilled.first() : ring.first();
    }

    private long append(Message message, int flags, Object extra) {
        bytes += message.costBytes();
        session.host().memory().hold(message);
        return ring.add(message, flags, extra);
    }

    private void makeRoomOnDisk(long neededBytes) {
        long limitBytes = session.host().limits().queueDiskBytes();
        while (neededBytes + bytes + spilledBytes() > limitBytes && !isEmpty()) {
            dropOldestAnywhere(DropReason.QUEUE_FULL);
        }
    }

    private boolean isFullByCount() {
        int most = session.host().limits().queueMessages();
        return most > 0 && size() >= most;
    }

    private void dropOldestAnywhere(DropReason reason) {
        if (!ring.isEmpty()) {
            dropOldest(reason);
        } else {
            session.recordSettled(spilled.dropFirst());
            session.host().droppedUnread(session, 1, reason);
            goOnBehindSpilled();
        }
    }

    /// What a queue may hold in memory now.
    long roomBytes() {
        Host host = session.host();
        return Math.min(host.limits().queueBytes(), host.memory().roomBytes(session.channel() != null));
    }

    /// Makes room, if more is held than [Memory] has room for by now: lets go of what is on disk as well, or else drops
    /// the oldest, a slice of them.
    ///
    /// @return whether there was anything to do
    boolean trim(long sentBytes) {
        if (ring.isEmpty() || sentBytes + bytes <= roomBytes()) {
            return false;
        }
        for (int i = 0; i < TRIMMED_AT_ONCE && !pageOut() && !ring.isEmpty(); i++) {
            if (sentBytes + bytes <= roomBytes()) {
                break;
            }
            dropOldest(DropReason.MEMORY_FULL);
        }
        return true;
    }

    /// Lets go of everything in memory, if all of it is on disk and may be read back from there.
    private boolean pageOut() {
        if (!session.keeps() || spilled().reading()) {
            return false;
        }
        for (long sequence = ring.first(); sequence < ring.end(); sequence++) {
            Message message = ring.message(sequence);
            boolean onDisk = message == null || message.durability() != Durability.NONE;
            if (!onDisk || (ring.state(sequence) & HELD) != 0 || ring.extra(sequence) instanceof Origin) {
                return false;
            }
        }
        spilled.extend(ring.first(), end(), bytes);
        for (long sequence = ring.first(); sequence < ring.end(); sequence++) {
            forget(sequence);
        }
        ring.clear();
        return true;
    }

    /// The oldest message may not be sent yet.
    ///
    /// @return false if there is none in memory
    boolean isHeld() {
        return !ring.isEmpty() && (ring.state(ring.first()) & HELD) != 0;
    }

    /// A message that was held may be sent.
    void release(long sequence) {
        boolean elsewhere = spilled != null && spilled.release(sequence);
        if (!elsewhere && sequence >= ring.first() && sequence < ring.end()) {
            ring.state(sequence, ring.state(sequence) & ~HELD);
        }
    }

    /// What waits, or was sent and not settled, has to be judged again before it is sent.
    void doubt() {
        doubtedEnd = end();
    }

    /// Whether a message may be sent. What a shared group has lent and can take back is the group's, which judges its
    /// members.
    ///
    /// @param sequence its place, here or among those that were sent before
    boolean mayGo(long sequence, Message message, int flags, Object extra) {
        boolean may = sequence >= doubtedEnd
                || !Session.owns(flags & QOS, extra)
                || session.host().gate().mayStillReceive(session, message, flags & QOS);
        if (!may) {
            // To search all its subscriptions in vain takes the longer, the more there are.
            denied += 1 + session.subscriptions().size() / SUBSCRIPTIONS_A_DENIAL;
        }
        return may;
    }

    /// Whether enough has been denied for now, so that others have their turn. It goes on by itself.
    boolean rests() {
        if (denied >= DENIED_AT_ONCE && !resting) {
            resting = true;
            session.host().gate().later(session, () -> {
                resting = false;
                denied = 0;
                session.drain();
            });
        }
        return resting;
    }

    /// Whether one is in memory, to be sent.
    boolean hasFirst() {
        return !ring.isEmpty();
    }

    /// The sequence of the oldest in memory.
    long first() {
        return ring.first();
    }

    /// The oldest in memory.
    ///
    /// @return null for a place that is empty
    Message firstMessage() {
        return ring.message(ring.first());
    }

    /// QoS and RETAIN of the oldest in memory.
    int firstFlags() {
        return ring.state(ring.first()) & (QOS | RETAIN);
    }

    Object firstExtra() {
        return ring.extra(ring.first());
    }

    /// Gives the oldest away, who holds it from now on.
    void removeFirst() {
        Message message = firstMessage();
        if (message != null) {
            bytes -= message.costBytes();
            session.host().memory().letGo(message);
        }
        ring.removeFirst();
    }

    /// Takes back what a shared group has lent.
    ///
    /// @return false if it isn't here
    boolean takeBack(Origin origin) {
        long sequence = ring.find(origin);
        if (sequence < 0) {
            return false;
        }
        session.recordSettled(sequence, ring.state(sequence) & QOS, ring.takeExtra(sequence));
        forget(sequence);
        dropHoles();
        return true;
    }

    void dropOldest(DropReason reason) {
        long sequence = ring.first();
        session.host().dropped(session, ring.message(sequence), reason);
        int qos = ring.state(sequence) & QOS;
        Object extra = ring.takeExtra(sequence);
        forget(sequence);
        dropHoles();
        session.recordSettled(sequence, qos, extra);
        Outbox.settle(extra);
    }

    private void dropHoles() {
        while (!ring.isEmpty() && firstMessage() == null) {
            ring.removeFirst();
        }
    }

    private void forget(long sequence) {
        Message message = ring.message(sequence);
        if (message != null) {
            bytes -= message.costBytes();
            session.host().memory().letGo(message);
            ring.forgetMessage(sequence);
        }
    }

    /// Drops everything, since the session ends.
    void clear() {
        for (long sequence = ring.first(); sequence < ring.end(); sequence++) {
            if (ring.message(sequence) != null) {
                session.host().dropped(session, ring.message(sequence), DropReason.SESSION_ENDED);
            }
            Outbox.settle(ring.takeExtra(sequence));
            forget(sequence);
        }
        long end = end();
        ring.clear();
        if (isSpilled()) {
            session.host().droppedUnread(session, spilled.size(), DropReason.SESSION_ENDED);
            spilled.clear();
        }
        ring.skipTo(end, 0);
        assert bytes == 0 : bytes;
    }

    /// Asks for what is on disk, if little else is left to send.
    ///
    /// @param others that are to be sent before
    void readAhead(long others) {
        if (!isSpilled() || spilled.reading() || others + ring.end() - ring.first() >= READ_AHEAD_MESSAGES) {
            return;
        }
        if (spilled.first() < spilled.readableEnd()) {
            spilled.reading(true);
            long most = Math.clamp(session.host().memory().roomBytes(true) / 2, READ_LEAST_BYTES, READ_BYTES);
            session.host().read(session, spilled.first(), spilled.readableEnd(), (int) most);
        }
    }

    /// Whether what was read is still wanted here.
    boolean isWanted(long sequence) {
        return isSpilled() && sequence >= spilled.first();
    }

    /// A message has been read back, and comes behind those in memory.
    void readBack(long sequence, Message message, int flags, int[] identifiers) {
        ring.skipTo(sequence, 0);
        append(message, flags, identifiers);
    }

    /// A reading is over.
    void readTo(Store.Reading reading) {
        spilled.reading(false);
        long readBytes = reading.messages().stream()
                .filter(each -> each.message() != null && isWanted(each.sequence()))
                .mapToLong(each -> each.message().costBytes())
                .sum();
        spilled.passed(reading.next(), readBytes);
        goOnBehindSpilled();
    }

    /// When nothing is on disk only any more, what comes next gets a sequence behind all that ever was there.
    private void goOnBehindSpilled() {
        if (!isSpilled()) {
            ring.skipTo(Math.max(ring.end(), spilled.end()), 0);
        }
    }
}
