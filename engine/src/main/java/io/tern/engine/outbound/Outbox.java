package io.tern.engine.outbound;

import io.tern.api.Message;
import io.tern.api.Store;
import io.tern.api.Stored;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.Flags;
import io.tern.engine.queue.Fullness;
import io.tern.engine.queue.Identified;
import io.tern.engine.queue.Leftover;
import io.tern.engine.queue.Lender;
import io.tern.engine.queue.Memory;
import io.tern.engine.queue.Origin;
import io.tern.engine.queue.Sent;
import io.tern.wire.ReasonCode;

/// The messages of QoS 1 and 2 that one session is owed: those sent and not settled first, then those that wait, each
/// in order, or by their priority.
///
/// Each has a sequence number, and the packet identifier derives from it, see [Identifiers]: so an acknowledgement is
/// found without a search. Nothing is sent twice on one connection; [#rewind] starts over for the next one
/// [MQTT-4.4.0-1]. How many are under way at once is up to the [SendWindow].
///
/// Those that wait are the [Backlog], which is bounded in bytes and apart from the others, so that what is dropped
/// leaves no holes behind what was sent and stays.
public final class Outbox {

    private static final int QOS = Flags.QOS;
    private static final int RETAIN = Flags.RETAIN;

    private final OutboxOwner owner;
    /// What was sent at least once, on whatever connection.
    private SentByPriority sent;
    /// What was never sent.
    private Backlog fresh;
    private SendWindow window;
    /// Those before this may have been sent by the process before.
    private long maybeSentEnd;
    private Identifiers ids;
    private InFlight inFlight;
    /// What the journal was told of what may be sent, before there was anything to send.
    private long reservedEnd;

    public Outbox(OutboxOwner owner) {
        this.owner = owner;
    }

    /// Goes on with the queue that a process before this one left, on disk. Those at its front may have been sent.
    ///
    /// @param left what is known of it
    public void recover(Leftover left) {
        maybeSentEnd = left.next();
        if (!left.isEmpty()) {
            open();
            ids.recover(left.looseFirst(), left.looseEnd());
            sent.base().skipTo(left.oldest());
            maybeSentEnd = left.maybeSentEnd(Identifiers.count(owner));
            fresh.recover(left, maybeSentEnd);
            ids.release(left.firstWritten());
        }
    }

    private void open() {
        if (fresh == null) {
            sent = new SentByPriority(owner.host().memory(), maybeSentEnd);
            fresh = new Backlog(owner, sent);
            fresh.recover(new Leftover(maybeSentEnd, maybeSentEnd, maybeSentEnd, 0), maybeSentEnd);
            ids = new Identifiers(owner, sent, fresh, reservedEnd);
            window = new SendWindow();
            window.begin(owner.receiver());
            inFlight = new InFlight(owner, sent, window, ids);
        }
    }

    /// Its session, which is durable, has a new connection: says in the journal what may be sent there.
    public void reserve() {
        if (fresh == null) {
            reservedEnd = maybeSentEnd + Identifiers.run(owner);
            owner.host().journal().mayBeSent(owner.epoch(), reservedEnd, 0, 0);
        } else {
            ids.begin(sentEnd());
        }
    }

    /// Where what was ever sent and may not be settled ends.
    ///
    /// @return the sequence from which on no such message was sent, by this process or one before
    public long sentEnd() {
        if (fresh == null) {
            return maybeSentEnd;
        }
        long end = Math.max(sent.end(), maybeSentEnd);
        boolean wentAhead = !fresh.isInOrder() && sent.unsettledEnd() > fresh.oldest();
        return wentAhead ? end : Math.max(maybeSentEnd, Math.min(end, fresh.oldest()));
    }

    /// How many messages were sent for the first time, since there was any.
    ///
    /// @return never less than before
    public long messagesSent() {
        return fresh == null ? 0 : sent.messages();
    }

    /// {@return how many messages are under way and not answered, at most Receive Maximum [MQTT-3.3.4-9]}
    public int inFlight() {
        return fresh == null ? 0 : window.underWay();
    }

