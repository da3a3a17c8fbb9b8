package io.tern.auth;

import static io.tern.auth.Asking.client;
import static io.tern.auth.Asking.options;
import static io.tern.auth.Asking.reason;
import static io.tern.auth.Asking.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Identity;
import io.tern.api.PeerCertificate;
import io.tern.api.Verdict;
import io.tern.auth.certificate.CertificateAuthenticator;
import io.tern.wire.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Names that come from certificates.
class CertificateAuthenticatorTest {

    private static final PeerCertificate CERTIFICATE = new PeerCertificate(
            "CN=pump-7,O=Example",
            "pump-7",
            List.of("URI:urn:x", "DNS:pump.example", "DNS:other"),
            "CN=ca",
            "0a",
            "ff");

    private static Verdict of(PeerCertificate certificate, String... keysAndTexts) {
        return verdict(
                new CertificateAuthenticator(options(CertificateAuthenticator.options(), keysAndTexts)),
                client("c", "u", certificate),
                null);
    }

    private static Identity identity(String... keysAndTexts) {
        return ((Verdict.Allow) of(CERTIFICATE, keysAndTexts)).identity();
    }

    @Test
    void the_common_name_becomes_the_user_name_unless_something_else_is_said() {
        assertThat(identity().userName()).isEqualTo("pump-7");
        assertThat(identity().clientId()).isNull();
        assertThat(identity("user_name", "dn").userName()).isEqualTo("CN=pump-7,O=Example");
        assertThat(identity("user_name", "san_dns", "client_id", "cn").userName()).isEqualTo("pump.example");
        assertThat(identity("client_id", "san_uri").clientId()).isEqualTo("urn:x");
        assertThat(identity("user_name", "none").userName()).isNull();
        assertThat(identity("client_id", "fingerprint").clientId()).isEqualTo("ff");
    }

    @Test
    void without_a_certificate_it_is_left_to_others_or_refused_and_without_the_name_refused() {
        assertThat(of(null)).isEqualTo(Verdict.NEXT);
        assertThat(reason(of(null, "required", "true"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(reason(of(CERTIFICATE, "user_name", "san_email"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
}
