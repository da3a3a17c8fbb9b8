package io.tern.engine.inbound;

import io.tern.engine.outbound.Receiver;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Receiver's half of QoS 2: remembers which packet identifiers are open, so that a PUBLISH sent twice is routed once.
///
/// An identifier is open from the first [#publish] until [#release]. Part of the session, so it outlives the connection
/// [MQTT-4.1.0-1]. Takes 8 KiB at most, and nothing while none is open.
public final class InboundQos2 {

    private BitSet open;
    private int openCount;
    /// Open since an earlier connection.
    private BitSet inherited;
    private int inheritedCount;
    private Map<Integer, ReplyTicket> pending;

    /// None is open.
    public InboundQos2() {}

    /// Records an incoming PUBLISH. The DUP flag is not consulted on purpose: only the identifier decides whether a
    /// message is a repeat [MQTT-4.3.3-10].
    ///
    /// @param packetId 1 to 65,535
    /// @return true if it is new and must be routed, false if it is a repeat
    public boolean publish(int packetId) {
        if (open == null) {
            open = new BitSet();
        }
        if (open.get(packetId)) {
            return false;
        }
        open.set(packetId);
        openCount++;
        return true;
    }

    /// Whether a PUBLISH with this identifier would be a repeat.
    ///
    /// @param packetId 1 to 65,535
    /// @return true from PUBLISH to PUBREL
    public boolean isOpen(int packetId) {
        return open != null && open.get(packetId);
    }

    /// Records a PUBREL. From here on the identifier means a new message [MQTT-4.3.3-12].
    ///
    /// @param packetId 1 to 65,535
    /// @return true if it was open, false if not
    public boolean release(int packetId) {
        if (open == null || !open.get(packetId)) {
            return false;
        }
        open.clear(packetId);
        if (inherited != null && inherited.get(packetId)) {
            inherited.clear(packetId);
            inheritedCount--;
        }
        if (--openCount == 0) {
            open = null;
        }
        return true;
    }

    /// Remembers that PUBREC for an open identifier waits for a ticket, so that a repeat joins it.
    void await(int packetId, ReplyTicket ticket) {
        if (pending == null) {
            pending = new HashMap<>();
        }
        pending.put(packetId, ticket);
    }

    /// The ticket that an open identifier's PUBREC waits for.
    ///
    /// @param packetId 1 to 65,535
    /// @return null if PUBREC may go at once
    ReplyTicket awaited(int packetId) {
        return pending == null ? null : pending.get(packetId);
    }

    /// The ticket is done. Does nothing if the identifier has a later one by now.
    void arrived(int packetId, ReplyTicket ticket) {
        if (pending != null && pending.remove(packetId, ticket) && pending.isEmpty()) {
            pending = null;
        }
    }

    /// The session has a new connection. What is open since an earlier one doesn't count against the Receive Maximum,
    /// which begins anew with each connection (MQTT 5.0, section 4.9).
    public void connected() {
        inherited = open == null ? null : (BitSet) open.clone();
        inheritedCount = openCount;
    }

    /// The session has ended: nothing is open any more.
    public void end() {
        open = null;
        openCount = 0;
        inherited = null;
        inheritedCount = 0;
    }

    /// How many identifiers have been opened on this connection and are still open.
    ///
    /// @return 0 to [#openCount]
    int openedHere() {
        return openCount - inheritedCount;
    }

    /// What it takes of the memory.
    ///
    /// @return bytes, 0 while none is open
    public int memoryBytes() {
        return open == null ? 0 : open.size() / 4; // Also for those of an earlier connection.
    }

    /// How many identifiers are open.
    ///
    /// @return count of messages accepted and not yet released
    public int openCount() {
        return openCount;
    }
}
