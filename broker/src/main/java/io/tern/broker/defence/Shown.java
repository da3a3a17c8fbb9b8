package io.tern.broker.defence;

import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.PeerCertificate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/// What somebody has shown to be let in, as far as it says who he is: the subject of a token, a user name, or else a
/// password or a certificate. By this his failures are counted, and by the same they are forgotten when it has let him
/// in. Half of a SHA-256, so that nobody chooses how much of it is remembered, and no secret is.
///
/// @param high its first half
/// @param low the other one
/// @param isToken whether it is a token: then the user name may be the same for all, and says nothing
public record Shown(long high, long low, boolean isToken) {

    /// What a CONNECT shows.
    ///
    /// @param client who it says it is
    /// @param password its password, or null
    /// @param data its Authentication Data, or null
    /// @return null if it shows nothing: that is no attempt to guess anything
    public static Shown of(ClientInfo client, byte[] password, byte[] data) {
        PeerCertificate certificate = client.connection().certificate();
        ClaimedSubject subject = ClaimedSubject.of(data == null ? password : data);
        if (subject != null) {
            // Clients of clouds are all called alike, `unused` for instance, and have a token each.
            String name = subject.name() == null ? "client " + client.clientId() : "subject " + subject.name();
            return of("token", (client.userName() + '\0' + name).getBytes(StandardCharsets.UTF_8), true);
        }
        if (Control.OPERATOR.equals(client.userName()) && password != null) {
            return of("secret", password); // Nobody is to keep the operator out.
        }
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

    /// Guesses of a user's password that look like tokens. Not counted with his other failures, since who shows tokens
    /// may be called as all others are, and must not wait for those who guess by that name.
    ///
    /// @param userName as shown
    static Shown guesses(String userName) {
        return of("guesses", userName);
    }

    /// A name of some kind.
    static Shown of(String kind, String name) {
        return of(kind, name.getBytes(StandardCharsets.UTF_8));
    }

    private static Shown of(String kind, byte[] bytes) {
        return of(kind, bytes, false);
    }

    private static Shown of(String kind, byte[] bytes, boolean isToken) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(kind.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            ByteBuffer hash = ByteBuffer.wrap(sha.digest(bytes));
            return new Shown(hash.getLong(), hash.getLong(), isToken);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
