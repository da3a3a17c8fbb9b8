package io.tern.auth.work;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/// A hash by which something is known again: salted where it is secret. A SHA-256 in four parts.
///
/// @param first 64 bits
/// @param second 64 bits
/// @param third 64 bits
/// @param fourth 64 bits
public record Digest(long first, long second, long third, long fourth) {

    private static final byte[] NO_SALT = {};

    /// Of something that is no secret.
    ///
    /// @param text of any length
    /// @return always the same of the same text
    public static Digest of(String text) {
        return of(NO_SALT, text);
    }

    /// Of a secret.
    ///
    /// @param salt so that nobody who sees it can try what it may be of
    /// @param secret of any length
    /// @return the same for the same salt and secret
    public static Digest of(byte[] salt, String secret) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(salt);
            ByteBuffer hash = ByteBuffer.wrap(sha.digest(secret.getBytes(StandardCharsets.UTF_8)));
            return new Digest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
