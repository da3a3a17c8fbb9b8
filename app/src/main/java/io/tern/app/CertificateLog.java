package io.tern.app;

import io.tern.api.CertificateEvents;
import io.tern.api.SecurityEvent;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes into the log what happens to certificates, and raises an alarm for what is wrong with one.
final class CertificateLog implements CertificateEvents {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateLog.class);

    private final SecurityEvent.Sink events;

    /// @param events takes alarms
    CertificateLog(SecurityEvent.Sink events) {
        this.events = events;
    }

    @Override
    public void replaced(String listener, String file, Instant notAfter) {
        LOG.info("listener {}: new handshakes use the new {}, good until {}", listener, file, notAfter);
        events.on(new SecurityEvent.Certificate(listener, false, file + " is good until " + notAfter));
    }

    @Override
    public void broken(String listener, String problem) {
        LOG.error("listener {}: what was loaded before stays in use: {}", listener, problem);
        events.on(new SecurityEvent.Certificate(listener, true, "what was loaded before stays in use: " + problem));
    }

    @Override
    public void stapling(String listener, String problem) {
        if (problem == null) {
            LOG.info("listener {}: OCSP responses are stapled", listener);
        } else {
            LOG.warn("listener {}: {}", listener, problem);
        }
        events.on(new SecurityEvent.Stapling(listener, problem != null, problem == null ? "stapled again" : problem));
    }

    @Override
    public void expiring(String listener, String file, Instant notAfter, long daysLeft) {
        if (daysLeft < 0) {
            LOG.error("listener {}: {} has expired at {}", listener, file, notAfter);
        } else {
            LOG.warn("listener {}: {} expires in {} days, at {}", listener, file, daysLeft, notAfter);
        }
        events.on(new SecurityEvent.Certificate(listener, true, file + " ends at " + notAfter));
    }
}
