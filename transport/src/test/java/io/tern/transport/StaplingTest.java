package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.tern.api.CertificateEvents;
import io.tern.api.Clock;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.testpki.TestIdentity;
import io.tern.transport.tls.CertificateWatch;
import io.tern.transport.tls.ClientAuth;
import io.tern.transport.tls.IdentityFiles;
import io.tern.transport.tls.TlsOptions;
import io.tern.transport.tls.TlsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// OCSP responses that a listener fetches from the responder of its certificate's authority, and staples.
class StaplingTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final int OPENSSL_SECONDS = 30;

    private final TestAuthority root = TestAuthority.of("root");
    private final TestAuthority authority = root.intermediate("below");
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private volatile long nowMillis = System.currentTimeMillis();
    private volatile byte[] answer = new byte[0];
    private volatile int status = 200;
    private HttpServer responder;

    @TempDir
    private Path folder;

    @BeforeEach
    void respond() throws IOException {
        assumeTrue(TlsProvider.best() == TlsProvider.BORINGSSL);
        responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        responder.createContext("/ocsp", exchange -> {
            exchange.getRequestBody().readAllBytes();
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("Content-Type"));
            byte[] body = answer;
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        responder.start();
    }

    @AfterEach
    void end() {
        if (responder != null) {
            responder.stop(0);
        }
    }

    private final class Events implements CertificateEvents {

        @Override
        public void replaced(String listener, String file, Instant notAfter) {
            told.add("replaced");
        }

        @Override
        public void broken(String listener, String problem) {
            told.add("broken " + problem);
        }

        @Override
        public void stapling(String listener, String problem) {
            told.add(String.valueOf(problem));
        }

        @Override
        public void expiring(String listener, String file, String what, Instant notAfter, long daysLeft) {
            told.add("expiring");
        }
    }

    private static TlsOptions fetching(TestFiles files) {
        return TlsOptions.of(files.certificate(), files.key()).withStapling(TlsOptions.Stapling.FETCH);
    }

    private static Site site(TlsOptions tls) throws ListenException {
        return new Site(IoKind.best(), TlsProvider.BORINGSSL, 1,
                ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls), Clock.system(), (connection, bytes) -> { });
    }

    private List<byte[]> stapled(Site site) {
        try (SSLSocket client = new TlsClients(root, null).open(site.port())) {
            client.startHandshake();
            return ((ExtendedSSLSession) client.getSession()).getStatusResponses();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private byte[] response(TestIdentity about, boolean revoked) {
        Instant now = Instant.ofEpochMilli(nowMillis);
        return authority.ocsp(about.certificate(), revoked, now.minusSeconds(60), now.plus(WEEK));
    }

    /// Looks until a request more was answered and what has become of it was told.
    private String next(CertificateWatch watch, int requested) {
        Site.until(() -> {
            watch.step();
            return requests.size() == requested && !told.isEmpty();
        });
        return told.poll();
    }

    @Test
    void a_response_is_fetched_again_in_time_and_used_no_longer_than_it_holds() throws Exception {
        TestIdentity server = authority.issueAsking("server", URI.create(
                "http://127.0.0.1:" + responder.getAddress().getPort() + "/ocsp"), "localhost");
        byte[] first = response(server, false);
        answer = first;
        try (Site site = site(fetching(server.write(folder, "server")));
                CertificateWatch watch = new CertificateWatch(new Events(), () -> nowMillis, 0)) {
            watch.add(site.listener().tls().orElseThrow());
            assertThat(stapled(site)).isEmpty();
            watch.step();
            Site.until(() -> !stapled(site).isEmpty());
            assertThat(stapled(site)).containsExactly(first);
            watch.step();
            assertThat(requests).containsExactly("POST application/ocsp-request");
            assertThat(told).isEmpty();

            status = 500;
            answer = new byte[0];
            nowMillis += Duration.ofDays(4).toMillis();
            assertThat(next(watch, 2)).contains("/ocsp: HTTP status 500; what was fetched before is stapled until");
            assertThat(stapled(site)).containsExactly(first);
            nowMillis += Duration.ofDays(4).toMillis();
            assertThat(next(watch, 3)).contains("HTTP status 500; nothing is stapled");
            assertThat(stapled(site)).isEmpty();

            status = 200;
            answer = response(server, false);
            nowMillis += Duration.ofHours(1).toMillis();
            assertThat(next(watch, 4)).isEqualTo("null");
            assertThat(stapled(site)).containsExactly(answer);

            answer = response(server, true);
            nowMillis += Duration.ofDays(4).toMillis();
            assertThat(next(watch, 5)).contains("the certificate is revoked; nothing is stapled");
            assertThat(stapled(site)).isEmpty();
        }
    }

    @Test
    void a_responder_that_is_not_there_or_answers_something_else_is_told_of() throws Exception {
        try (Socket nobody = reservedPort()) {
            TestIdentity lonely = authority.issueAsking("lonely",
                    URI.create("http://127.0.0.1:" + nobody.getLocalPort()), "localhost");
            TestIdentity odd = authority.issueAsking("odd", URI.create(
                    "http://127.0.0.1:" + responder.getAddress().getPort() + "/ocsp"), "localhost");
            answer = new byte[100_000];
            for (TestIdentity each : List.of(lonely, odd)) {
                try (Site site = site(fetching(each.write(folder, "x")));
                        CertificateWatch watch = new CertificateWatch(new Events(), () -> nowMillis, 0)) {
                    watch.add(site.listener().tls().orElseThrow());
                    String why = each == odd ? "body exceeds capacity: 65536" : "ConnectException";
                    assertThat(next(watch, each == odd ? 1 : 0)).contains("nothing is stapled", why);
                    assertThat(stapled(site)).isEmpty();
                }
            }
        }
    }

    private static TlsOptions filed(TestFiles files, Path response) {
        TlsOptions plain = TlsOptions.of(files.certificate(), files.key());
        return new TlsOptions(new IdentityFiles(files.certificate(), files.key(), null, response), List.of(), null,
                ClientAuth.NONE, null, plain.versions(), plain.cipherSuites());
    }

    @Test
    void one_from_a_file_is_stapled_no_longer_than_it_holds_and_its_successor_at_once() throws Exception {
        for (TestAuthority by : List.of(authority, root)) { // The issuer's certificate is in the file, or isn't.
            TestIdentity server = by.issue("server", "localhost");
            Instant now = Instant.ofEpochMilli(nowMillis);
            byte[] first = by.ocsp(server.certificate(), false, now.minusSeconds(60), now.plus(WEEK));
            Path file = Files.write(folder.resolve("ocsp"), first);
            try (Site site = site(filed(server.write(folder, "server"), file));
                    CertificateWatch watch = new CertificateWatch(new Events(), () -> nowMillis, 0)) {
                watch.add(site.listener().tls().orElseThrow());
                watch.step();
                assertThat(stapled(site)).containsExactly(first);
                assertThat(told).isEmpty();

                nowMillis += Duration.ofDays(8).toMillis();
                watch.step();
                assertThat(told.poll()).contains("ocsp: ", "; nothing is stapled");
                assertThat(stapled(site)).isEmpty();
                watch.step();
                assertThat(told).isEmpty();

                Instant then = Instant.ofEpochMilli(nowMillis);
                byte[] second = by.ocsp(server.certificate(), false, then.minusSeconds(60), then.plus(WEEK));
                Files.write(file, second);
                watch.step();
                assertThat(stapled(site)).containsExactly(second);
                assertThat(told).containsExactly("replaced", "null");
                told.clear();
            }
        }
    }

    @Test
    void one_from_a_file_that_is_of_another_certificate_or_of_a_revoked_one_is_not_stapled() throws Exception {
        TestIdentity server = authority.issue("server", "localhost");
        byte[] ofOther = response(authority.issue("other", "localhost"), false);
        for (byte[] each : List.of(ofOther, response(server, true), new byte[] {1, 2, 3})) {
            Path file = Files.write(folder.resolve("ocsp"), each);
            try (Site site = site(filed(server.write(folder, "server"), file));
                    CertificateWatch watch = new CertificateWatch(new Events(), () -> nowMillis, 0)) {
                watch.add(site.listener().tls().orElseThrow());
                watch.step();
                assertThat(told.poll()).contains("ocsp: ", "; nothing is stapled");
                assertThat(stapled(site)).isEmpty();
            }
        }
    }

    @Test
    void a_certificate_without_a_responder_or_an_issuer_is_refused_at_the_start() {
        TestFiles silent = authority.issue("silent", "localhost").write(folder, "silent");
        assertThatThrownBy(() -> site(fetching(silent)).close())
                .hasMessageContaining("silent.crt: the certificate names no OCSP responder");
        TestFiles alone = root.issueAsking("alone", URI.create("http://x/"), "localhost").write(folder, "alone");
        assertThatThrownBy(() -> site(fetching(alone)).close())
                .hasMessageContaining("alone.crt: lacks the certificate of the issuer");
    }

    private static Process openssl(Path out, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(out.toFile()).start();
    }

    private boolean hasOpenssl() throws InterruptedException {
        try {
            return openssl(folder.resolve("version"), "version").waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// A port that nobody is given and that only somebody listens on who names it.
    private static Socket reservedPort() throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    private static boolean says(Path output, String words) {
        try {
            return Files.readString(output, StandardCharsets.UTF_8).contains(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void openssl_answers_and_believes_what_it_gets_stapled() throws Exception {
        assumeTrue(hasOpenssl(), "left out: openssl");
        Socket port = reservedPort();
        URI address = URI.create("http://127.0.0.1:" + port.getLocalPort() + "/");
        TestIdentity server = authority.issueAsking("server", address, "localhost");
        TestFiles signer = authority.identity().write(folder, "below");
        Path trusted = root.write(folder, "root");
        Path index = Files.writeString(folder.resolve("index"), "V\t350101000000Z\t\t"
                + server.certificate().getSerialNumber().toString(16).toUpperCase() + "\tunknown\t/CN=server\n");
        Process ocsp = openssl(folder.resolve("ocsp.out"), "ocsp", "-port", String.valueOf(port.getLocalPort()),
                "-index", index.toString(), "-CA", signer.certificate().toString(),
                "-rsigner", signer.certificate().toString(), "-rkey", signer.key().toString(), "-ndays", "1");
        try (port; Site site = site(fetching(server.write(folder, "server")));
                CertificateWatch watch = new CertificateWatch(new Events(), Clock.system(), 0)) {
            Site.until(() -> says(folder.resolve("ocsp.out"), "aiting for OCSP client connections"));
            watch.add(site.listener().tls().orElseThrow());
            watch.step();
            Site.until(() -> !stapled(site).isEmpty());

            Path said = folder.resolve("s_client.out");
            Process client = openssl(said, "s_client", "-status", "-connect", "127.0.0.1:" + site.port(), "-CAfile",
                    trusted.toString(), "-verify_return_error", "-servername", "localhost");
            client.getOutputStream().close();

            assertThat(client.waitFor(OPENSSL_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(said, StandardCharsets.UTF_8)).contains(
                    "OCSP Response Status: successful (0x0)", "Cert Status: good", "Verify return code: 0 (ok)");
            assertThat(told).isEmpty();
        } finally {
            ocsp.destroy();
            ocsp.waitFor();
        }
    }
}
