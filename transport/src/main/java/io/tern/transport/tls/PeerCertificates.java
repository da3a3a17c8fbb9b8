package io.tern.transport.tls;

import io.tern.api.PeerCertificate;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/// What a client's certificate says, in our words.
public final class PeerCertificates {

    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    private PeerCertificates() {}

    /// The certificate that a handshake has verified.
    ///
    /// @param session of a handshake that is done
    /// @return null if the client has shown none
    public static PeerCertificate of(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate ? of(certificate) : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    static PeerCertificate of(X509Certificate certificate) {
        return new PeerCertificate(
                certificate.getSubjectX500Principal().getName(X500Principal.RFC2253),
                commonName(certificate.getSubjectX500Principal()),
                alternativeNames(certificate),
                certificate.getIssuerX500Principal().getName(X500Principal.RFC2253),
                certificate.getSerialNumber().toString(16),
                sha256(certificate));
    }

    private static String commonName(X500Principal subject) {
        try {
            List<Rdn> parts = new LdapName(subject.getName(X500Principal.RFC2253)).getRdns();
            for (int i = parts.size() - 1; i >= 0; i--) { // The most specific one stands last.
                Attribute found = parts.get(i).toAttributes().get("CN");
                if (found != null && found.get() instanceof String text) {
                    return text;
                }
            }
            return "";
        } catch (NamingException e) {
            return "";
        }
    }

    private static List<String> alternativeNames(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            String kind = switch ((Integer) name.get(0)) {
                case EMAIL -> "email:";
                case DNS -> "DNS:";
                case URI -> "URI:";
                case IP -> "IP:";
                default -> null;
            };
            if (kind != null) {
                all.add(kind + name.get(1));
            }
        }
        return all;
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was verified", e);
        }
    }
}
