package io.tern.broker;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.broker.share.SharedGroup;
import io.tern.engine.Session;
import io.tern.engine.queue.Leftover;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.Will;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Gives the shards what a process before this one has left: its sessions, spread evenly, and the retained messages.
/// Runs before the loops do, on the thread that starts the broker.
final class Recovery implements Recovered {

    /// A client's session.
    private record Found(Session session, long sentEnd, long looseFirst, long looseEnd) {}

    /// A shared group's queue.
    private record Group(long epoch, String filter, Leftover left) {}

    private final Broker broker;
    private final int shards;
    private final Map<Long, Found> sessions = new HashMap<>();
    private final Map<String, Session> latest = new HashMap<>();
    private final TreeMap<Long, Group> groups = new TreeMap<>();
    private final Set<String> joined = new LinkedHashSet<>();
    /// Queues of delayed messages, until it is told what is in them.
    private final Set<Long> delayed = new LinkedHashSet<>();
    private int next;

    Recovery(Broker broker, int shards) {
        this.broker = broker;
        this.shards = shards;
    }

    @Override
    public void session(
            long epoch,
            String clientId,
            Owner owner,
            long expirySeconds,
            Will will,
            long leftMillis,
            long sentEnd) {
        Shard shard = broker.shard(next++ % shards);
        Session session = Session.recovered(shard, shard.number(), clientId, epoch, owner, expirySeconds, will);
        session.outbox().recover(new Leftover(0, 0, sentEnd, 0));
        broker.quotas().recover(session);
        sessions.put(epoch, new Found(session, sentEnd, 0, 0));
        Session before = latest.get(clientId);
        if (expirySeconds == 0) {
            shard.departures().recovered(session, leftMillis);
        } else if (before == null || before.epoch() < epoch) {
            latest.put(clientId, session);
            shard.departures().recovered(session, leftMillis);
            if (before != null) {
                end(before);
            }
        } else {
            end(session);
        }
    }

    /// The process ended between the end of one of a client's sessions and the beginning of the next.
    private static void end(Session session) {
        ((Shard) session.host()).departures().outlived(session);
    }

    @Override
    public void group(long epoch, String filter) {
        groups.put(epoch, new Group(epoch, filter, Leftover.NOTHING));
    }

    @Override
    public void delayed(long epoch) {
        delayed.add(epoch);
    }

    @Override
    public void subscription(long epoch, String filter, int options, int identifier) {
        Session session = sessions.get(epoch).session;
        boolean noLocal = (options & 0x04) != 0;
        boolean asPublished = (options & 0x08) != 0;
        Subscribe.Item item =
                new Subscribe.Item(TopicFilter.of(filter), options & 3, noLocal, asPublished, options >> 4 & 3);
        ((Shard) session.host()).subscriptions.recover(session, item, identifier);
        if (item.filter().shareName() != null) {
            joined.add(filter);
        }
    }

    @Override
    public void inbound(long epoch, int packetId) {
        sessions.get(epoch).session.recoverInbound(packetId);
    }

    @Override
    public void loose(long epoch, long first, long end) {
        Found found = sessions.get(epoch);
        sessions.put(epoch, new Found(found.session, found.sentEnd, first, end));
    }

    @Override
    public void queue(long epoch, long first, long end, long messages, long bytes) {
        if (delayed.remove(epoch)) {
            broker.shard(next++ % shards).delayed.recover(epoch, messages, bytes);
            return;
        }
        Group group = groups.get(epoch);
        if (group != null) {
            Leftover left = new Leftover(first, end, end, 0, 0, messages, bytes);
            groups.put(epoch, new Group(epoch, group.filter, left));
            return;
        }
        Found found = sessions.get(epoch);
        found.session
                .outbox()
                .recover(new Leftover(
                        first, end, found.sentEnd, found.looseFirst, found.looseEnd, messages, bytes));
        found.session.tally();
    }

    @Override
    public void retained(
            RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
        broker.retained().recover(id, owner, expiresAtMillis, costBytes, broker.clock().nowMillis(), message);
    }

    /// Opens the doors of the sessions that go on.
    void finish() {
        latest.forEach((clientId, session) -> {
            broker.directory().recover(clientId, session.shard(), session.epoch());
            ((Shard) session.host()).sessions().recover(session);
        });
        for (Group each : groups.descendingMap().values()) {
            SharedGroup group = broker.groups().find(each.filter);
            // The process may have ended between the end of a group and the beginning of the next.
            if (joined.remove(each.filter)) {
                group.recover(each.epoch, each.left);
            } else {
                Shard first = broker.shard(0);
                first.departures().inFirstTurn(() -> first.journal().groupEnded(each.epoch));
            }
        }
        for (long epoch : delayed) {
            Shard first = broker.shard(0); // Nothing is in it.
            first.departures().inFirstTurn(() -> first.journal().delayedEnded(epoch));
        }
        // Or between a member's subscription and the beginning of its group.
        for (String filter : joined) {
            SharedGroup group = broker.groups().find(filter);
            broker.shard(group.shard()).departures().inFirstTurn(group::record);
        }
    }
}
