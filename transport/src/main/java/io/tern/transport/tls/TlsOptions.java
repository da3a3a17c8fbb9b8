package io.tern.transport.tls;

import java.nio.file.Path;
import java.util.List;

/// How a listener speaks TLS.
///
/// @param identity what clients get who ask for no name, or for one that no other identity has
/// @param others further identities; a client gets the one whose certificate names the host it asks for (SNI)
/// @param clientCa PEM with the authorities whose clients are let in; null if clients aren't asked for certificates
/// @param clientAuth whether clients show a certificate
/// @param crl PEM with the authorities' lists of revoked certificates; null for none. With it, every client's issuer
///     must have a list there that is not out of date
/// @param versions of `TLSv1.2`, `TLSv1.3`
/// @param cipherSuites for TLS 1.2, best first, by either name; empty for [#CIPHER_SUITES]. TLS 1.3 has its own three
/// @param stapling where the OCSP responses of identities come from that have no file of it
public record TlsOptions(IdentityFiles identity, List<IdentityFiles> others, Path clientCa, ClientAuth clientAuth,
        Path crl, List<String> versions, List<String> cipherSuites, Stapling stapling) {

    /// Where OCSP responses come from.
    public enum Stapling {
        /// From files, where there are some.
        FILE,
        /// From the responder that the certificate names.
        FETCH
    }

    /// The versions there are.
    public static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    /// What is spoken in TLS 1.2 unless told otherwise: forward secrecy and authenticated encryption, nothing else
    /// (RFC 9325, section 4.2).
    public static final List<String> CIPHER_SUITES = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /// Checks what belongs together.
    public TlsOptions {
        others = List.copyOf(others);
        versions = List.copyOf(versions);
        cipherSuites = List.copyOf(cipherSuites);
        if (versions.isEmpty() || !VERSIONS.containsAll(versions)) {
            throw new IllegalArgumentException("versions " + versions);
        }
        if (clientAuth != ClientAuth.NONE && clientCa == null) {
            throw new IllegalArgumentException("clients can't be verified without an authority");
        }
    }

    /// TLS without fetching anything.
    ///
    /// @param identity as above
    /// @param others as above
    /// @param clientCa as above
    /// @param clientAuth as above
    /// @param crl as above
    /// @param versions as above
    /// @param cipherSuites as above
    public TlsOptions(IdentityFiles identity, List<IdentityFiles> others, Path clientCa, ClientAuth clientAuth,
            Path crl, List<String> versions, List<String> cipherSuites) {
        this(identity, others, clientCa, clientAuth, crl, versions, cipherSuites, Stapling.FILE);
    }

    /// TLS with one certificate and the defaults.
    ///
    /// @param certificate PEM with the chain
    /// @param key PEM with the private key
    /// @return both versions, clients not asked
    public static TlsOptions of(Path certificate, Path key) {
        return new TlsOptions(new IdentityFiles(certificate, key, null, null), List.of(), null, ClientAuth.NONE, null,
                VERSIONS, List.of());
    }

    /// The same with clients asked for certificates.
    ///
    /// @param ca as [#clientCa]
    /// @param auth as [#clientAuth]
    /// @param revoked as [#crl]
    /// @return a copy
    public TlsOptions withClients(Path ca, ClientAuth auth, Path revoked) {
        return new TlsOptions(identity, others, ca, auth, revoked, versions, cipherSuites, stapling);
    }

    /// The same with further identities.
    ///
    /// @param more as [#others]
    /// @return a copy
    public TlsOptions withOthers(List<IdentityFiles> more) {
        return new TlsOptions(identity, more, clientCa, clientAuth, crl, versions, cipherSuites, stapling);
    }

    /// The same with other protocols.
    ///
    /// @param onlyVersions as [#versions]
    /// @param suites as [#cipherSuites]
    /// @return a copy
    public TlsOptions withPolicy(List<String> onlyVersions, List<String> suites) {
        return new TlsOptions(identity, others, clientCa, clientAuth, crl, onlyVersions, suites, stapling);
    }

    /// The same with OCSP responses from elsewhere.
    ///
    /// @param from as [#stapling]
    /// @return a copy
    public TlsOptions withStapling(Stapling from) {
        return new TlsOptions(identity, others, clientCa, clientAuth, crl, versions, cipherSuites, from);
    }
}
