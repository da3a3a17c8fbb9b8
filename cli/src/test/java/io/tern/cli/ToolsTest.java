package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Small things about the tools that people stumble over.
class ToolsTest {

    @ParameterizedTest
    @CsvSource({
        "ECDHE-RSA-AES128-GCM-SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        "DHE-RSA-AES256-GCM-SHA384, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"
    })
    void cipher_suites_have_names_of_two_kinds(String given, String standard) throws UsageException {
        assertThat(CipherNames.of(given)).contains("TLS_AES_128_GCM_SHA256").endsWith(standard);
    }

    @Test
    void of_TLS_1_3_those_that_are_named_and_an_unknown_one_is_said() throws UsageException {
        assertThat(CipherNames.of("TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES128-SHA"))
                .containsExactly("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
        assertThatThrownBy(() -> CipherNames.of("HIGH"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'HIGH'");
    }

    static Stream<List<Object>> handshakes() {
        return Stream.of(
                List.of(new SSLHandshakeException("x").initCause(
                        new CertPathBuilderException("unable")), "no authority"),
                List.of(new SSLHandshakeException("x").initCause(
                        new CertificateExpiredException("NotAfter")), "has expired"),
                List.of(new SSLHandshakeException("No subject alternative DNS name matching a found."), "another host"),
                List.of(new SSLHandshakeException("Received fatal alert: certificate_required"), "--cert"),
                List.of(new SSLHandshakeException("Received fatal alert: protocol_version"), "no version of TLS"),
                List.of(new SSLHandshakeException("Remote host terminated the handshake"), "may not speak TLS"),
                List.of(new SSLHandshakeException("Unsupported or unrecognized SSL message"), "does not speak TLS"));
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void a_handshake_that_failed_is_told_in_words(List<Object> failed) {
        assertThat(TlsFailure.words((Throwable) failed.get(0))).contains((String) failed.get(1)).doesNotContain("PKIX");
    }

    @Test
    @Timeout(30)
    void who_waits_for_a_server_that_only_hangs_up_is_told_why_and_ends_in_time() throws IOException {
        try (StubBroker server = new StubBroker(packet -> List.of(StubBroker.CLOSE))) {
            Run run = Run.ofTern("sub", "-h", "localhost", "-p", server.port(), "-t", "x", "-W", "3");
            assertThat(run.exitCode()).isEqualTo(ExitCode.TIMED_OUT);
            assertThat(run.err()).containsOnlyOnce("does this port speak TLS?").contains("Timed out");
            assertThat(server.received).hasSizeGreaterThan(1);
        }
    }

    private static LooseJson whole(String text) {
        return LooseJsonReader.readWhole(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_has_more_behind_it_is_no_JSON_and_nothing_is_null() {
        assertThat(whole("{\"n\":1} trailing")).isNull();
        assertThat(whole("1 2")).isNull();
        assertThat(LooseJson.print(whole(" {\"n\":1} \n"), false)).isEqualTo("{\"n\":1}");
        assertThat(LooseJson.print(whole(""), false)).isEqualTo("null");
        assertThat(whole(" ")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"bans --help, COMMAND", "reload --help, read again", "figures --help, Prometheus"})
    void help_helps_and_shows_no_flags_of_messages(String line, String expected) {
        Run run = Run.ofTern(line.split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains(expected).doesNotContain("--will-topic", "--property");
    }

    @Test
    void what_is_not_spoken_is_refused_with_the_reason() {
        assertThat(said("--psk", "00", "--psk-identity", "x")).contains("pre-shared keys");
        assertThat(said("--tls-engine", "pkcs11")).contains("keys in hardware");
        assertThat(said("--tls-engine-kpass-sha1", "00")).contains("keys in hardware");
        assertThat(said("--tls-version", "tlsv1.1")).contains("tlsv1.1 is not spoken here");
        assertThat(said("--keyform", "engine")).contains("--keyform engine");
        assertThat(said("--no-such-flag")).contains("--no-such-flag");
    }

    @ParameterizedTest
    @CsvSource({"pub --version", "sub --version", "request --version", "bans list --version"})
    void all_tools_say_the_version_of_the_program(String line) {
        Run run = Run.ofTern(line.split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("Tern of the test\n");
    }

    private static String said(String... more) {
        Stream<String> first = Stream.of("pub", "-t", "t", "-m", "m", "-L", "mqtts://localhost/t");
        String[] args = Stream.concat(first, Stream.of(more)).toArray(String[]::new);
        Run run = Run.ofTern(args);
        assertThat(run.exitCode()).isEqualTo(1);
        return run.err();
    }
}
