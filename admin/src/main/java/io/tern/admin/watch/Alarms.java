package io.tern.admin.watch;

import io.tern.api.Clock;
import io.tern.api.Figure;
import io.tern.api.LostProcess;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.api.Worker;
import io.tern.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Takes events from anywhere and brings them, on a thread of its own, to the log, the audit log, a webhook, `$SYS` and
/// whoever else listens. Remembers which alarms are active.
///
/// Bounded: while ten thousand wait more are dropped and counted. The log gets ten lines of a kind in ten seconds, then
/// how many there were besides.
public final class Alarms implements SecurityEvent.Sink, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.tern.security");

    private static final int WAITING_MAX = 10_000;
    private static final int LINES_MAX = 10;
    private static final long LINES_MILLIS = 10_000;
    private static final long IDLE_MILLIS = 1_000;
    private static final String TOPIC = "$SYS/broker/alarms/";
    private static final long WEBHOOK_PAUSE_MILLIS = 1_000;

    /// Publishes a retained message of the server itself.
    @FunctionalInterface
    public interface Publisher {

        /// Publishes one. Doesn't block.
        ///
        /// @param topic below `$SYS`
        /// @param payload empty to remove what is retained
        void publish(String topic, byte[] payload);
    }

    private record Waiting(SecurityEvent event, long atMillis) {}

    /// Lines of one kind in the log.
    private static final class Lines {
        private long sinceMillis;
        private int written;
        private long kept;
    }

    private final Clock clock;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<String, Map<String, Object>> active = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final Map<String, Lines> lines = new LinkedHashMap<>();
    private final List<SecurityEvent.Sink> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private final AuditLog audit;
    private final Webhook webhook;
    private final Worker worker;
    private volatile Publisher publisher = (topic, payload) -> { };
    private volatile boolean ending;

    /// Opens the files and begins.
    ///
    /// @param options values of [WatchOptions]
    /// @param folder that file names without one are meant to be in
    /// @param clock the time
    /// @throws IOException if the audit log can't be written
    /// @throws IllegalArgumentException if a setting makes no sense
    public Alarms(Options options, Path folder, Clock clock) throws IOException {
        this.clock = clock;
        String file = options.get(WatchOptions.AUDIT_FILE);
        String url = options.get(WatchOptions.WEBHOOK);
        this.webhook = url.isEmpty()
                ? null
                : new Webhook(url, options.get(WatchOptions.WEBHOOK_EVENTS), WEBHOOK_PAUSE_MILLIS);
        this.audit = file.isEmpty()
                ? null
                : new AuditLog(
                        folder.resolve(file),
                        options.get(WatchOptions.AUDIT_BYTES),
                        options.get(WatchOptions.AUDIT_FILES));
        this.worker = Worker.start("alarms", this::next, bug -> LOG.error("bug while an event is told", bug));
    }

    /// Says how `$SYS` is reached. Alarms that are active already are published.
    ///
    /// @param to publishes
    public void publisher(Publisher to) {
        publisher = to;
        active.forEach((name, facts) -> to.publish(TOPIC + name, bytes(facts)));
    }

    /// Lets somebody else have all events, too.
    ///
    /// @param listener called on this thread of events; must not block it for long
    public void listen(SecurityEvent.Sink listener) {
        listeners.add(listener);
    }

    @Override
    public void on(SecurityEvent event) {
        if (!waiting.offer(new Waiting(event, clock.machineMillis()))) {
            lost.incrementAndGet();
        }
    }

    /// The alarms that are active.
    ///
    /// @return by name, what is told of them
    public Map<String, Map<String, Object>> active() {
        return Map.copyOf(active);
    }

    /// How many events of a kind there were.
    ///
    /// @param kind as [EventFacts#kind] says
    /// @return since the start
    public long count(String kind) {
        AtomicLong count = counts.get(kind);
        return count == null ? 0 : count.get();
    }

    /// How many events found no room.
    ///
    /// @return since the start, here and at the webhook
    public long lost() {
        return lost.get() + (webhook == null ? 0 : webhook.lost());
    }

    /// What can be read of it.
    ///
    /// @return for any thread
    public List<Figure> figures() {
        Map<String, DoubleSupplier> kinds = new LinkedHashMap<>();
        EventFacts.kinds().forEach(kind -> kinds.put(kind, () -> count(kind)));
        return List.of(
                Figure.gauge("tern_alarms_active", "Alarms that are active, see $SYS/broker/alarms.", active::size),
                Figure.counter("tern_events_total", "Events of security and of operation, by kind.", "kind", kinds),
                Figure.counter("tern_events_lost_total", "Events that found no room, here or at the webhook.",
                        this::lost));
    }

    private void next() throws InterruptedException {
        Waiting next = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
            handle(next.event, next.atMillis);
        }
        if (waiting.isEmpty() && audit != null) {
            audit.flush();
        }
        if (next == null && ending) {
            worker.stop();
        }
    }

    /// Whoever of those that are told fails, the others are told.
    private void handle(SecurityEvent event, long atMillis) {
        counts.computeIfAbsent(EventFacts.kind(event), kind -> new AtomicLong()).incrementAndGet();
        Map<String, Object> facts = EventFacts.of(event, atMillis);
        guarded(() -> log(event, facts, atMillis));
        if (audit != null) {
            guarded(() -> audit.write(event, atMillis));
        }
        if (webhook != null) {
            guarded(() -> webhook.offer(event, atMillis));
        }
        guarded(() -> state(event, facts));
        for (SecurityEvent.Sink listener : listeners) {
            guarded(() -> listener.on(event));
        }
    }

    private static void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug);
            LOG.error("bug while an event is told", bug);
        }
    }

    private void state(SecurityEvent event, Map<String, Object> facts) {
        String name = EventFacts.alarm(event);
        if (name == null) {
            return;
        }
        if (EventFacts.isActive(event)) {
            active.put(name, facts);
            publisher.publish(TOPIC + name, bytes(facts));
        } else if (active.remove(name) != null) {
            publisher.publish(TOPIC + name, new byte[0]);
        }
    }

    private static byte[] bytes(Map<String, Object> facts) {
        return Json.bytes(facts);
    }

    private void log(SecurityEvent event, Map<String, Object> facts, long atMillis) {
        if (EventWords.isClients(event)) {
            return; // The audit log has them all.
        }
        Lines of = lines.computeIfAbsent(EventFacts.kind(event), kind -> new Lines());
        if (atMillis - of.sinceMillis >= LINES_MILLIS) {
            if (of.kept > 0) {
                LOG.warn("{} more {} in the seconds before", of.kept, EventFacts.kind(event));
            }
            of.sinceMillis = atMillis;
            of.written = 0;
            of.kept = 0;
        }
        if (of.written < LINES_MAX) {
            of.written++;
            LOG.atLevel(EventWords.isTrouble(event) ? Level.WARN : Level.INFO).log(EventWords.of(event, facts));
        } else {
            of.kept++;
        }
    }

    /// Handles what waits, then ends.
    @Override
    public void close() {
        ending = true;
        if (!worker.join(2 * IDLE_MILLIS)) {
            worker.close();
            worker.join(IDLE_MILLIS);
        }
        if (audit != null) {
            audit.close();
        }
        if (webhook != null) {
            webhook.close();
        }
    }
}
