package io.tern.auth.http;

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
record Digest(long first, long second, long third, long fourth) {

    static Digest of(byte[] salt, String secret) {
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
