package io.tern.admin.watch;

import io.tern.api.SecurityEvent;
import io.tern.broker.watch.QueueReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Raises an alarm while acknowledged messages are dropped, one while somebody is refused what is beyond his quota, and
/// one each while queues of single clients, all clients'
/// memory or the disk are nearly full: from 80 % of what is allowed until 60 %. What goes on is told anew once a minute
/// if it has changed, not for each message. For one thread.
public final class QueueAlarms {

    private static final double HIGH = 0.8;
    private static final double LOW = 0.6;
    /// After so long without another drop it is over; and this often it is told meanwhile how many there were.
    private static final long QUIET_MILLIS = 60_000;

    /// An alarm that is active.
    private record Told(String client, String text, long atMillis) {}

    private final SecurityEvent.Sink events;
    private final Map<String, Told> high = new HashMap<>();
    private final Spell drops = new Spell();
    private final Spell overQuota = new Spell();

    /// Something that happens now and then: it is over when it hasn't for a minute.
    private static final class Spell {
        private boolean active;
        private long atBegin;
        private long before;
        private long told;
        private long lastMillis;
        private long toldMillis;
        private long times;

        /// @param count how often it has happened since the start
        /// @return whether it is to be told that it goes on, or is over
        boolean isNews(long count, long nowMillis) {
            if (count > before) {
                if (!active) {
                    atBegin = before;
                }
                lastMillis = nowMillis;
                before = count;
            }
            boolean goesOn = count > atBegin && nowMillis < lastMillis + QUIET_MILLIS;
            boolean due = goesOn && count > told && nowMillis >= toldMillis + QUIET_MILLIS;
            if (goesOn == active && !due) {
                return false;
            }
            active = goesOn;
            told = count;
            toldMillis = nowMillis;
            times = count - atBegin;
            atBegin = goesOn ? atBegin : count;
            return true;
        }
    }

    /// Prepares.
    ///
    /// @param events takes alarms
    public QueueAlarms(SecurityEvent.Sink events) {
        this.events = events;
    }

    /// Looks once.
    ///
    /// @param now how it is
    /// @param nowMillis the time
    public void look(QueueReport now, long nowMillis) {
        if (drops.isNews(now.acknowledgedDropped(), nowMillis)) {
            events.on(new SecurityEvent.AcknowledgedDropped(
                    drops.active, drops.times, now.lastReason(), now.lastOwner()));
        }
        if (overQuota.isNews(now.overQuota(), nowMillis)) {
            events.on(new SecurityEvent.OverQuota(overQuota.active, overQuota.times, now.lastOverQuota()));
        }
        String client = now.fullest();
        String queues = now.highQueues() + (now.highQueues() == 1 ? " queue is" : " queues are")
                + " nearly full, the fullest to " + percent(now.fullestPart());
        // Each queue is watched from 80 % to 60 %.
        tell("sessions", now.highQueues() > 0, client, queues, nowMillis);
        part("memory", now.memoryPart(), client, " of limits.memory_bytes is in use", nowMillis);
        part("disk", now.diskPart(), client, " of what the data may take on its disk is in use", nowMillis);
    }

    private void part(String what, double part, String client, String text, long nowMillis) {
        boolean active = part >= (high.containsKey(what) ? LOW : HIGH);
        tell(what, active, client, percent(part) + text, nowMillis);
    }

    private void tell(String what, boolean active, String client, String text, long nowMillis) {
        Told before = high.get(what);
        if (active) {
            boolean changed = before == null
                    || nowMillis >= before.atMillis + QUIET_MILLIS
                            && !(before.text.equals(text) && Objects.equals(before.client, client));
            if (changed) {
                high.put(what, new Told(client, text, nowMillis));
                events.on(new SecurityEvent.QueueHigh(what, true, client, text));
            }
        } else if (before != null) {
            high.remove(what);
            events.on(new SecurityEvent.QueueHigh(what, false, null, text));
        }
    }

    private static String percent(double part) {
        return Math.round(part * 100) + " %";
    }
}
