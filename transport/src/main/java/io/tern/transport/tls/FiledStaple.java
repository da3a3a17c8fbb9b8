package io.tern.transport.tls;

import io.tern.keys.KeyFileException;
import io.tern.keys.Ocsp;
import java.security.cert.X509Certificate;
import java.time.Instant;

/// The OCSP response from a file that somebody else keeps fresh. One that is out of date, of another certificate or
/// says that this one is revoked is not stapled: clients that look at it would go away, others wouldn't miss it.
final class FiledStaple implements Staple {

    private final byte[] all;
    private final X509Certificate certificate;
    private final X509Certificate issuer;
    private final String file;
    private Instant until = Instant.MIN;
    private volatile byte[] good;
    private volatile String problem;

    /// Staples nothing before [#look].
    ///
    /// @param issuer of the certificate; null if it isn't at hand, and nobody verifies the response then
    /// @param file where the response lies, for messages
    FiledStaple(byte[] all, X509Certificate certificate, X509Certificate issuer, String file) {
        this.all = all;
        this.certificate = certificate;
        this.issuer = issuer;
        this.file = file;
    }

    @Override
    public byte[] response() {
        return good;
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public void look(Instant now) {
        if (now.isBefore(until)) {
            return;
        }
        try {
            Ocsp.Life life = issuer == null
                    ? Ocsp.unverified(all, certificate) : Ocsp.check(all, certificate, issuer, now);
            until = life.nextUpdate() == null ? Instant.MAX : life.nextUpdate();
            good = now.isBefore(until) ? all : null;
            problem = good == null ? problem("the OCSP response is out of date since " + until) : null;
        } catch (KeyFileException e) {
            good = null;
            problem = problem(e.getMessage());
        }
    }

    private String problem(String why) {
        return file + ": " + why + "; nothing is stapled";
    }
}
