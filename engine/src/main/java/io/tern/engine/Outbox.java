package io.tern.engine;

import io.tern.api.Message;
import io.tern.wire.ReasonCode;
import java.util.Arrays;

/// The messages of QoS 1 and 2 that one session is owed, in order: those sent and unanswered first, then those that wait.
///
/// A ring by sequence number: `head` is the oldest that is not settled, `next` the first not sent on this connection,
/// `tail` where the next one goes. The packet identifier derives from the sequence, 1 + sequence mod 65,535, so an
/// acknowledgement is found without a search and identifiers in use never collide: sending stalls at a distance of 65,535
/// from the head [MQTT-2.2.1-4]. Nothing is sent twice on one connection; [#rewind] starts over for the next one
/// [MQTT-4.4.0-1].
///
/// Bounded in bytes by [Limits#queueBytes]: when it is full the oldest message that was not sent yet is dropped.
public final class Outbox {

    /// Packet identifiers there are; also the most messages between the oldest unsettled one and the next to be sent.
    static final int PACKET_IDS = 65_535;

    private static final int FIRST_CAPACITY = 8;
    /// A ring larger than this is let go when it is empty.
    private static final int KEPT_CAPACITY = 64;

    private static final int QOS = 0x03;
    private static final int RETAIN = 0x04;
    private static final int SENT_BEFORE = 0x08;
    private static final int PHASE = 0x30;
    private static final int WAITING = 0x00;
    private static final int SENT = 0x10;
    private static final int RELEASED = 0x20;
    private static final int DONE = 0x30;

    private static final Message[] NO_MESSAGES = {};
    private static final byte[] NO_STATES = {};