    /// How many messages given now may be sent before others are answered.
    ///
    /// @param receiver the session's connection
    /// @return 0 if the window is full; at most as many as may be under way at first
    public int windowRoomMessages(Receiver receiver) {
        if (fresh == null) {
            return receiver.inFlightFirstMessages();
        }
        return window.isOpen(sent.bytes(), fresh) ? window.roomMessages() : 0;
    }

    /// {@return how many messages wait to be sent on this connection, those that need not be sent again included}
    public long waiting() {
        return fresh == null ? 0 : sent.left() + fresh.size();
    }

    /// {@return what the messages in memory are charged with, see [Message#costBytes]}
    public long queuedBytes() {
        return fresh == null ? 0 : sent.bytes() + fresh.bytes();
    }

    /// {@return about how many bytes the messages take that are on disk only}
    public long spilledBytes() {
        return fresh == null ? 0 : fresh.spilledBytes();
    }

    /// Whether messages wait on disk, before everything that comes now.
    ///
    /// @return true until the last of them was read back
    public boolean isSpilled() {
        return fresh != null && fresh.isSpilled();
    }

    /// Whether a message that can't go to disk finds room without anything being dropped for it. An empty queue takes
    /// whatever comes.
    ///
    /// @param message that comes
    /// @return false if it had better wait elsewhere
    public boolean hasRoomFor(Message message) {
        return isEmpty() || fresh.hasRoomFor(message, sent.bytes());
    }

    /// Whether a message that is lent finds room without anything being dropped for it.
    ///
    /// @param message that comes
    /// @return false if it had better wait with the group that lends it
    public boolean mayBorrow(Message message) {
        return isEmpty() || hasRoomFor(message) && !Fullness.isByCount(fresh, 1);
    }

    /// Whether who waited for [#mayBorrow] may try again.
    ///
    /// @return true if half of what it may hold is free, and nothing waits on disk
    public boolean isHalfEmpty() {
        return isEmpty() || !fresh.isSpilled() && queuedBytes() <= fresh.roomBytes() / 2
                && !Fullness.isByCount(fresh, 2);
    }

    /// How full the queue is.
    ///
    /// @return part of its bound, 0 to 1, where the oldest message is dropped for the next; for that which is nearest
    public double fullness() {
        return fresh == null ? 0 : fresh.fullness(sent.bytes());
    }

    /// Nobody looks at [#fullness] any more, until [OutboxOwner#filling] is told again.
    public void unwatched() {
        fresh.unwatched();
    }

    /// @return whether nothing is owed, since every message is settled
    public boolean isEmpty() {
        return fresh == null || sent.isEmpty() && fresh.isEmpty();
    }

    /// How many messages there is memory for, holes included.
    public int capacity() {
        return fresh == null ? 0 : sent.capacity() + fresh.capacity();
    }

    /// Takes a message in.
    ///
    /// @param message what
    /// @param qos 1 or 2
    /// @param retain the RETAIN flag to send
    /// @param origin through what it came, or null
    /// @param held whether it must not be sent before [#release]
    /// @param recorded whether it will stand in the journal
    /// @return its sequence, or -1 if there was no room for it
    public long add(Message message, int qos, boolean retain, Origin origin, boolean held, boolean recorded) {
        open();
        return fresh.add(message, qos | (retain ? RETAIN : 0), origin, held, recorded, sent.bytes());
    }

    /// Sends a message that nothing stands before, without a place among those that wait.
    ///
    /// @param receiver open
    /// @param message what
    /// @param qos 1 or 2
    /// @param retain the RETAIN flag to send
    /// @param origin through what it came, or null
    /// @param recorded whether it will stand in the journal
    /// @return its sequence, or -1 if it has to be taken in by [#add] first
    public long sendAtOnce(
            Receiver receiver, Message message, int qos, boolean retain, Origin origin, boolean recorded) {
        if (fresh == null
                || sent.left() > 0
                || !Fullness.isFar(fresh, message, recorded, sent.bytes())
                || !window.isOpen(sent.bytes(), fresh)
                || !receiver.outlet().writable()) {
            return -1;
        }
        long sequence = fresh.end();
        long nowMillis = owner.host().nowMillis();
        if (ids.owesRelease() || !ids.cover(sequence, message, qos) || fresh.rests() || message.expired(nowMillis)) {
            return -1;
        }
        int flags = qos | (retain ? RETAIN : 0);
        if (!write(receiver, sequence, message, flags, origin, false, nowMillis)) {
            return -1;
        }
        fresh.passed();
        sent.add(sequence, message, flags, origin);
        window.sent();
        return sequence;
    }

