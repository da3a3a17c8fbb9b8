package io.tern.store.archive;

import io.tern.wire.TopicFilter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What has to hold between the lines of an export, and inside of them, so that a start can make something of it. What
/// is wrong is said with the line, as nothing is taken in then. Takes about 100 bytes for each session, shared message
/// and retained message.
final class ImportRules {

    private static final long EXPIRY_MAX = 0xFFFF_FFFFL;
    private static final int QOS = 0x03;
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_HANDLING = 0x30;
    private static final int RESERVED = 0xC0;

    private final Map<String, Long> clients = new HashMap<>();
    private final Map<String, Long> groups = new HashMap<>();
    private final Set<Long> sessions = new HashSet<>();
    private final Set<Long> queues = new HashSet<>();
    private final Set<Long> bodies = new HashSet<>();
    private final Set<String> retained = new HashSet<>();
    private final Set<String> subscriptions = new HashSet<>();
    private long current;
    private boolean delayed;
    private long end;
    private long lastSequence;
    private long highestEpoch;
    private long highestId;
    private long highestRetained;

    private static void check(boolean right, String what) {
        if (!right) {
            throw new IllegalArgumentException(what);
        }
    }

    private void begin(long epoch) {
        check(epoch >= 1, "'epoch' is " + epoch + ", and has to be above 0");
        check(sessions.add(epoch), "there are two sessions, groups or delayed queues of epoch " + epoch);
        highestEpoch = Math.max(highestEpoch, epoch);
        current = epoch;
        delayed = false;
        end = 0;
        lastSequence = -1;
        subscriptions.clear();
    }

    void session(long epoch, String clientId, long expirySeconds) {
        begin(epoch);
        check(expirySeconds <= EXPIRY_MAX, "'expiry_seconds' is " + expirySeconds + ", not 0 to " + EXPIRY_MAX);
        check(clients.putIfAbsent(clientId, epoch) == null, "there are two sessions of client '" + clientId + "'");
    }

    /// Groups of formats 1 and 2 are sessions, and clients may be called like them.
    void formerSession(long epoch, long expirySeconds) {
        begin(epoch);
        check(expirySeconds <= EXPIRY_MAX, "'expiry_seconds' is " + expirySeconds + ", not 0 to " + EXPIRY_MAX);
    }

    void group(long epoch, String filter) {
        begin(epoch);
        check(TopicFilter.of(filter).shareName() != null, "'" + filter + "' is no shared group's filter");
        check(groups.putIfAbsent(filter, epoch) == null, "there are two queues of group '" + filter + "'");
    }

    void delayed(long epoch) {
        begin(epoch);
        delayed = true;
    }

    /// A line that belongs to the session, group or delayed queue before it.
    void belongs(long epoch) {
        check(epoch == current && current != 0,
                "epoch " + epoch + " is not that of the session, group or delayed queue before, which is " + current);
    }

    void subscription(String filter, int options) {
        TopicFilter parsed = TopicFilter.of(filter);
        boolean valid = (options & RESERVED) == 0 && (options & QOS) <= 2
                && (options & RETAIN_HANDLING) != RETAIN_HANDLING
                && !(parsed.shareName() != null && (options & NO_LOCAL) != 0);
        check(valid, "'options' is " + options + ", which no subscription to '" + filter + "' can have");
        check(subscriptions.add(filter), "'" + filter + "' is subscribed to twice");
    }

    void queue(long queueEnd) {
        check(queues.add(current), "there are two lines 'queue' of epoch " + current);
        end = queueEnd;
    }

    void loose(long first, long looseEnd) {
        check(first < looseEnd, "'first' is " + first + ", and 'end' is " + looseEnd);
    }

    void queued(long sequence, boolean isDelayed) {
        check(isDelayed == delayed, "epoch " + current + (delayed ? " is a" : " is no") + " queue of delayed messages");
        check(queues.contains(current), "a line 'queue' of epoch " + current + " has to come before");
        check(sequence > lastSequence, "sequence " + sequence + " comes after " + lastSequence);
        check(sequence < end, "sequence " + sequence + " is not below " + end + ", the end of its queue");
        lastSequence = sequence;
    }

    void body(long id) {
        check(id >= 1, "'id' is " + id + ", and has to be above 0");
        check(bodies.add(id), "there are two messages of id " + id);
        highestId = Math.max(highestId, id);
    }

    void refers(long id) {
        check(bodies.contains(id), "there is no message of id " + id + " in the lines before");
    }

    void retained(String topic, long sequence) {
        check(retained.add(topic), "'" + topic + "' has two retained messages");
        highestRetained = Math.max(highestRetained, sequence);
    }

    void end(long epoch, long id, long retainedSequence) {
        check(epoch >= highestEpoch, "'highest_epoch' is " + epoch + ", and " + highestEpoch + " was there");
        check(id >= highestId, "'highest_id' is " + id + ", and " + highestId + " was there");
        check(retainedSequence >= highestRetained,
                "'highest_retained' is " + retainedSequence + ", and " + highestRetained + " was there");
    }
}
