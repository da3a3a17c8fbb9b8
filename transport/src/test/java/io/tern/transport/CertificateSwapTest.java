package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.CertificateEvents;
import io.tern.api.Clock;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestAuthority.Kind;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.CertificateWatch;
import io.tern.transport.tls.TlsOptions;
import io.tern.transport.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A certificate that is replaced while clients come without pause.
class CertificateSwapTest {

    private static final int CLIENTS = 4;
    private static final int SWAPS = 10;

    private final TestAuthority authority = TestAuthority.of("root");
    private final TlsClients clients = new TlsClients(authority, null);
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<String> served = new LinkedBlockingQueue<>();
    private final AtomicBoolean done = new AtomicBoolean();

    @TempDir
    private Path folder;

    static List<TlsProvider> providers() {
        return TlsListenerTest.providers();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void no_handshake_fails_and_open_connections_stay(TlsProvider provider) throws Exception {
        TestFiles files = authority.issue("server-0", "localhost").write(folder, "server");
        ListenerOptions options = ListenerOptions.tcp("mqtts", "127.0.0.1", 0)
                .withTls(TlsOptions.of(files.certificate(), files.key()));
        Peer.Script echo = (connection, bytes) -> {
            connection.write(bytes, 0, bytes.length);
            connection.flush();
        };
        try (Site site = new Site(IoKind.best(), provider, 2, options, Clock.system(), echo);
                CertificateWatch watch = new CertificateWatch(new Failing(), Clock.system(), 0);
                SSLSocket old = clients.open(site.port())) {
            watch.add(site.listener().tls().orElseThrow());
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                threads.add(Thread.ofVirtual().start(() -> comeAndGo(site.port())));
            }
            for (int i = 1; i <= SWAPS; i++) {
                String name = "server-" + i;
                authority.issue(i % 2 == 0 ? Kind.EC : Kind.RSA, name, "localhost").write(folder, "server");
                watch.step();
                while (failures.isEmpty() && !name.equals(served.poll(1, TimeUnit.SECONDS))) {
                    assertThat(done).isFalse();
                }
            }
            done.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(site.listener().counters().get(Event.TLS_FAILED)).isZero();
            old.getOutputStream().write(7);
            assertThat(old.getInputStream().read()).isEqualTo(7);
        }
    }

    private void comeAndGo(int port) {
        try {
            while (!done.get() && failures.isEmpty()) {
                try (SSLSocket client = clients.open(port)) {
                    client.getOutputStream().write(1);
                    assertThat(client.getInputStream().read()).isEqualTo(1);
                    X509Certificate shown = (X509Certificate) client.getSession().getPeerCertificates()[0];
                    served.add(shown.getSubjectX500Principal().getName().substring("CN=".length()));
                }
            }
        } catch (IOException | AssertionError e) {
            failures.add(e);
        }
    }

    private final class Failing implements CertificateEvents {

        @Override
        public void replaced(String listener, String file, Instant notAfter) {
            assertThat(listener).isEqualTo("mqtts");
        }

        @Override
        public void broken(String listener, String problem) {
            failures.add(new AssertionError(problem));
        }

        @Override
        public void stapling(String listener, String problem) {
            failures.add(new AssertionError(problem));
        }

        @Override
        public void expiring(String listener, String file, String what, Instant notAfter, long daysLeft) {
            failures.add(new AssertionError("expiring in " + daysLeft));
        }
    }
}
