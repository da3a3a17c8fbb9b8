package io.tern.api;

import java.util.List;

/// The certificate with which a client has shown who it is, after its chain was verified.
///
/// @param subjectDn distinguished name of its owner as RFC 2253 writes it, such as `CN=press-7,O=Works`
/// @param commonName the subject's CN, the most specific one if there are several; empty if there is none
/// @param subjectAltNames with their kind before a colon: `DNS:a.example`, `IP:10.0.0.1`, `email:a@b.example`,
///     `URI:urn:x`; other kinds are left out
/// @param issuerDn distinguished name of who signed it, written like the subject's
/// @param serialHex its number within the issuer, lower-case hexadecimal without leading zeros
/// @param sha256Hex fingerprint: SHA-256 of the whole certificate, 64 lower-case hexadecimal digits
public record PeerCertificate(String subjectDn, String commonName, List<String> subjectAltNames, String issuerDn,
        String serialHex, String sha256Hex) {

    /// Copies the list.
    public PeerCertificate {
        subjectAltNames = List.copyOf(subjectAltNames);
    }
}
