package io.tern.engine;

import io.tern.api.Message;
import io.tern.wire.ReasonCode;

/// The messages of QoS 1 and 2 that one session is owed, in order: those sent and not settled first, then those that
/// wait.
///
/// Each has a sequence number, and the packet identifier derives from it, 1 + sequence mod 65,535: so an
/// acknowledgement is found without a search, and identifiers in use never collide, since sending stalls at a distance
/// of 65,535 from the oldest that is not settled [MQTT-2.2.1-4]. Nothing is sent twice on one connection; [#rewind]
/// starts over for the next one [MQTT-4.4.0-1].
///
/// Bounded in bytes by [Limits#queueBytes] and by what [Memory] has left for it: when it is full the oldest message
/// that was never sent is dropped. These stand in a ring of their own, so that what is dropped leaves no holes behind
/// what was sent and stays.
public final class Outbox {

    /// Packet identifiers there are; also the most messages between the oldest unsettled one and the next to be sent.
    static final int PACKET_IDS = 65_535;

    private static final int TRIMMED_AT_ONCE = 64;

    private static final int QOS = 0x03;
    private static final int RETAIN = 0x04;
    private static final int PHASE = 0x30;
    private static final int WAITING = 0x00;
    private static final int SENT = 0x10;
    private static final int RELEASED = 0x20;
    private static final int DONE = 0x30;

    private final Session session;
    /// What was sent at least once, on whatever connection.
    private MessageRing sent;
    /// What was never sent. Its sequences go on where those of the other end, or later.
    private MessageRing fresh;
    /// The first of those sent before that was not sent on this connection.
    private long next;
    private int inFlight;
    private long queuedBytes;

    Outbox(Session session) {
        this.session = session;
    }

    /// Messages sent on this connection and not answered, at most the receiver's Receive Maximum [MQTT-3.3.4-9].
    ///
    /// @return count
    public int inFlight() {
        return inFlight;
    }

    /// Messages that wait to be sent on this connection.
    ///
    /// @return count, holes included
    public long waiting() {
        return fresh == null ? 0 : sent.end() - next + fresh.end() - fresh.first();
    }

    /// What the messages are charged with, see [Message#costBytes].
    ///
    /// @return bytes
    public long queuedBytes() {
        return queuedBytes;
    }

    /// Whether nothing is owed.
    ///
    /// @return true if every message is settled
    public boolean isEmpty() {
        return fresh == null || sent.isEmpty() && fresh.isEmpty();
    }

    /// How many messages there is memory for, holes included.
    int capacity() {
        return fresh == null ? 0 : sent.capacity() + fresh.capacity();
    }

    /// Takes a message in.
    ///
    /// @param message what
    /// @param qos 1 or 2
    /// @param retain the RETAIN flag to send
    /// @param extra subscription identifiers as `int[]`, or an [Origin], or null
    /// @return its sequence, or -1 if there was no room for it
    long add(Message message, int qos, boolean retain, Object extra) {
        if (fresh == null) {
            fresh = new MessageRing();
            sent = new MessageRing();
        }
        Host host = session.host();
        long neededBytes = queuedBytes + message.costBytes();
        while (neededBytes > host.limits().queueBytes() || neededBytes > roomBytes()) {
            boolean own = neededBytes > host.limits().queueBytes();
            DropReason reason = own ? DropReason.QUEUE_FULL : DropReason.MEMORY_FULL;
            if (fresh.isEmpty()) {
                host.dropped(session, message, reason);
                settle(extra);
                return -1;
            }
            dropOldest(reason);
            neededBytes = queuedBytes + message.costBytes();
        }
        queuedBytes = neededBytes;
        host.memory().hold(message);
        return fresh.add(message, qos | (retain ? RETAIN : 0) | WAITING, extra);
    }

    private long roomBytes() {
        return session.host().memory().roomBytes(session.channel() != null);
    }

    /// Drops the oldest that were never sent, if more is held here than [Memory] has room for by now; a slice of them.
    ///
    /// @return whether any was dropped
    boolean trim() {
        int dropped = 0;
        while (dropped < TRIMMED_AT_ONCE && !fresh.isEmpty() && queuedBytes > roomBytes()) {
            dropOldest(DropReason.MEMORY_FULL);
            dropped++;
        }
        return dropped > 0;
    }

