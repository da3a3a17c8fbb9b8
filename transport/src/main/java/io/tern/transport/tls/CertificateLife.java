package io.tern.transport.tls;

import java.time.Duration;
import java.time.Instant;

/// How long something that a listener relies on is good for.
///
/// @param file where it lies
/// @param what the owner's distinguished name, or `revocation list` and the issuer's
/// @param notBefore its begin
/// @param notAfter its end
public record CertificateLife(String file, String what, Instant notBefore, Instant notAfter) {

    /// Of a short life the last third is soon enough to speak of its end: a list for a week would be a standing alarm.
    private static final int LAST_PART = 3;

    /// Says whether its end is to be told of.
    ///
    /// @param warningDays from how many days before the end on, if its life is long
    boolean endsSoon(Instant now, long warningDays) {
        Duration left = Duration.between(now, notAfter);
        return left.toSeconds() < (warningDays + 1) * 86_400
                && left.compareTo(Duration.between(notBefore, notAfter).dividedBy(LAST_PART)) <= 0;
    }
}
