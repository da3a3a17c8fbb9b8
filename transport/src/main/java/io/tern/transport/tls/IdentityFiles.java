package io.tern.transport.tls;

import java.nio.file.Path;

/// Where one identity of a listener lies.
///
/// @param certificate PEM with the chain, its owner first; or PKCS#12 with the private key as well
/// @param key PEM with the private key; null if it is in the first file
/// @param password of the encrypted key or PKCS#12 file; null if there is none
/// @param ocsp DER of the OCSP response to staple; null for none
public record IdentityFiles(Path certificate, Path key, String password, Path ocsp) {

    /// Not the password.
    @Override
    public String toString() {
        return certificate.toString();
    }
}
