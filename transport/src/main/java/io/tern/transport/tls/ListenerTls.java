package io.tern.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.tern.api.CertificateEvents;
import io.tern.api.Clock;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The identities of one listener, kept as fresh as their files. For any thread.
public final class ListenerTls implements AutoCloseable {

    private static final String RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    private final String listener;
    private final TlsOptions options;
    private final TlsLoader loader;
    private final List<Path> paths;
    private final Map<String, Long> toldDays = new HashMap<>();

    private volatile TlsContext current;
    private List<Object> seen;
    /// The digests of what is in use.
    private Map<Path, String> loaded;
    /// What could not be used: its digests, or the problem if it could not even be read.
    private Object refused;
    private boolean refusalTold;
    /// What is wrong with OCSP responses, as it was told last; empty for nothing.
    private String staplingTold = "";
    private boolean closed;

    private ListenerTls(String listener, TlsOptions options, TlsLoader loader) throws TlsException {
        this.listener = listener;
        this.options = options;
        this.loader = loader;
        this.paths = Contents.paths(options);
        // Before they are read: a change in between is then seen later.
        this.seen = Contents.marks(paths);
        Contents contents = Contents.read(paths);
        this.loaded = contents.digests();
        this.current = loader.load(contents, null);
    }

    /// Loads all files. A certificate that has expired is taken nevertheless: the other listeners of a machine that
    /// starts by itself are worth more than a refusal, and [#look] tells.
    ///
    /// @param listener its name
    /// @param options which files, and what is spoken
    /// @param alpn application protocols to agree on
    /// @param provider who does it
    /// @param clock by which clients are judged
    /// @return ready for handshakes
    /// @throws TlsException if a file is missing or broken, or two don't fit; it names the file
    public static ListenerTls load(String listener, TlsOptions options, List<String> alpn, TlsProvider provider,
            Clock clock) throws TlsException {
        if (provider == TlsProvider.JDK && System.getProperty(RENEGOTIATION) == null) {
            // A client could make us do the expensive part again and again; BoringSSL never lets it.
            System.setProperty(RENEGOTIATION, "true");
        }
        return new ListenerTls(listener, options, new TlsLoader(options, alpn, provider, clock));
    }

    /// How long what is in use is good for. On any thread.
    ///
    /// @return one for each certificate and revocation list
    public List<CertificateLife> lives() {
        return current.lives();
    }

    /// A handler for one connection, with the identity for the host that the client asked for.
    SslHandler newHandler(String host, ByteBufAllocator memory) {
        while (true) {
            TlsContext context = current;
            try {
                return context.forHost(host).newHandler(memory);
            } catch (IllegalReferenceCountException replaced) {
                if (context == current) {
                    throw replaced;
                }
            }
        }
    }

    /// Judges a client whose handshake is done, if it has come back to a session that was begun before. On any thread.
    ///
    /// @param chain shown when the session began
    /// @param begunMillis when that was, by the machine's clock
    /// @throws CertificateException if it may not come any more
    public void checkAgain(X509Certificate[] chain, long begunMillis) throws CertificateException {
        ClientTrust clients = current.clients();
        if (clients != null) {
            clients.checkAgain(chain, begunMillis);
        }
    }

    /// Looks whether files have changed, and takes them if they are good. Blocks on the disk.
    ///
    /// A change is often met half-way, the certificate there and its key not yet. So what can't be used is told of only
    /// if it is still the same at the next look.
    ///
    /// @param now the time
    /// @param warningDays from how many days before the end on it is told of
    /// @param events hears of it
    synchronized void look(Instant now, long warningDays, CertificateEvents events) {
        if (closed) {
            return;
        }
        List<Object> marks = Contents.marks(paths);
        // What was refused may be good now without any change that shows: its time has come, or it may be read.
        if (!marks.equals(seen) || refused != null) {
            seen = marks;
            reload(now, events);
        }
        staple(now, events);
        for (CertificateLife life : current.lives()) {
            long days = Math.floorDiv(Duration.between(now, life.notAfter()).toSeconds(), 86_400L);
            if (life.endsSoon(now, warningDays)
                    && !Long.valueOf(days).equals(toldDays.put(life.file() + ": " + life.what(), days))) {
                events.expiring(listener, life.file(), life.what(), life.notAfter(), days);
            }
        }
    }

    private void staple(Instant now, CertificateEvents events) {
        List<String> problems = new ArrayList<>();
        for (Staple staple : current.staples()) {
            staple.look(now);
            String problem = staple.problem();
            if (problem != null) {
                problems.add(problem);
            }
        }
        String all = String.join("; ", problems);
        if (!all.equals(staplingTold)) {
            staplingTold = all;
            events.stapling(listener, all.isEmpty() ? null : all);
        }
    }

    private void reload(Instant now, CertificateEvents events) {
        Contents contents = null;
        try {
            contents = Contents.read(paths);
            Map<Path, String> digests = contents.digests();
            List<String> changed = changed(digests);
            if (!changed.isEmpty()) {
                TlsContext old = current;
                current = loader.load(contents, now);
                loaded = digests;
                old.release();
            } else if (!refusalTold) {
                refused = null;
                return;
            }
            refused = null;
            refusalTold = false;
            toldDays.clear(); // What expires soon is told after this, which takes back what was told before.
            tellReplaced(changed, now, events);
        } catch (TlsException | RuntimeException problem) {
            Object bad = contents == null ? problem.getMessage() : contents.digests();
            if (!bad.equals(refused)) {
                refused = bad;
                refusalTold = false;
            } else if (!refusalTold) {
                refusalTold = true;
                events.broken(listener, problem.getMessage());
            }
        }
    }

    private List<String> changed(Map<Path, String> digests) {
        return digests.keySet().stream()
                .filter(path -> !digests.get(path).equals(loaded.get(path)))
                .map(Path::toString)
                .toList();
    }

    /// Names what has changed and has an end, of which a key has none; the certificate where the old files are back.
    private void tellReplaced(List<String> changed, Instant now, CertificateEvents events) {
        List<CertificateLife> fresh =
                current.lives().stream().filter(life -> changed.contains(life.file())).toList();
        List<String> ending = fresh.stream().map(CertificateLife::file).distinct().sorted().toList();
        List<String> others = changed.isEmpty() ? List.of(options.identity().certificate().toString()) : changed;
        events.replaced(listener, String.join(", ", ending.isEmpty() ? others : ending),
                (fresh.isEmpty() ? current.lives() : fresh).stream()
                        .map(CertificateLife::notAfter).min(Instant::compareTo).orElse(now));
    }

    /// Gives the memory back once its connections are closed. From any thread; handshakes that begin later fail.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            current.release();
        }
    }
}
