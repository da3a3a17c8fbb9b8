package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.store.journal.JournalRecords;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/// Goes ahead of the archive through frames that are safe but not applied yet, and notes what they make meaningless.
///
/// Each frame is told once, in order. What was noted is let go of when it has been applied, so memory is bounded by the
/// journal: about 100 bytes for each session named in it, 16 for each row of messages settled, 50 for each shared
/// message, transaction and released packet identifier. Of one queue no more rows than [#ROWS_MAX] are known, which is
/// right too: what is settled in others is written to the archive and deleted there.
final class Scout implements JournalRecords, Known {

    /// Most rows of one queue: 4 MiB.
    static final int ROWS_MAX = 256 * 1024;

    /// A row is let go of if so many are behind it: to move those takes longer than to write what it settles.
    static final int ROWS_MOVED_MAX = 4096;

    /// What is known of one session.
    private static final class Fate {

        final Ranges settled = new Ranges();

        /// How often a packet identifier is released in frames that are not applied; null if never.
        Map<Integer, Integer> releases;

        boolean ended;

        /// The last frame that says something of it.
        long lastFrame;
    }

    private final Map<Long, Fate> fates = new HashMap<>();
    private final Map<Long, Long> commits = new HashMap<>();

    /// Bodies that a later frame than their own refers to, and the last such frame.
    private final Map<Long, Long> referredLater = new HashMap<>();

    /// Bodies of the frame that is being told.
    private final Set<Long> bodies = new HashSet<>();

    private long lastEpoch;
    private Fate last;
    private long frame;
    private long end;

    Scout(long position) {
        end = position;
    }

    /// Begins a frame, behind all told before.
    void frame(long sequence) {
        frame = sequence;
        end = sequence + 1;
        bodies.clear();
    }

    /// The frame behind the last that was told.
    long end() {
        return end;
    }

    /// Whether frames that are not applied say something of a session.
    ///
    /// @param position the frame that will be applied next
    boolean names(long epoch, long position) {
        Fate fate = fates.get(epoch);
        return fate != null && fate.lastFrame >= position;
    }

    /// Forgets what only counts for frames that have been applied.
    ///
    /// @param position the frame that will be applied next
    void applied(long position) {
        if (position >= end) {
            fates.clear();
            commits.clear();
            referredLater.clear();
            last = null;
            lastEpoch = 0;
            return;
        }
        for (Iterator<Fate> each = fates.values().iterator(); each.hasNext(); ) {
            if (each.next().lastFrame < position) {
                each.remove();
            }
        }
        commits.values().removeIf(committed -> committed < position);
        referredLater.values().removeIf(referred -> referred < position);
        last = null;
        lastEpoch = 0;
    }

    /// How many sessions something is known of.
    int sessions() {
        return fates.size();
    }

    private Fate find(long epoch) {
        if (epoch != lastEpoch || last == null) {
            last = fates.get(epoch);
            lastEpoch = epoch;
        }
        return last;
    }

    private Fate named(long epoch) {
        Fate fate = find(epoch);
        if (fate == null) {
            fate = new Fate();
            fates.put(epoch, fate);
            last = fate;
        }
        fate.lastFrame = frame;
        return fate;
    }

    /// What becomes of messages is all that counts here.
    @Override
    public boolean wants(long epoch, long sequence) {
        return false;
    }

    @Override
    public boolean isEnded(long epoch) {
        Fate fate = find(epoch);
        return fate != null && fate.ended;
    }

    @Override
    public boolean isSettled(long epoch, long sequence) {
        Fate fate = find(epoch);
        return fate != null && fate.settled.contains(sequence);
    }

    @Override
    public boolean isReleased(long epoch, int packetId) {
        Fate fate = find(epoch);
        return fate != null && fate.releases != null && fate.releases.containsKey(packetId);
    }

    @Override
    public void releasing(long epoch, int packetId) {
        Fate fate = find(epoch);
        if (fate != null && fate.releases != null) {
            fate.releases.computeIfPresent(packetId, (id, count) -> count == 1 ? null : count - 1);
        }
    }

    @Override
    public void settling(long epoch, Ranges settled) {
        Fate fate = fates.get(epoch);
        if (fate != null) {
            fate.settled.removeAll(settled);
        }
    }

    private void settle(long epoch, long from, long toExclusive) {
        named(epoch).settled.addIfCheap(from, toExclusive, ROWS_MAX, ROWS_MOVED_MAX);
    }

    @Override
    public boolean isCommitted(long transaction) {
        return commits.containsKey(transaction);
    }

    @Override
    public boolean mayBeReferred(long id, long frame, long position) {
        Long later = referredLater.get(id);
        return later != null && later >= position || frame + Archive.BODY_FRAMES >= end;
    }

    @Override
    public void sessionOpened(long epoch, String clientId, Owner owner, long expirySeconds, Will will) {
        named(epoch);
    }

    @Override
    public void sessionLeft(long epoch, long atMillis, long expirySeconds, boolean willOwed, long sentEnd) {
        named(epoch);
    }

    @Override
    public void mayBeSent(long epoch, long end, long looseFirst, long looseEnd) {
        named(epoch);
    }

    @Override
    public void willGone(long epoch) {
        named(epoch);
    }

    @Override
    public void sessionEnded(long epoch) {
        named(epoch).ended = true;
    }

    @Override
    public void groupOpened(long epoch, String filter) {
        named(epoch);
    }

    @Override
    public void groupEnded(long epoch) {
        named(epoch).ended = true;
    }

    @Override
    public void delayedOpened(long epoch) {
        named(epoch);
    }

    @Override
    public void delayedEnded(long epoch) {
        named(epoch).ended = true;
    }

    @Override
    public void delayed(long epoch, long sequence, Message message, long transaction) {
        named(epoch);
    }

    @Override
    public void subscribed(long epoch, String filter, int options, int identifier) {
        named(epoch);
    }

    @Override
    public void unsubscribed(long epoch, String filter) {
        named(epoch);
    }

    @Override
    public void queued(
            long epoch, long sequence, Message message, int qos, boolean retain, int[] identifiers, long transaction) {
        named(epoch);
    }

    @Override
    public void body(long id, Message message) {
        bodies.add(id);
    }

    @Override
    public void queuedShared(
            long epoch, long sequence, long bodyId, int qos, boolean retain, int[] identifiers, long transaction) {
        named(epoch);
        if (!bodies.contains(bodyId)) {
            referredLater.put(bodyId, frame);
        }
    }

    @Override
    public void received(long epoch, long sequence) {
        named(epoch);
    }

    @Override
    public void settled(long epoch, long sequence) {
        settle(epoch, sequence, sequence + 1);
    }

    @Override
    public void settledRange(long epoch, long first, int count) {
        settle(epoch, first, first + count);
    }

    @Override
    public void inboundOpened(long epoch, int packetId, long transaction) {
        named(epoch);
    }

    @Override
    public void inboundReleased(long epoch, int packetId) {
        Fate fate = named(epoch);
        if (fate.releases == null) {
            fate.releases = new HashMap<>();
        }
        fate.releases.merge(packetId, 1, Integer::sum);
    }

    @Override
    public void committed(long transaction) {
        commits.put(transaction, frame);
    }

    @Override
    public void retainedSet(Message message, long sequence) {
        // The highest sequence counts, whenever it comes.
    }

    @Override
    public void retainedCleared(TopicName topic, long sequence) {
        // The highest sequence counts, whenever it comes.
    }
}
