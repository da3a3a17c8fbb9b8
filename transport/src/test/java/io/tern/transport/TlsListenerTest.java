package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.api.Clock;
import io.tern.api.PeerCertificate;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestAuthority.Kind;
import io.tern.testpki.TestFiles;
import io.tern.testpki.TestIdentity;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.ClientAuth;
import io.tern.transport.tls.IdentityFiles;
import io.tern.transport.tls.TlsOptions;
import io.tern.transport.tls.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Handshakes: who gets in, with which certificate, and who doesn't.
class TlsListenerTest {

    private static final Peer.Script ECHO = (connection, bytes) -> {
        connection.write(bytes, 0, bytes.length);
        connection.flush();
    };

    private final TestAuthority authority = TestAuthority.of("root");

    @TempDir
    private Path folder;

    static List<TlsProvider> providers() {
        return Arrays.stream(TlsProvider.values())
                .filter(each -> each == TlsProvider.JDK || each == TlsProvider.best())
                .toList();
    }

    static Stream<Arguments> handshakes() {
        return providers().stream().flatMap(provider -> Arrays.stream(Kind.values()).flatMap(kind ->
                TlsOptions.VERSIONS.stream().map(version -> Arguments.of(provider, kind, version))));
    }

    private TlsOptions server(TestIdentity identity) {
        TestFiles files = identity.write(folder, "server");
        return TlsOptions.of(files.certificate(), files.key());
    }

