package io.tern.app;

import io.tern.api.CertificateEvents;
import io.tern.api.SecurityEvent;
import java.time.Instant;

/// Raises an alarm for what is wrong with a certificate, and ends it. Who takes alarms writes them into the log, too.
final class CertificateAlarms implements CertificateEvents {

    private final SecurityEvent.Sink events;

    /// @param events takes alarms
    CertificateAlarms(SecurityEvent.Sink events) {
        this.events = events;
    }

    @Override
    public void replaced(String listener, String file, Instant notAfter) {
        String text = "new handshakes use the new " + file + ", good until " + notAfter;
        events.on(new SecurityEvent.Certificate(listener, false, text));
    }

    @Override
    public void broken(String listener, String problem) {
        events.on(new SecurityEvent.Certificate(listener, true, "what was loaded before stays in use: " + problem));
    }

    @Override
    public void stapling(String listener, String problem) {
        String text = problem == null ? "OCSP responses are stapled" : problem;
        events.on(new SecurityEvent.Stapling(listener, problem != null, text));
    }

    @Override
    public void expiring(String listener, String file, String what, Instant notAfter, long daysLeft) {
        String when = daysLeft < 0 ? " has expired at " : " expires in " + daysLeft + " days, at ";
        events.on(new SecurityEvent.Certificate(listener, true, file + ": " + what + when + notAfter));
    }
}