    private final Session session;
    private Message[] messages = NO_MESSAGES;
    private byte[] states = NO_STATES;
    private Object[] extras;
    private long head;
    private long next;
    private long tail;
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
        return tail - next;
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
        return head == tail;
    }

    /// Takes a message in.
    ///
    /// @param message what
    /// @param qos 1 or 2
    /// @param retain the RETAIN flag to send
    /// @param extra subscription identifiers as `int[]`, or an [Origin], or null
    /// @return its sequence, or -1 if there was no room for it
    long add(Message message, int qos, boolean retain, Object extra) {
        int cost = message.costBytes();
        while (queuedBytes + cost > session.host().limits().queueBytes()) {
            if (!dropOldestWaiting()) {
                refuse(message, extra);
                return -1;
            }
        }
        if (tail - head == messages.length) {
            grow();
        }
        int at = at(tail);
        messages[at] = message;
        states[at] = (byte) (qos | (retain ? RETAIN : 0) | WAITING);
        if (extra != null) {
            if (extras == null) {
                extras = new Object[messages.length];
            }
            extras[at] = extra;
        }
        queuedBytes += cost;
        return tail++;
    }

    /// Sends as much as the window and the output buffer take, oldest first.
    ///
    /// @param channel the session's connection
    /// @param nowMillis the time
    void drain(Channel channel, long nowMillis) {
        int window = channel.sendWindow();
        while (next < tail && inFlight < window && next - head < PACKET_IDS) {
            int at = at(next);
            int state = states[at];
            switch (state & PHASE) {
                case DONE -> next++;
                case RELEASED -> {
                    channel.outlet().ack(Outlet.PUBREL, packetId(next), ReasonCode.SUCCESS);
                    inFlight++;
                    next++;
                }
                default -> {
                    if (!channel.outlet().writable()) {
                        return;
                    }
                    send(channel, at, state, nowMillis);
                }
            }
        }
    }

    private void send(Channel channel, int at, int state, long nowMillis) {
        Message message = messages[at];
        boolean before = (state & SENT_BEFORE) != 0;
        long sequence = next++;
        if (!before && message.expired(nowMillis)) {
            drop(sequence, DropReason.EXPIRED);
            return;
        }
        boolean written = session.host()
                .frames()
                .write(
                        channel,
                        message,
                        state & QOS,
                        before,
                        (state & RETAIN) != 0,
                        packetId(sequence),
                        identifiers(at),
                        nowMillis);
        if (!written) {
            drop(sequence, DropReason.TOO_LARGE);
            return;
        }
        states[at] = (byte) (state & ~PHASE | SENT | SENT_BEFORE);
        inFlight++;
    }

    private int[] identifiers(int at) {
        Object extra = extras == null ? null : extras[at];
        return extra instanceof Origin origin ? origin.subscriptionIdentifiers() : (int[]) extra;
    }

    /// PUBACK came.
    ///
    /// @param packetId as in the packet
    /// @return false if no PUBLISH of QoS 1 with it is unanswered
    boolean acknowledged(int packetId) {
        long sequence = sent(packetId);
        if (sequence < 0 || !is(sequence, SENT, 1)) {
            return false;
        }
        inFlight--;
        finish(sequence);
        return true;
    }

    /// PUBREC came: the message is the receiver's now, only its identifier is kept [MQTT-4.3.3-7].
    ///
    /// @param packetId as in the packet
    /// @param refused whether its reason code is 0x80 or more, which ends the exchange
    /// @return false if no PUBLISH of QoS 2 with it is under way
    boolean received(int packetId, boolean refused) {
        long sequence = sent(packetId);
        if (sequence < 0) {
            return false;
        }
        if (refused && is(sequence, SENT, 2)) {
            inFlight--;
            finish(sequence);
            return true;
        }
        if (is(sequence, SENT, 2)) {
            int at = at(sequence);
            states[at] = (byte) (states[at] & ~PHASE | RELEASED);
            forgetMessage(at);
            if (session.durable()) {
                session.host().journal().received(session.clientId(), session.epoch(), sequence);
            }
            return true;
        }
        return is(sequence, RELEASED, 2);
    }

    /// PUBCOMP came.
    ///
    /// @param packetId as in the packet
    /// @return false if no PUBREL with it is unanswered
    boolean completed(int packetId) {
        long sequence = sent(packetId);
        if (sequence < 0 || !is(sequence, RELEASED, 2)) {
            return false;
        }
        inFlight--;
        finish(sequence);
        return true;
    }

    /// Starts over on a new connection: what was sent and not settled is sent again, before everything else, with the
    /// identifiers it had [MQTT-4.4.0-1].
    void rewind() {
        for (long sequence = head; sequence < next; sequence++) {
            int at = at(sequence);
            if ((states[at] & PHASE) == SENT) {
                states[at] = (byte) (states[at] & ~PHASE | WAITING);
            }
        }
        next = head;
        inFlight = 0;
    }

    /// Takes a message back that a shared group lent at QoS 1 [MQTT-4.8.2-5].
    ///
    /// @param origin of the delivery
    /// @param sentToo whether also if it was sent, since the connection is gone; else its identifier is still in use
    /// @return false if the message stays
    boolean takeBack(Origin origin, boolean sentToo) {
        for (long sequence = head; extras != null && sequence < tail; sequence++) {
            int at = at(sequence);
            if (extras[at] == origin) {
                boolean sent = (states[at] & PHASE) == SENT;
                if (sent && !sentToo) {
                    return false;
                }
                extras[at] = null;
                if (sent) {
                    inFlight--;
                }
                finish(sequence);
                return true;
            }
        }
        return false;
    }

    /// Drops everything, since the session ends.
    void clear() {
        for (long sequence = head; sequence < tail; sequence++) {
            int at = at(sequence);
            if ((states[at] & PHASE) == WAITING && messages[at] != null) {
                session.host().dropped(session, messages[at], DropReason.SESSION_ENDED);
            }
            settleExtra(at);
        }
        messages = NO_MESSAGES;
        states = NO_STATES;
        extras = null;
        head = next = tail;
        inFlight = 0;
        queuedBytes = 0;
    }

    private boolean dropOldestWaiting() {
        while (next < tail && (states[at(next)] & PHASE) == DONE) {
            next++;
        }
        for (long sequence = next; sequence < tail; sequence++) {
            int state = states[at(sequence)];
            if ((state & PHASE) == WAITING && (state & SENT_BEFORE) == 0) {
                drop(sequence, DropReason.QUEUE_FULL);
                return true;
            }
        }
        return false;
    }

    private void drop(long sequence, DropReason reason) {
        session.host().dropped(session, messages[at(sequence)], reason);
        finish(sequence);
    }

    private void refuse(Message message, Object extra) {
        session.host().dropped(session, message, DropReason.QUEUE_FULL);
        if (extra instanceof Origin origin) {
            origin.settled();
        }
    }

    private void finish(long sequence) {
        int at = at(sequence);
        states[at] = DONE;
        forgetMessage(at);
        settleExtra(at);
        if (session.durable()) {
            session.host().journal().settled(session.clientId(), session.epoch(), sequence);
        }
        while (head < tail && (states[at(head)] & PHASE) == DONE) {
            head++;
        }
        next = Math.max(next, head);
        if (head == tail && messages.length > KEPT_CAPACITY) {
            messages = NO_MESSAGES;
            states = NO_STATES;
            extras = null;
        }
    }

    private void settleExtra(int at) {
        if (extras != null && extras[at] != null) {
            Object extra = extras[at];
            extras[at] = null;
            if (extra instanceof Origin origin) {
                origin.settled();
            }
        }
    }

    private void forgetMessage(int at) {
        if (messages[at] != null) {
            queuedBytes -= messages[at].costBytes();
            messages[at] = null;
        }
    }

    private boolean is(long sequence, int phase, int qos) {
        return (states[at(sequence)] & (PHASE | QOS)) == (phase | qos);
    }

    static int packetId(long sequence) {
        return 1 + (int) (sequence % PACKET_IDS);
    }

    private long sent(int packetId) {
        if (head == next) {
            return -1;
        }
        int distance = Math.floorMod(packetId - packetId(head), PACKET_IDS);
        long sequence = head + distance;
        return sequence < next && packetId >= 1 && packetId <= PACKET_IDS ? sequence : -1;
    }

    private int at(long sequence) {
        return (int) sequence & states.length - 1;
    }

    private void grow() {
        int capacity = messages.length == 0 ? FIRST_CAPACITY : messages.length * 2;
        Message[] largerMessages = new Message[capacity];
        byte[] largerStates = new byte[capacity];
        Object[] largerExtras = extras == null ? null : new Object[capacity];
        for (long sequence = head; sequence < tail; sequence++) {
            int from = at(sequence);
            int to = (int) sequence & capacity - 1;
            largerMessages[to] = messages[from];
            largerStates[to] = states[from];
            if (largerExtras != null) {
                largerExtras[to] = extras[from];
            }
        }
        Arrays.fill(messages, null);
        messages = largerMessages;
        states = largerStates;
        extras = largerExtras;
    }
}