    /// Makes room, if more is held here than [Memory] has room for by now; a slice of it, if there is any.
    public boolean trim() {
        return fresh.trim(sent.bytes());
    }

    /// Other rules may hold for its messages by now: asks [OutboxOwner#mayStillReceive] about each before it is sent.
    public void doubt() {
        if (fresh != null) {
            fresh.doubt();
        }
    }

    /// A message that was held may be sent.
    public void release(long sequence) {
        if (fresh != null) {
            fresh.release(sequence);
        }
    }

    /// What was asked for has been read back from disk.
    public void read(Store.Reading reading) {
        for (Stored stored : reading.messages()) {
            if (fresh.isTaken(stored)) {
                if (stored.sequence() < maybeSentEnd) {
                    ids.release(stored.sequence()); // Others are read before their turn, to be sorted.
                }
                take(stored);
            }
        }
        fresh.readTo(reading);
    }

    private void take(Stored stored) {
        int flags = stored.qos() | (stored.retain() ? RETAIN : 0);
        Message message = stored.message();
        if (isOver(stored)) {
            owner.dropped(message, DropReason.EXPIRED);
            owner.settled(stored.sequence());
        } else if (stored.sequence() < maybeSentEnd) {
            sent.base().skipTo(stored.sequence());
            if (message == null) {
                sent.base().addReleased();
            } else {
                sent.base().addWaiting(stored.sequence(), message, flags, Identified.of(stored.identifiers()));
            }
        } else if (message == null) {
            owner.settled(stored.sequence()); // It is too far behind to have been sent.
        } else {
            fresh.readBack(stored.sequence(), message, flags, Identified.of(stored.identifiers()));
        }
    }

    /// Of QoS 1 the receiver remembers nothing, so that what has expired need not be sent again. A packet identifier of
    /// QoS 2 may be in use there.
    private boolean isOver(Stored stored) {
        return stored.message() != null && stored.qos() == 1 && stored.message().expired(owner.host().nowMillis());
    }

    /// Sends as much as the window and the output buffer take: what was sent before first, then what goes next of
    /// those that wait.
    public void drain(Receiver receiver, long nowMillis) {
        if (fresh == null) {
            return;
        }
        ids.release(fresh.oldest());
        sent.last(-1);
        Sent again = sent.again();
        while (again != null || hasFirst()) {
            if (!window.isOpen(sent.bytes(), fresh)) {
                window.full(sent.last(), nowMillis);
                break;
            }
            if (again != null ? !sendAgain(receiver, again, nowMillis) : !sendFirst(receiver, nowMillis)) {
                return;
            }
            again = sent.again();
        }
        fresh.readAhead(sent.left());
    }

    /// Whether one waits that could go, if the window lets it. Which of several priorities it is, is not looked for
    /// while the window doesn't.
    private boolean hasFirst() {
        boolean choosesLater = !fresh.isInOrder() && !window.isOpen(sent.bytes(), fresh);
        return choosesLater ? !fresh.isEmpty() : fresh.hasFirst() && ids.coverNext();
    }

    /// @return false if no more can be sent now
    private boolean sendAgain(Receiver receiver, Sent from, long nowMillis) {
        long sequence = from.next();
        switch (from.phase(sequence)) {
            case Sent.DONE -> from.passNext();
            case Sent.RELEASED -> {
                receiver.outlet().ack(Outlet.PUBREL, ids.of(sequence), ReasonCode.SUCCESS);
                window.sent();
                sent.last(sequence);
                from.passNext();
            }
            default -> {
                if (!receiver.outlet().writable() || fresh.rests()) {
                    return false;
                }
                sendAgain(receiver, from, sequence, nowMillis);
            }
        }
        return true;
    }

