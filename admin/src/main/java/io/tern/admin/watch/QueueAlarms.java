package io.tern.admin.watch;

import io.tern.api.SecurityEvent;
import io.tern.broker.QueueReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Raises an alarm while acknowledged messages are dropped, and one each while queues of single clients, all clients'
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
    private boolean dropping;
    private long droppedAtBegin;
    private long droppedBefore;
    private long droppedTold;
    private long lastDropMillis;
    private long toldMillis;

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
        drops(now, nowMillis);
        String client = now.fullest();
        String queues = now.highQueues() + (now.highQueues() == 1 ? " queue is" : " queues are")
                + " nearly full, the fullest to " + percent(now.fullestPart());
        // Each queue is watched from 80 % to 60 %.
        tell("sessions", now.highQueues() > 0, client, queues, nowMillis);
        part("memory", now.memoryPart(), client, " of limits.memory_bytes is in use", nowMillis);
        part("disk", now.diskPart(), client, " of what the data may take on its disk is in use", nowMillis);
    }

    private void drops(QueueReport now, long nowMillis) {
        long dropped = now.acknowledgedDropped();
        if (dropped > droppedBefore) {
            if (!dropping) {
                droppedAtBegin = droppedBefore;
            }
            lastDropMillis = nowMillis;
            droppedBefore = dropped;
        }
        boolean goesOn = dropped > droppedAtBegin && nowMillis < lastDropMillis + QUIET_MILLIS;
        boolean due = goesOn && dropped > droppedTold && nowMillis >= toldMillis + QUIET_MILLIS;
        if (goesOn != dropping || due) {
            dropping = goesOn;
            droppedTold = dropped;
            toldMillis = nowMillis;
            long messages = dropped - droppedAtBegin;
            events.on(new SecurityEvent.AcknowledgedDropped(goesOn, messages, now.lastReason(), now.lastOwner()));
            droppedAtBegin = goesOn ? droppedAtBegin : dropped;
        }
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