    private Site site(TlsProvider provider, TlsOptions tls) throws ListenException {
        return new Site(IoKind.best(), provider, 1, ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls),
                Clock.system(), ECHO);
    }

    private static long count(Site site, Event event) {
        return site.listener().counters().get(event);
    }

    /// A refusal may come with the handshake or, in TLS 1.3, with the first byte after it.
    private static void refused(Site site, TlsClients clients, String... versions) throws Exception {
        assertThatThrownBy(() -> {
            try (SSLSocket client = clients.open(site.port(), versions)) {
                client.getOutputStream().write(1);
                if (client.getInputStream().read() < 0) {
                    throw new IOException("ended");
                }
            }
        }).isInstanceOf(IOException.class);
        assertThat(site.hasAccepted()).isFalse();
    }

    private static void echoes(SSLSocket client) throws IOException {
        client.getOutputStream().write(42);
        assertThat(client.getInputStream().read()).isEqualTo(42);
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void both_versions_with_both_kinds_of_keys(TlsProvider provider, Kind kind, String version) throws Exception {
        TlsOptions tls = server(authority.issue(kind, "server", "localhost"));
        try (Site site = site(provider, tls);
                SSLSocket client = new TlsClients(authority, null).open(site.port(), version)) {
            echoes(client);
            assertThat(client.getSession().getProtocol()).isEqualTo(version);
            assertThat(client.getSession().getCipherSuite()).containsAnyOf("GCM", "CHACHA20");
            assertThat(client.getApplicationProtocol()).isEqualTo("mqtt");
            Peer peer = site.accepted();
            assertThat(peer.connection().info().transport()).isEqualTo("tls");
            assertThat(peer.connection().info().certificate()).isNull();
            assertThat(count(site, Event.OPENED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void versions_and_cipher_suites_are_the_operator_s(TlsProvider provider) throws Exception {
        TlsOptions only13 = server(authority.issue("server", "localhost")).withPolicy(List.of("TLSv1.3"), List.of());
        try (Site site = site(provider, only13)) {
            refused(site, new TlsClients(authority, null), "TLSv1.2");
            assertThat(count(site, Event.TLS_FAILED)).isEqualTo(1);
        }
        TlsOptions one = only13.withPolicy(TlsOptions.VERSIONS, List.of("ECDHE-ECDSA-AES256-GCM-SHA384"));
        try (Site site = site(provider, one)) {
            try (SSLSocket client = new TlsClients(authority, null).open(site.port(), "TLSv1.2")) {
                assertThat(client.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
            }
            try (SSLSocket client = new TlsClients(authority, null).open(site.port(), "TLSv1.3")) {
                echoes(client);
            }
        }
        TlsOptions wrong = only13.withPolicy(TlsOptions.VERSIONS, List.of("ROT13"));
        assertThatThrownBy(() -> site(provider, wrong)).isInstanceOf(ListenException.class)
                .hasMessageContaining("ROT13 is no cipher suite of " + provider.describe());
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_client_s_certificate_is_known_to_the_door(TlsProvider provider) throws Exception {
        TestIdentity press = authority.intermediate("plant").issue(Kind.RSA, "press-7", "press-7.example", "10.0.0.7");
        TlsOptions tls = server(authority.issue("server", "localhost"))
                .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, null);
        for (String version : TlsOptions.VERSIONS) {
            try (Site site = site(provider, tls);
                    SSLSocket client = new TlsClients(authority, press).open(site.port(), version)) {
                echoes(client);
                PeerCertificate shown = site.accepted().connection().info().certificate();
                assertThat(shown).isEqualTo(PeerCertificate.of(press.certificate()));
                assertThat(shown.commonName()).isEqualTo("press-7");
                assertThat(shown.subjectAltNames()).containsExactly("DNS:press-7.example", "IP:10.0.0.7");
                assertThat(shown.issuer()).isEqualTo("CN=plant");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void whoever_has_no_good_certificate_is_refused(TlsProvider provider) throws Exception {
        Instant now = Instant.now();
        TestIdentity expired = authority.issue(Kind.EC, now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)),
                "late");
        TestIdentity early = authority.issue(Kind.EC, now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(9)),
                "early");
        TestIdentity foreign = TestAuthority.of("root").issue("press-7");
        TlsOptions tls = server(authority.issue("server", "localhost"));
        Path ca = authority.write(folder, "ca");
        try (Site site = site(provider, tls.withClients(ca, ClientAuth.REQUIRED, null))) {
            for (String version : TlsOptions.VERSIONS) {
                for (TestIdentity shown : new TestIdentity[] {null, expired, early, foreign}) {
                    refused(site, new TlsClients(authority, shown), version);
                }
            }
            assertThat(count(site, Event.TLS_FAILED)).isEqualTo(8);
            assertThat(count(site, Event.OPENED)).isZero();
        }
        try (Site site = site(provider, tls.withClients(ca, ClientAuth.OPTIONAL, null))) {
            for (String version : TlsOptions.VERSIONS) {
                refused(site, new TlsClients(authority, expired), version);
                try (SSLSocket client = new TlsClients(authority, null).open(site.port(), version)) {
                    echoes(client);
                    assertThat(site.accepted().connection().info().certificate()).isNull();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void the_revoked_are_refused_and_so_is_everybody_when_the_list_is_old(TlsProvider provider) throws Exception {
        TestAuthority plant = authority.intermediate("plant");
        TestAuthority closed = authority.intermediate("closed plant");
        TestIdentity gone = plant.issue("gone");
        Path crl = folder.resolve("ca.crl");
        Files.writeString(crl, plant.revocationList(gone.certificate()) + closed.revocationList()
                + authority.revocationList(closed.certificate()));
        TlsOptions tls = server(authority.issue("server", "localhost"))
                .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, crl);
        try (Site site = site(provider, tls)) {
            refused(site, new TlsClients(authority, gone));
            refused(site, new TlsClients(authority, closed.issue("of the closed plant")));
            refused(site, new TlsClients(authority, authority.intermediate("no list").issue("unknown")));
            try (SSLSocket client = new TlsClients(authority, plant.issue("here")).open(site.port())) {
                echoes(client);
            }
        }
        Files.writeString(crl, plant.revocationList(Instant.now().minus(Duration.ofDays(1))));
        try (Site site = site(provider, tls)) {
            refused(site, new TlsClients(authority, plant.issue("here")));
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void an_authority_that_is_trusted_by_itself_may_be_revoked_by_the_one_above_it(TlsProvider provider)
            throws Exception {
        TestAuthority open = authority.intermediate("open plant");
        TestAuthority closed = authority.intermediate("closed plant");
        TestAuthority below = closed.intermediate("below the closed plant");
        Path crl = folder.resolve("ca.crl");
        Files.writeString(crl, open.revocationList() + closed.revocationList() + below.revocationList()
                + authority.revocationList(closed.certificate()));
        Path trusted = folder.resolve("trusted.crt");
        for (TestAuthority root : List.of(authority, open)) { // With the root among them, and without.
            TestIdentity.replace(trusted, Stream.of(root, open, closed, below)
                    .map(each -> TestIdentity.pem(each.certificate())).distinct().collect(Collectors.joining()));
            TlsOptions tls = server(authority.issue("server", "localhost"))
                    .withClients(trusted, ClientAuth.REQUIRED, crl);
            try (Site site = site(provider, tls)) {
                refused(site, new TlsClients(authority, alone(closed.issue("of the closed plant"))));
                refused(site, new TlsClients(authority, alone(below.issue("of what was below"))));
                try (SSLSocket client = new TlsClients(authority, alone(open.issue("here"))).open(site.port())) {
                    echoes(client);
                }
            }
        }
    }

    /// Who shows his own certificate, and none of those above it.
    private static TestIdentity alone(TestIdentity identity) {
        return new TestIdentity(identity.key(), List.of(identity.certificate()));
    }

    /// A client that comes back to a session shows nothing: what it had shown then is looked at again.
    @ParameterizedTest
    @MethodSource("providers")
    void who_comes_back_to_a_session_is_judged_again(TlsProvider provider) throws Exception {
        Instant now = Instant.now();
        TestIdentity press = authority.issue("press-7");
        TestIdentity brief = authority.issue(Kind.EC, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)),
                "brief");
        Path crl = folder.resolve("ca.crl");
        Files.writeString(crl, authority.revocationList(now.plus(Duration.ofDays(2))));
        TlsOptions listed = server(authority.issue("server", "localhost"))
                .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, crl);
        for (String version : TlsOptions.VERSIONS) {
            for (TestIdentity shown : List.of(press, brief)) {
                AtomicLong laterMillis = new AtomicLong();
                Clock clock = () -> System.currentTimeMillis() + laterMillis.get();
                TlsOptions tls = shown == press
                        ? listed : listed.withClients(listed.clientCa(), ClientAuth.REQUIRED, null);
                try (Site site = new Site(IoKind.best(), provider, 1,
                        ListenerOptions.tcp("mqtts", "127.0.0.1", 0).withTls(tls), clock, ECHO)) {
                    TlsClients clients = new TlsClients(authority, shown);
                    for (Duration later : List.of(Duration.ZERO, Duration.ofMinutes(10))) {
                        laterMillis.set(later.toMillis());
                        try (SSLSocket client = clients.open(site.port(), version)) {
                            echoes(client);
                            PeerCertificate known = site.accepted().connection().info().certificate();
                            assertThat(known).isEqualTo(PeerCertificate.of(shown.certificate()));
                        }
                    }
                    laterMillis.set(Duration.ofDays(3).toMillis());
                    refused(site, clients, version);
                    assertThat(count(site, Event.TLS_FAILED)).isEqualTo(1);
                }
            }
        }
    }

    /// A server that takes connections and never answers stands where the certificates say that lists are.
    @ParameterizedTest
    @MethodSource("providers")
    void lists_are_not_fetched_from_where_certificates_say(TlsProvider provider) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI point = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/ca.crl");
            TestIdentity asking = authority.issueListed("asking", point);
            Path crl = folder.resolve("ca.crl");
            TlsOptions tls = server(authority.issue("server", "localhost"))
                    .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, crl);
            Files.writeString(crl, authority.revocationList());
            try (Site site = site(provider, tls);
                    SSLSocket client = new TlsClients(authority, asking).open(site.port())) {
                echoes(client);
            }
            Files.writeString(crl, authority.revocationList(Instant.now().minus(Duration.ofDays(1))));
            try (Site site = site(provider, tls)) {
                refused(site, new TlsClients(authority, asking));
            }
            Files.writeString(crl, TestAuthority.of("root").revocationList()); // The same name, another key.
            try (Site site = site(provider, tls)) {
                refused(site, new TlsClients(authority, asking));
            }
            silent.setSoTimeout(1);
            assertThatThrownBy(silent::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_client_gets_the_certificate_of_the_host_it_asks_for(TlsProvider provider) throws Exception {
        TestFiles plant = authority.issue(Kind.RSA, "plant", "plant.example", "*.lines.example").write(folder, "plant");
        TestFiles office = authority.issue("office.example").write(folder, "office");
        TlsOptions tls = server(authority.issue("server", "localhost")).withOthers(List.of(
                new IdentityFiles(plant.certificate(), plant.key(), null, null),
                new IdentityFiles(office.certificate(), office.key(), null, null)));
        try (Site site = site(provider, tls)) {
            assertThat(served(site, "plant.example")).isEqualTo("CN=plant");
            assertThat(served(site, "PLANT.example")).isEqualTo("CN=plant");
            assertThat(served(site, "a.lines.example")).isEqualTo("CN=plant");
            assertThat(served(site, "office.example")).isEqualTo("CN=office.example");
            assertThat(served(site, "localhost")).isEqualTo("CN=server");
            assertThat(served(site, "a.b.lines.example")).isEqualTo("CN=server");
            assertThat(served(site, "elsewhere.example")).isEqualTo("CN=server");
        }
    }

    private String served(Site site, String host) throws IOException {
        try (SSLSocket client = new TlsClients(authority, null).anyHost(site.port(), host)) {
            return ((X509Certificate) client.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        }
    }

    @Test
    void an_OCSP_response_is_stapled() throws Exception {
        assumeTrue(TlsProvider.best() == TlsProvider.BORINGSSL);
        TestIdentity server = authority.issue("server", "localhost");
        TestFiles files = server.write(folder, "server");
        Path response = authority.ocspGood(server.certificate(), folder.resolve("server.ocsp"));
        TlsOptions plain = TlsOptions.of(files.certificate(), files.key());
        TlsOptions tls = new TlsOptions(new IdentityFiles(files.certificate(), files.key(), null, response), List.of(),
                null, ClientAuth.NONE, null, plain.versions(), plain.cipherSuites());
        for (String version : TlsOptions.VERSIONS) {
            try (Site site = site(TlsProvider.BORINGSSL, tls);
                    SSLSocket client = new TlsClients(authority, null).open(site.port(), version)) {
                echoes(client);
                assertThat(((ExtendedSSLSession) client.getSession()).getStatusResponses())
                        .containsExactly(Files.readAllBytes(response));
            }
        }
        assertThatThrownBy(() -> site(TlsProvider.JDK, tls)).hasMessageContaining("can't staple");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void what_is_no_TLS_is_closed_and_counted_and_hurts_nobody(TlsProvider provider) throws Exception {
        TlsOptions tls = server(authority.issue("server", "localhost"));
        List<byte[]> garbage = List.of(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {0x10, 0x0C, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 0},
                new byte[20_000]);
        byte[] brokenHello = {22, 3, 1, 0, 10, 1, 0, 0, 6, 3, 3, 1, 2, 3, 4};
        byte[] endlessHello = {22, 3, 1, 0, 10, 1, 0x7F, 0, 0, 3, 3, 1, 2, 3, 4};
        try (Site site = site(provider, tls);
                SSLSocket healthy = new TlsClients(authority, null).open(site.port())) {
            site.accepted();
            for (byte[] bytes : garbage) {
                assertThat(isEndedAfter(site, bytes)).isTrue();
            }
            assertThat(count(site, Event.NOT_TLS)).isEqualTo(garbage.size());
            assertThat(isEndedAfter(site, brokenHello)).isTrue();
            assertThat(isEndedAfter(site, endlessHello)).isTrue();
            assertThat(count(site, Event.TLS_FAILED)).isEqualTo(2);
            assertThat(site.hasAccepted()).isFalse();
            echoes(healthy);
        }
    }

    private static boolean isEndedAfter(Site site, byte[] bytes) throws IOException {
        try (Socket socket = site.connect()) {
            socket.getOutputStream().write(bytes);
            Site.drained(socket);
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_client_shows_a_certificate_of_any_kind_that_its_authority_has(TlsProvider provider) throws Exception {
        for (Kind kind : List.of(Kind.RSA, Kind.EC, Kind.ED25519)) {
            TestAuthority clients = TestAuthority.of(kind, "clients");
            TlsOptions tls = server(authority.issue(Kind.RSA, "server", "localhost"))
                    .withClients(clients.write(folder, "clients"), ClientAuth.REQUIRED, null);
            try (Site site = site(provider, tls);
                    SSLSocket client = new TlsClients(authority, clients.issue(kind, "press-7")).open(site.port())) {
                echoes(client);
                assertThat(site.accepted().connection().info().certificate().commonName()).isEqualTo("press-7");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_bundle_of_what_people_put_together_is_served(TlsProvider provider) throws Exception {
        TestAuthority plant = authority.intermediate("plant");
        TestIdentity own = plant.issue("server", "localhost");
        List<X509Certificate> bundle = List.of(authority.issue("server", "localhost").certificate(),
                TestAuthority.of("other").certificate(), authority.certificate(), own.certificate(),
                plant.certificate(), TestAuthority.of("elsewhere").certify(plant).certificate());
        try (Site site = site(provider, server(new TestIdentity(own.key(), bundle)));
                SSLSocket client = new TlsClients(authority, null).open(site.port())) {
            echoes(client);
            assertThat(client.getSession().getPeerCertificates()).startsWith(own.certificate(), plant.certificate());
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void files_that_can_not_be_used_are_named(TlsProvider provider) {
        TestFiles files = authority.issue("server", "localhost").write(folder, "server");
        TestFiles other = authority.issue("other", "localhost").write(folder, "other");
        Path none = folder.resolve("none.crt");
        assertThatThrownBy(() -> site(provider, TlsOptions.of(none, files.key())))
                .hasMessage("listener mqtts: can't listen on 127.0.0.1 port 0: " + none + ": no such file");
        assertThatThrownBy(() -> site(provider, TlsOptions.of(files.certificate(), other.key())))
                .hasMessageEndingWith(other.key() + ": the private key does not fit the certificate");
        assertThatThrownBy(() -> site(provider, TlsOptions.of(files.key(), files.key())))
                .hasMessageEndingWith(files.key() + ": has no certificate");
        assertThatThrownBy(() -> site(provider, TlsOptions.of(files.certificate(), files.key())
                        .withClients(files.key(), ClientAuth.OPTIONAL, null)))
                .hasMessageEndingWith(files.key() + ": has no certificate");
        assertThatThrownBy(() -> site(provider, TlsOptions.of(files.certificate(), files.key())
                        .withClients(files.certificate(), ClientAuth.OPTIONAL, files.certificate())))
                .hasMessageEndingWith(files.certificate() + ": has no revocation list");
    }
}
