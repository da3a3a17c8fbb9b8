package io.tern.transport.tls;

import java.time.Instant;

/// The OCSP response of one certificate, as long as it may be relied on. Looked after by one thread, read by any.
interface Staple {

    /// What to staple.
    ///
    /// @return null if there is nothing
    byte[] response();

    /// What is wrong.
    ///
    /// @return null if nothing is
    String problem();

    /// Lets go of what is out of date by now. Doesn't block.
    void look(Instant now);
}
