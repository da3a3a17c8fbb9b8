package io.tern.broker;

import io.tern.engine.DropReason;
import io.tern.engine.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says that messages were dropped that had been acknowledged, since a queue was full: the one thing that a limit can
/// do to the promise that nothing acknowledged is lost. Once in a while, with the number since the last time.
final class DropAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(DropAlarm.class);
    private static final long SILENT_MILLIS = 60_000;

    private final Counters counters;
    private long silentUntilMillis;
    private long unsaid;

    DropAlarm(Counters counters) {
        this.counters = counters;
    }

    /// @param session whose queue it was, or null for a shared group's
    void dropped(Session session, DropReason reason, long messages, long nowMillis) {
        boolean acknowledged = reason == DropReason.QUEUE_FULL || reason == DropReason.MEMORY_FULL;
        if (!acknowledged || session != null && !session.durable()) {
            return;
        }
        counters.count(Counters.Event.ACKNOWLEDGED_DROPPED, messages);
        unsaid += messages;
        if (nowMillis >= silentUntilMillis) {
            LOG.warn("{}: {} acknowledged messages dropped, the last for {}; see limits.queue_disk_bytes, queue_bytes,"
                            + " queue_messages and memory_bytes (said once a minute, counted always)",
                    reason, unsaid, session == null ? "a shared group" : session.clientId());
            unsaid = 0;
            silentUntilMillis = nowMillis + SILENT_MILLIS;
        }
    }
}
