package io.tern.engine.inbound;

import io.tern.engine.outbound.Outlet;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.ReasonCode;
import java.util.HashMap;
import java.util.Map;

/// The answers that one connection owes to PUBLISH packets, in the order these came [MQTT-4.6.0-2, -3]: each leaves
/// when it is settled and everything before it has left.
///
/// Bounded by the Receive Maximum: the channel opens no more slots than that.
final class ReplyRing {

    private static final long DONE = 1L << 40;
    private static final long DISCARDED = 1L << 41;

    private static final ReasonCode[] REASONS = ReasonCode.values();

    private final Outlet out;
    /// What refusals say besides their code, by slot; most connections never see one.
    private Map<Integer, Properties> why;
    private long[] ring = new long[8];
    private int head;
    private int tail;
    private int pubacks;

    ReplyRing(Outlet out) {
        this(out, 0);
    }

    /// @param first count to begin with: the ring goes on when it wraps around
    ReplyRing(Outlet out, int first) {
        this.out = out;
        this.head = first;
        this.tail = first;
    }

    /// How many answers are owed.
    int size() {
        return tail - head;
    }

    /// How many of them are PUBACKs. The others belong to packet identifiers that [InboundQos2] counts.
    int pubacks() {
        return pubacks;
    }

    /// Opens the next slot.
    ///
    /// @param header of the answer, [Outlet#PUBACK] or [Outlet#PUBREC]
    /// @param packetId of the PUBLISH
    /// @return the slot, never negative
    int open(int header, int packetId) {
        if (tail - head == ring.length) {
            grow();
        }
        ring[tail & ring.length - 1] = (long) header << 16 | packetId;
        pubacks += header == Outlet.PUBACK ? 1 : 0;
        int slot = tail & Integer.MAX_VALUE;
        tail++;
        return slot;
    }

    /// Says what the answer in a slot is; it and those behind it leave as far as they are settled.
    ///
    /// @param slot from [#open], not settled before
    /// @param reason what the answer says
    void settle(int slot, ReasonCode reason) {
        mark(slot, DONE | (long) reason.ordinal() << 24);
    }

    /// Says that a PUBLISH is not taken, and why.
    ///
    /// @param slot from [#open], not settled before
    /// @param reason 0x80 or more
    /// @param properties of the answer
    void refuse(int slot, ReasonCode reason, Properties properties) {
        if (!properties.isEmpty()) {
            why = why == null ? new HashMap<>() : why;
            why.put(slot, properties);
        }
        settle(slot, reason);
    }

    /// Gives up a slot: no answer will be sent for it.
    void discard(int slot) {
        mark(slot, DISCARDED);
    }

    private void mark(int slot, long bits) {
        // A slot is the low 31 bits of its sequence; the distance from head tells the rest.
        int distance = (slot - head) & Integer.MAX_VALUE;
        assert distance < tail - head : slot;
        ring[head + distance & ring.length - 1] |= bits;
        while (head != tail) {
            long reply = ring[head & ring.length - 1];
            if ((reply & (DONE | DISCARDED)) == 0) {
                return;
            }
            Properties said = why == null ? null : why.remove(head & Integer.MAX_VALUE);
            head++;
            int header = (int) (reply >>> 16) & 0xFF;
            pubacks -= header == Outlet.PUBACK ? 1 : 0;
            if ((reply & DISCARDED) == 0) {
                answer(header, (int) reply & 0xFFFF, REASONS[(int) (reply >>> 24) & 0xFF], said);
            }
        }
    }

    private void answer(int header, int packetId, ReasonCode reason, Properties said) {
        if (said == null) {
            out.ack(header, packetId, reason);
        } else {
            why = why.isEmpty() ? null : why;
            out.send(
                    header == Outlet.PUBACK
                            ? new PubAck(packetId, reason, said)
                            : new PubRec(packetId, reason, said));
        }
    }

    private void grow() {
        long[] larger = new long[ring.length * 2];
        for (int i = head; i != tail; i++) {
            larger[i & larger.length - 1] = ring[i & ring.length - 1];
        }
        ring = larger;
    }
}
