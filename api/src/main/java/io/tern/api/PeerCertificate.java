package io.tern.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/// What a client's certificate says, after the transport has verified it.
///
/// @param subjectDn the subject's distinguished name as RFC 2253 writes it, e.g. `CN=pump-7,OU=plant,O=Example`
/// @param commonName the CN of the subject, or null if it has none that is text
/// @param subjectAltNames each with its kind: `DNS:`, `email:`, `URI:` or `IP:` and the name
/// @param issuer the issuer's distinguished name
/// @param serial serial number in hexadecimal digits
/// @param fingerprint SHA-256 of the certificate, in lower-case hexadecimal digits
public record PeerCertificate(
        String subjectDn,
        String commonName,
        List<String> subjectAltNames,
        String issuer,
        String serial,
        String fingerprint) {

    private static final String[] KINDS = {null, "email:", "DNS:", null, null, null, "URI:", "IP:"};

    /// Makes it immutable.
    public PeerCertificate {
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    /// Reads a certificate.
    ///
    /// @param certificate of the client itself, the first of its chain
    /// @return what it says
    /// @throws IllegalArgumentException if its names can't be read
    public static PeerCertificate of(X509Certificate certificate) {
        try {
            String subject = certificate.getSubjectX500Principal().getName();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new PeerCertificate(
                    subject,
                    CommonName.of(certificate.getSubjectX500Principal()),
                    altNames(certificate.getSubjectAlternativeNames()),
                    certificate.getIssuerX500Principal().getName(),
                    certificate.getSerialNumber().toString(16),
                    HexFormat.of().formatHex(digest));
        } catch (CertificateEncodingException | CertificateParsingException e) {
            throw new IllegalArgumentException("unreadable certificate: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static List<String> altNames(Collection<List<?>> names) {
        List<String> texts = new ArrayList<>();
        if (names != null) {
            for (List<?> name : names) {
                int kind = (Integer) name.get(0);
                String prefix = kind < KINDS.length ? KINDS[kind] : null;
                if (prefix != null) {
                    texts.add(prefix + name.get(1));
                }
            }
        }
        return texts;
    }
}
