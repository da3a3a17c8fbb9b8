package io.tern.transport.tls;

import java.time.Instant;

/// How long something that a listener relies on is good for.
///
/// @param file where it lies
/// @param what the owner's distinguished name, or `revocation list` and the issuer's
/// @param notAfter its end
public record CertificateLife(String file, String what, Instant notAfter) {}
