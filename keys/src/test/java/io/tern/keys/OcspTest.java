package io.tern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.testpki.TestAuthority;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// What an OCSP responder is asked, and which answers are believed.
class OcspTest {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final Instant BEFORE = NOW.minus(Duration.ofHours(1));
    private static final Instant AFTER = NOW.plus(Duration.ofDays(1));

    private final TestAuthority authority = TestAuthority.of("ca");
    private final X509Certificate issuer = authority.certificate();
    private final X509Certificate server =
            authority.issueAsking("server", URI.create("http://ocsp.example:81/a"), "localhost").certificate();

    private void refused(byte[] response, String why) {
        assertThatThrownBy(() -> Ocsp.check(response, server, issuer, NOW))
                .isInstanceOf(KeyFileException.class).hasMessageContaining(why);
    }

    @Test
    void a_certificate_says_where_to_ask() throws Exception {
        assertThat(Ocsp.responder(server)).isEqualTo(URI.create("http://ocsp.example:81/a"));
        assertThat(Ocsp.responder(authority.issue("other", "localhost").certificate())).isNull();
        X509Certificate odd = authority.issueAsking("odd", URI.create("ldap://x/y"), "localhost").certificate();
        assertThatThrownBy(() -> Ocsp.responder(odd)).hasMessageContaining("ldap://x/y, which is neither");
    }

    @Test
    void of_several_places_to_ask_the_first_on_the_web_counts() throws Exception {
        URI web = URI.create("https://ocsp.example/b");
        X509Certificate several = authority
                .issueAskingAny("several", URI.create("ldap://x/y"), web, URI.create("http://c")).certificate();
        assertThat(Ocsp.responder(several)).isEqualTo(web);
    }

    @Test
    void a_request_names_the_certificate_by_its_authority_and_number() throws Exception {
        byte[] request = Ocsp.request(server, issuer);
        byte[] serial = server.getSerialNumber().toByteArray();
        String hex = HexFormat.of().formatHex(request);

        assertThat(hex).startsWith("30").contains("300906052b0e03021a0500" + "0414")
                .endsWith("02" + HexFormat.of().toHexDigits((byte) serial.length)
                        + HexFormat.of().formatHex(serial));
    }

    @Test
    void a_good_answer_tells_how_long_it_holds() throws Exception {
        Ocsp.Life life = Ocsp.check(authority.ocsp(server, false, BEFORE, AFTER), server, issuer, NOW);
        assertThat(life).isEqualTo(new Ocsp.Life(BEFORE, AFTER));
    }

    @Test
    void of_several_answers_the_one_about_this_authority_s_certificate_counts() throws Exception {
        TestAuthority sameName = TestAuthority.of("ca");
        TestAuthority sameNumber = TestAuthority.of("elsewhere");
        for (TestAuthority other : new TestAuthority[] {sameName, sameNumber}) {
            Ocsp.Life life = Ocsp.check(authority.ocspBehind(other, server, BEFORE, AFTER), server, issuer, NOW);
            assertThat(life).isEqualTo(new Ocsp.Life(BEFORE, AFTER));
        }
    }

    @Test
    void others_are_not_believed() {
        TestAuthority stranger = TestAuthority.of("ca");
        byte[] good = authority.ocsp(server, false, BEFORE, AFTER);
        byte[] forged = good.clone();
        forged[forged.length - 1] ^= 1;

        refused(authority.ocsp(server, true, BEFORE, AFTER), "the certificate is revoked");
        refused(authority.ocsp(server, false, BEFORE.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1))), "");
        refused(stranger.ocsp(server, false, BEFORE, AFTER), "");
        refused(authority.ocsp(authority.issue("x", "y").certificate(), false, BEFORE, AFTER), "says nothing of this");
        refused(forged, "");
        refused(new byte[] {0x30, 3, 0x0A, 1, 3}, "try later");
        for (int length = 0; length < good.length; length++) {
            refused(Arrays.copyOf(good, length), "");
        }
    }
}
