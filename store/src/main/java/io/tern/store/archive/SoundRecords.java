package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.store.journal.JournalRecords;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Takes a damaged journal's records and hands on what makes sense together with what was known before: no message of a
/// session that nobody has told of, none whose content is lost.
final class SoundRecords implements JournalRecords {

    /// Takes what nobody wants.
    private final JournalRecords to;
    private final SoundSessions sessions;
    private final SoundArchive archive;
    private final Losses losses;
    /// No more than the journal can hold.
    private final IdSet bodies = new IdSet();
    private final Set<Long> ended = new HashSet<>();
    private final Set<Long> lostSessions = new HashSet<>();
    /// Those whose commit has not come, and in whose queues they have parts.
    private final Map<Long, List<Long>> open = new HashMap<>();
    long highest;

    /// @param archive null if there is none
    SoundRecords(JournalRecords to, SoundSessions sessions, SoundArchive archive, Losses losses) {
        this.to = to;
        this.sessions = sessions;
        this.archive = archive;
        this.losses = losses;
        if (archive != null) {
            archive.pending().forEach(part -> {
                part(part.transaction(), part.epoch());
                sessions.delayed(part.epoch(), 1);
            });
        }
    }

    private void part(long transaction, long epoch) {
        if (transaction != 0) {
            highest = Math.max(highest, transaction);
            open.computeIfAbsent(transaction, id -> new ArrayList<>(1)).add(epoch);
        }
    }

    /// All frames were told: what waits for its commit gets none.
    void finish() {
        open.values().forEach(epochs -> epochs.forEach(epoch -> sessions.delayed(epoch, -1)));
    }

    /// Says what is lost since its commit may stand in a frame that is lost.
    void uncommitted() {
        open.values().forEach(epochs -> epochs.forEach(epoch -> losses.messages(epoch, 1, true)));
    }

    private boolean isThere(long epoch) {
        highest = Math.max(highest, epoch);
        if (sessions.contains(epoch)) {
            return true;
        }
        if (!ended.contains(epoch) && lostSessions.add(epoch)) {
            losses.session(epoch);
        }
        return false;
    }

    private boolean isQueue(long epoch) {
        boolean there = isThere(epoch);
        if (!there && !ended.contains(epoch)) {
            losses.messages(epoch, 1, true);
        }
        return there;
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        highest = Math.max(highest, epoch);
        sessions.opened(epoch, "client '" + clientId + "'");
        to.sessionOpened(epoch, clientId, owner, expirySeconds, will);
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        if (isThere(epoch)) {
            to.sessionLeft(epoch, atMillis, expirySeconds, willOwed, sentEnd);
        }
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        if (isThere(epoch)) {
            to.mayBeSent(epoch, end, looseFirst, looseEnd);
        }
    }

    @Override
    public void willGone(long epoch) {
        if (isThere(epoch)) {
            to.willGone(epoch);
        }
    }

    @Override
    public void sessionEnded(long epoch) {
        sessions.ended(epoch);
        ended.add(epoch);
        to.sessionEnded(epoch);
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        highest = Math.max(highest, epoch);
        sessions.opened(epoch, "group '" + filter + "'");
        to.groupOpened(epoch, filter);
    }

    @Override
    public void groupEnded(long epoch) {
        sessions.ended(epoch);
        ended.add(epoch);
        to.groupEnded(epoch);
    }

    @Override
    public void delayedOpened(long epoch) {
        highest = Math.max(highest, epoch);
        sessions.delayed(epoch);
        to.delayedOpened(epoch);
    }

    @Override
    public void delayedEnded(long epoch) {
        sessions.ended(epoch);
        ended.add(epoch);
        to.delayedEnded(epoch);
    }

    /// Such a message says all that is to be known of its queue: it is opened anew if that was lost.
    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        if (ended.contains(epoch)) {
            return;
        }
        if (!sessions.contains(epoch)) {
            delayedOpened(epoch);
        }
        sessions.delayed(epoch, 1);
        part(transaction, epoch);
        to.delayed(epoch, sequence, message, transaction);
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        if (isThere(epoch)) {
            to.subscribed(epoch, filter, options, identifier);
        }
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        if (isThere(epoch)) {
            to.unsubscribed(epoch, filter);
        }
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        if (isQueue(epoch)) {
            part(transaction, epoch);
            to.queued(epoch, sequence, message, qos, retain, identifiers, transaction);
        }
    }

    @Override
    public void body(long id, Message message) {
        highest = Math.max(highest, id);
        bodies.add(id);
        to.body(id, message);
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        if (!isQueue(epoch)) {
            return;
        }
        if (bodies.contains(bodyId) || archive != null && archive.hasBody(bodyId)) {
            part(transaction, epoch);
            to.queuedShared(epoch, sequence, bodyId, qos, retain, identifiers, transaction);
        } else {
            losses.messages(epoch, 1, true);
        }
    }

    @Override
    public void received(long epoch, long sequence) {
        if (isThere(epoch)) {
            to.received(epoch, sequence);
        }
    }

    @Override
    public void settled(long epoch, long sequence) {
        if (isThere(epoch)) {
            sessions.delayed(epoch, -1);
            to.settled(epoch, sequence);
        }
    }

    @Override
    public void settledRange(long epoch, long first, int count) {
        if (isThere(epoch)) {
            sessions.delayed(epoch, -count);
            to.settledRange(epoch, first, count);
        }
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        highest = Math.max(highest, transaction);
        if (isThere(epoch)) {
            to.inboundOpened(epoch, packetId, transaction);
        }
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        if (isThere(epoch)) {
            to.inboundReleased(epoch, packetId);
        }
    }

    @Override
    public void committed(long transaction) {
        highest = Math.max(highest, transaction);
        open.remove(transaction);
        to.committed(transaction);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        highest = Math.max(highest, sequence);
        to.retainedSet(message, sequence);
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        highest = Math.max(highest, sequence);
        to.retainedCleared(topic, sequence);
    }
}
