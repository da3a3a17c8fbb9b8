package io.tern.transport.tls;

import io.tern.api.CertificateEvents;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Keeps what it hears, in words.
final class RecordingEvents implements CertificateEvents {

    private final List<String> heard = new ArrayList<>();

    /// All since the last call.
    List<String> take() {
        List<String> all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    @Override
    public void replaced(String listener, String file, Instant notAfter) {
        heard.add("replaced " + Path.of(file).getFileName());
    }

    @Override
    public void broken(String listener, String problem) {
        heard.add("broken " + problem.substring(problem.lastIndexOf('/') + 1));
    }

    @Override
    public void stapling(String listener, String problem) {
        heard.add("stapling " + problem);
    }

    @Override
    public void expiring(String listener, String file, String what, Instant notAfter, long daysLeft) {
        heard.add("expiring " + Path.of(file).getFileName() + " in " + daysLeft);
    }
}
