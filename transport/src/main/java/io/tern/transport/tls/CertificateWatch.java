package io.tern.transport.tls;

import io.tern.api.CertificateEvents;
import io.tern.api.Clock;
import io.tern.api.LostProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the certificates of all listeners again and again, on a thread of its own.
///
/// It compares times and sizes, and reads only what differs; notifications of the kernel would miss what happens on
/// network drives and behind the symbolic links of containers.
public final class CertificateWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    private final CertificateEvents events;
    private final Clock clock;
    private final int warningDays;
    private final List<ListenerTls> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tern-certificates").factory());

    /// Watches nothing yet.
    ///
    /// @param events hears what happens
    /// @param clock says what has expired
    /// @param warningDays from how many days before the end of a certificate on that is told, daily
    public CertificateWatch(CertificateEvents events, Clock clock, int warningDays) {
        this.events = events;
        this.clock = clock;
        this.warningDays = warningDays;
    }

    /// Watches a listener's files too. From any thread.
    ///
    /// @param tls of the listener
    public void add(ListenerTls tls) {
        listeners.add(tls);
    }

    /// Looks again and again from now on.
    ///
    /// @param pause between two looks
    public void start(Duration pause) {
        thread.scheduleWithFixedDelay(this::step, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Looks at all once. On the watch's own thread, or in a test in its place.
    public void step() {
        Instant now = Instant.ofEpochMilli(clock.machineMillis());
        for (ListenerTls each : listeners) {
            try {
                each.look(now, warningDays, events);
            } catch (RuntimeException | Error bug) { // One would end all later looks, silently.
                LostProcess.endIf(bug);
                LOG.error("looking at certificates failed", bug);
            }
        }
    }

    /// Looks no more. What is loaded stays in use.
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
