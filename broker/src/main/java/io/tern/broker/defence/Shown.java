package io.tern.broker.defence;

import io.tern.api.ClientInfo;
import io.tern.api.PeerCertificate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/// What somebody has shown to be let in, as far as it says who he is: a user name, or else a token or a certificate. By
/// this his failures are counted, and by the same they are forgotten when it has let him in. Half of a SHA-256, so that
/// nobody chooses how much of it is remembered, and no secret is.
///
/// @param high its first half
/// @param low the other one
public record Shown(long high, long low) {

    /// What a CONNECT shows.
    ///
    /// @param client who it says it is
    /// @param password its password, or null
    /// @param data its Authentication Data, or null
    /// @return null if it shows nothing: that is no attempt to guess anything
    public static Shown of(ClientInfo client, byte[] password, byte[] data) {
        PeerCertificate certificate = client.connection().certificate();
        if (client.userName() != null) {
            return of("user", client.userName().getBytes(StandardCharsets.UTF_8));
        }
        if (data != null) {
            return of("data", data);
        }
        if (password != null) {
            return of("password", password);
        }
        return certificate == null
                ? null
                : of("certificate", certificate.fingerprint().getBytes(StandardCharsets.US_ASCII));
    }

    /// A name of some kind.
    static Shown of(String kind, String name) {
        return of(kind, name.getBytes(StandardCharsets.UTF_8));
    }

    private static Shown of(String kind, byte[] bytes) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(kind.getBytes(StandardCharsets.US_ASCII));
            sha.update((byte) 0);
            ByteBuffer hash = ByteBuffer.wrap(sha.digest(bytes));
            return new Shown(hash.getLong(), hash.getLong());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