    /// Sends as much as the window and the output buffer take, oldest first.
    ///
    /// @param channel the session's connection
    /// @param nowMillis the time
    void drain(Channel channel, long nowMillis) {
        if (fresh == null) {
            return;
        }
        int window = channel.sendWindow();
        while (inFlight < window && next < sent.end()) {
            if (!sendAgain(channel, nowMillis)) {
                return;
            }
        }
        while (inFlight < window && !fresh.isEmpty() && (sent.isEmpty() || distance() < PACKET_IDS)) {
            if (!channel.outlet().writable()) {
                return;
            }
            sendOldest(channel, nowMillis);
        }
    }

    private long distance() {
        return fresh.first() - sent.first();
    }

    /// @return false if the output buffer is full
    private boolean sendAgain(Channel channel, long nowMillis) {
        long sequence = next;
        switch (sent.state(sequence) & PHASE) {
            case DONE -> next++;
            case RELEASED -> {
                channel.outlet().ack(Outlet.PUBREL, packetId(sequence), ReasonCode.SUCCESS);
                inFlight++;
                next++;
            }
            default -> {
                if (!channel.outlet().writable()) {
                    return false;
                }
                next++;
                if (write(channel, sent, sequence, true, nowMillis)) {
                    sent.state(sequence, sent.state(sequence) & ~PHASE | SENT);
                    inFlight++;
                } else {
                    session.host().dropped(session, sent.message(sequence), DropReason.TOO_LARGE);
                    finish(sequence);
                }
            }
        }
        return true;
    }

    private void sendOldest(Channel channel, long nowMillis) {
        long sequence = fresh.first();
        Message message = fresh.message(sequence);
        if (message == null) {
            fresh.removeFirst();
        } else if (message.expired(nowMillis)) {
            dropOldest(DropReason.EXPIRED);
        } else if (!write(channel, fresh, sequence, false, nowMillis)) {
            dropOldest(DropReason.TOO_LARGE);
        } else {
            sent.skipTo(sequence, DONE);
            sent.add(message, fresh.state(sequence) & ~PHASE | SENT, fresh.takeExtra(sequence));
            fresh.removeFirst();
            next = sent.end();
            inFlight++;
        }
    }

    private boolean write(Channel channel, MessageRing ring, long sequence, boolean dup, long nowMillis) {
        int state = ring.state(sequence);
        Object extra = ring.extra(sequence);
        int[] identifiers = extra instanceof Origin origin ? origin.subscriptionIdentifiers() : (int[]) extra;
        return session.host()
                .frames()
                .write(
                        channel,
                        ring.message(sequence),
                        state & QOS,
                        dup,
                        (state & RETAIN) != 0,
                        packetId(sequence),
                        identifiers,
                        nowMillis);
    }

    /// PUBACK came.
    ///
    /// @param packetId as in the packet
    /// @return false if no PUBLISH of QoS 1 with it is unanswered
    boolean acknowledged(int packetId) {
        return completes(sequence(packetId), SENT, 1);
    }

    /// PUBREC came: the message is the receiver's now, only its identifier is kept [MQTT-4.3.3-7].
    ///
    /// @param packetId as in the packet
    /// @param refused whether its reason code is 0x80 or more, which ends the exchange
    /// @return false if no PUBLISH of QoS 2 with it is under way
    boolean received(int packetId, boolean refused) {
        long sequence = sequence(packetId);
        if (refused && completes(sequence, SENT, 2)) {
            return true;
        }
        if (sequence < 0 || !is(sequence, SENT, 2)) {
            return sequence >= 0 && is(sequence, RELEASED, 2);
        }
        sent.state(sequence, sent.state(sequence) & ~PHASE | RELEASED);
        forgetMessage(sent, sequence);
        if (session.durable()) {
            session.host().journal().received(session.clientId(), session.epoch(), sequence);
        }
        return true;
    }

    /// PUBCOMP came.
    ///
    /// @param packetId as in the packet
    /// @return false if no PUBREL with it is unanswered
    boolean completed(int packetId) {
        return completes(sequence(packetId), RELEASED, 2);
    }

    private boolean completes(long sequence, int phase, int qos) {
        if (sequence < 0 || !is(sequence, phase, qos)) {
            return false;
        }
        inFlight--;
        finish(sequence);
        return true;
    }

