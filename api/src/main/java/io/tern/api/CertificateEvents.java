package io.tern.api;

import java.time.Instant;

/// What happens to the certificates of the listeners while they are in use. An operator wants to know, in time.
///
/// Called on the thread that watches the files, one call after the other; what is thrown is logged.
public interface CertificateEvents {

    /// Files have changed, are good, and serve new handshakes from now on.
    ///
    /// @param listener name of the listener
    /// @param file what has changed: certificates and revocation lists, separated by commas; others if no such has
    /// @param notAfter the first end of their lives
    void replaced(String listener, String file, Instant notAfter);

    /// Files have changed and can't be used, so what was loaded before stays in use. Told once a content.
    ///
    /// @param listener name of the listener
    /// @param problem one line that names the file
    void broken(String listener, String problem);

    /// OCSP responses can't be fetched or used, or can again. What was good before is stapled as long as it may be.
    ///
    /// @param listener name of the listener
    /// @param problem one line, null if all is well again
    void stapling(String listener, String problem);

    /// The end is near: told once a day, and when the files are loaded.
    ///
    /// @param listener name of the listener
    /// @param file where it lies
    /// @param what whose certificate, or which revocation list: an old one lets nobody in
    /// @param notAfter end of its life
    /// @param daysLeft whole days, below 0 once it is over
    void expiring(String listener, String file, String what, Instant notAfter, long daysLeft);
}
