package io.tern.broker.route;

import io.tern.api.Message;
import io.tern.broker.index.FilterEntry;
import io.tern.broker.turn.Note;
import io.tern.engine.inbound.ReplyTicket;
import io.tern.engine.inbound.Ticket;

/// A message on its way to one shard's subscribers, and its answer on the way back.
///
/// @param message what
/// @param entries every filter that matched, whoever subscribes to it
/// @param ticket waits for this shard's part, or null if nobody there owes an answer
/// @param source number of the publisher's shard
/// @param reply may be held here for a while, see [CrowdedReceivers]; null if it is not to be
record Handover(Message message, FilterEntry[] entries, Ticket ticket, int source, ReplyTicket reply)
        implements Note {

    /// It and its list of filters without these.
    private static final int OBJECTS_BYTES = 48;
    private static final int ENTRY_BYTES = 4;

    /// What it weighs on its way. List and topic are counted each time, also where a publisher that goes on with one
    /// topic sends the same ones along.
    ///
    /// @return bytes
    int costBytes() {
        return message.costBytes() + OBJECTS_BYTES + ENTRY_BYTES * entries.length;
    }

    /// The transaction that this delivery belongs to.
    ///
    /// @return 0 for none
    long transaction() {
        return ticket == null ? 0 : ticket.transaction();
    }

    /// Back at the source: that shard's part is done.
    @Override
    public void arrive() {
        ticket.partDone();
    }
}