    private void sendAgain(Receiver receiver, Sent from, long sequence, long nowMillis) {
        int flags = from.flags(sequence);
        Message message = from.message(sequence);
        Origin origin = from.origin(sequence);
        boolean may = fresh.mayGo(sequence, message, flags, origin);
        if (may && write(receiver, sequence, message, flags, origin, true, nowMillis)) {
            from.passNext();
            from.sentAgain(sequence);
            window.sent();
            sent.last(sequence);
            return;
        }
        owner.dropped(message, may ? DropReason.TOO_LARGE : DropReason.NOT_AUTHORIZED);
        if ((flags & QOS) == 2) {
            inFlight.release(from, sequence); // Its packet identifier may be in use at the receiver.
        } else {
            from.passNext();
            inFlight.settle(from, sequence);
        }
    }

    /// @return false if no more can be sent now
    private boolean sendFirst(Receiver receiver, long nowMillis) {
        if (fresh.isHeld() || !receiver.outlet().writable() || fresh.rests()) {
            return false;
        }
        long sequence = fresh.first();
        Message message = fresh.firstMessage();
        int flags = fresh.firstState();
        Origin origin = fresh.firstOrigin();
        if (message.expired(nowMillis)) {
            fresh.dropFirst(DropReason.EXPIRED);
        } else if (!fresh.mayGo(sequence, message, flags, origin)) {
            fresh.dropFirst(DropReason.NOT_AUTHORIZED);
        } else if (!write(receiver, sequence, message, flags, origin, false, nowMillis)) {
            fresh.dropFirst(DropReason.TOO_LARGE);
        } else {
            sent.add(sequence, message, flags, origin);
            fresh.removeFirst();
            window.sent();
        }
        return true;
    }

    private boolean write(
            Receiver receiver, long sequence, Message message, int flags, Origin origin, boolean dup, long nowMillis) {
        int[] subscriptions = Origin.identifiers(origin);
        boolean retain = (flags & RETAIN) != 0;
        return owner.host()
                .frames()
                .write(receiver, message, flags & QOS, dup, retain, ids.of(sequence), subscriptions, nowMillis);
    }

    /// PUBACK came.
    ///
    /// @return false if no PUBLISH of QoS 1 with it is unanswered
    public boolean acknowledged(int packetId) {
        return inFlight != null && inFlight.acknowledged(packetId);
    }

    /// PUBREC came: the message is the receiver's now, only its identifier is kept [MQTT-4.3.3-7].
    ///
    /// @param packetId as in the packet
    /// @param refused whether its reason code is 0x80 or more, which ends the exchange
    /// @return false if no PUBLISH of QoS 2 with it is under way
    public boolean received(int packetId, boolean refused) {
        return inFlight != null && inFlight.received(packetId, refused);
    }

    /// PUBCOMP came.
    ///
    /// @return false if no PUBREL with that packet identifier is unanswered
    public boolean completed(int packetId) {
        return inFlight != null && inFlight.completed(packetId);
    }

    /// Whether what was sent with a packet identifier on this connection still waits for an answer.
    public boolean isInFlight(int packetId) {
        return inFlight != null && inFlight.has(packetId);
    }

    /// Starts over on a new connection: what was sent and not settled is sent again, before everything else, with the
    /// identifiers it had [MQTT-4.4.0-1].
    public void rewind() {
        if (fresh == null) {
            return;
        }
        sent.rewind();
        window.begin(owner.receiver());
    }

    /// Takes a message back that a shared group lent. What was sent at QoS 2 stays [MQTT-4.8.2-4].
    ///
    /// @param origin of the delivery, which is told nothing any more
    /// @param sentToo whether to take it also if it was sent at QoS 1, since its connection is gone
    /// @return false if the message stays here
    public boolean takeBack(Lender lender, boolean sentToo) {
        return fresh != null && (fresh.takeBack(lender) || sentToo && inFlight.takeBack(lender));
    }

    /// Drops everything, since the session ends.
    public void clear() {
        if (fresh == null) {
            return;
        }
        inFlight.clear(fresh.end());
        fresh.clear();
    }
}