    /// Starts over on a new connection: what was sent and not settled is sent again, before everything else, with the
    /// identifiers it had [MQTT-4.4.0-1].
    void rewind() {
        if (fresh == null) {
            return;
        }
        for (long sequence = sent.first(); sequence < sent.end(); sequence++) {
            int state = sent.state(sequence);
            if ((state & PHASE) == SENT) {
                sent.state(sequence, state & ~PHASE | WAITING);
            }
        }
        next = sent.first();
        inFlight = 0;
    }

    /// Takes a message back that a shared group lent. What was sent at QoS 2 stays [MQTT-4.8.2-4].
    ///
    /// @param origin of the delivery, which is told nothing any more
    /// @param sentToo whether to take it also if it was sent at QoS 1, since its connection is gone
    /// @return false if the message stays here
    boolean takeBack(Origin origin, boolean sentToo) {
        if (fresh == null) {
            return false;
        }
        long sequence = fresh.find(origin);
        if (sequence >= 0) {
            fresh.takeExtra(sequence);
            forgetMessage(fresh, sequence);
            recordSettled(sequence);
            dropHoles();
            return true;
        }
        sequence = sentToo ? sent.find(origin) : -1;
        if (sequence < 0 || (sent.state(sequence) & QOS) != 1) {
            return false;
        }
        sent.takeExtra(sequence);
        inFlight -= (sent.state(sequence) & PHASE) == SENT ? 1 : 0;
        finish(sequence);
        return true;
    }

    /// Drops everything, since the session ends.
    void clear() {
        if (fresh == null) {
            return;
        }
        clear(sent);
        clear(fresh);
        sent.skipTo(fresh.end(), DONE);
        next = sent.end();
        inFlight = 0;
        assert queuedBytes == 0;
    }

    private void clear(MessageRing ring) {
        for (long sequence = ring.first(); sequence < ring.end(); sequence++) {
            if ((ring.state(sequence) & PHASE) == WAITING && ring.message(sequence) != null) {
                session.host().dropped(session, ring.message(sequence), DropReason.SESSION_ENDED);
            }
            settle(ring.takeExtra(sequence));
            forgetMessage(ring, sequence);
        }
        ring.clear();
    }

    private void dropOldest(DropReason reason) {
        long sequence = fresh.first();
        session.host().dropped(session, fresh.message(sequence), reason);
        Object extra = fresh.takeExtra(sequence);
        forgetMessage(fresh, sequence);
        dropHoles();
        recordSettled(sequence);
        settle(extra);
    }

    private void dropHoles() {
        while (!fresh.isEmpty() && fresh.message(fresh.first()) == null) {
            fresh.removeFirst();
        }
    }

    /// A message that was sent is settled.
    private void finish(long sequence) {
        sent.state(sequence, DONE);
        forgetMessage(sent, sequence);
        Object extra = sent.takeExtra(sequence);
        while (!sent.isEmpty() && (sent.state(sent.first()) & PHASE) == DONE) {
            sent.removeFirst();
        }
        next = Math.max(next, sent.first());
        recordSettled(sequence);
        settle(extra);
    }

    private void recordSettled(long sequence) {
        if (session.durable()) {
            session.host().journal().settled(session.clientId(), session.epoch(), sequence);
        }
    }

    private static void settle(Object extra) {
        if (extra instanceof Origin origin) {
            origin.settled();
        }
    }

    private void forgetMessage(MessageRing ring, long sequence) {
        Message message = ring.message(sequence);
        if (message != null) {
            queuedBytes -= message.costBytes();
            session.host().memory().letGo(message);
            ring.forgetMessage(sequence);
        }
    }

    private boolean is(long sequence, int phase, int qos) {
        return (sent.state(sequence) & (PHASE | QOS)) == (phase | qos);
    }

    static int packetId(long sequence) {
        return 1 + (int) (sequence % PACKET_IDS);
    }

    /// @return the sequence that was sent on this connection with a packet identifier, -1 if there is none
    private long sequence(int packetId) {
        if (fresh == null || packetId < 1 || packetId > PACKET_IDS) {
            return -1;
        }
        long sequence = sent.first() + Math.floorMod(packetId - packetId(sent.first()), PACKET_IDS);
        return sequence < next ? sequence : -1;
    }
}
