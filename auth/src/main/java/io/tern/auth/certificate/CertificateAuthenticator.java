package io.tern.auth.certificate;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Identity;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.PeerCertificate;
import io.tern.api.Verdict;
import io.tern.wire.ReasonCode;
import java.util.List;
import java.util.function.Consumer;

/// Lets in who has shown a certificate that the listener trusts, under a name that it says.
public final class CertificateAuthenticator implements Authenticator {

    /// What of a certificate becomes a name.
    public enum Field {
        /// Nothing: there is no user name, and the client identifier is the client's own.
        NONE,
        /// Common name of the subject.
        CN,
        /// Distinguished name of the subject, as RFC 2253 writes it.
        DN,
        /// First alternative name that is a host's.
        SAN_DNS,
        /// First alternative name that is an address of mail.
        SAN_EMAIL,
        /// First alternative name that is a URI.
        SAN_URI,
        /// First alternative name that is an IP address.
        SAN_IP,
        /// Serial number, in hexadecimal digits.
        SERIAL,
        /// SHA-256 of the certificate, in hexadecimal digits.
        FINGERPRINT
    }

    private static final Option<Field> USER_NAME =
            Option.choice("user_name", Field.CN, "What of the certificate becomes the user name; none for no name.");
    private static final Option<Field> CLIENT_ID =
            Option.choice("client_id", Field.NONE, "What of the certificate becomes the client identifier.");
    private static final Option<Boolean> REQUIRED = Option.bool(
            "required", false, "Whether who shows no certificate is refused, instead of the next source being asked.");

    private final Field userName;
    private final Field clientId;
    private final boolean required;

    /// Prepares.
    ///
    /// @param options values of [#options]
    public CertificateAuthenticator(Options options) {
        this.userName = options.get(USER_NAME);
        this.clientId = options.get(CLIENT_ID);
        this.required = options.get(REQUIRED);
    }

    /// What can be set.
    ///
    /// @return for the reader and the reference page
    public static List<Option<?>> options() {
        return List.of(USER_NAME, CLIENT_ID, REQUIRED);
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        PeerCertificate certificate = client.connection().certificate();
        if (certificate == null) {
            answer.accept(required
                    ? Verdict.deny(ReasonCode.NOT_AUTHORIZED, "it shows no certificate")
                    : Verdict.NEXT);
            return;
        }
        String user = of(certificate, userName);
        String id = of(certificate, clientId);
        if (userName != Field.NONE && user == null || clientId != Field.NONE && id == null) {
            answer.accept(Verdict.deny(ReasonCode.NOT_AUTHORIZED, "its certificate lacks the name asked for"));
        } else {
            answer.accept(Verdict.allow(Identity.of("x509").withUserName(user).withClientId(id)));
        }
    }

    /// @return null if it isn't there
    private static String of(PeerCertificate certificate, Field field) {
        String text = switch (field) {
            case NONE -> null;
            case CN -> certificate.commonName();
            case DN -> certificate.subjectDn();
            case SAN_DNS -> altName(certificate, "DNS:");
            case SAN_EMAIL -> altName(certificate, "email:");
            case SAN_URI -> altName(certificate, "URI:");
            case SAN_IP -> altName(certificate, "IP:");
            case SERIAL -> certificate.serial();
            case FINGERPRINT -> certificate.fingerprint();
        };
        return text == null || text.isEmpty() ? null : text;
    }

    private static String altName(PeerCertificate certificate, String kind) {
        for (String name : certificate.subjectAltNames()) {
            if (name.startsWith(kind)) {
                return name.substring(kind.length());
            }
        }
        return null;
    }
}
