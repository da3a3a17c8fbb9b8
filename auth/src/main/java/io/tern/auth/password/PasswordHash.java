package io.tern.auth.password;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What is stored of a password, in one of mosquitto's forms.
public sealed interface PasswordHash {

    /// Whether a password is the one. Takes the time its form asks for: 65 ms and 46 MiB for argon2id as written here.
    ///
    /// @param password bytes as in CONNECT
    /// @return true if it is
    boolean matches(byte[] password);

    /// The form in the file.
    ///
    /// @return without the user's name
    String encoded();

    /// The forms that can be written.
    enum Form {
        /// As mosquitto 2.1 does it: argon2id, 46 MiB, one pass.
        ARGON2ID,
        /// As mosquitto 2.0 does it: PBKDF2 with HMAC-SHA-512.
        SHA512_PBKDF2,
        /// As mosquitto 1 did it: one SHA-512 of password and salt.
        SHA512
    }

    /// Iterations of PBKDF2 as it is written, if nothing else is said.
    int PBKDF2_ITERATIONS = 210_000;

    /// Reads what is stored.
    ///
    /// @param encoded beginning with `$6$`, `$7$` or `$argon2id$`
    /// @return the hash
    /// @throws IllegalArgumentException saying what is wrong
    static PasswordHash parse(String encoded) {
        if (encoded.startsWith("$argon2id$")) {
            return Argon2id.parse(encoded);
        }
        String[] parts = encoded.split("\\$", -1);
        try {
            if (encoded.startsWith("$7$") && parts.length == 5) {
                return Pbkdf2.of(Integer.parseInt(parts[2]), decode(parts[3]), decode(parts[4]));
            }
            if (encoded.startsWith("$6$") && parts.length == 4) {
                return new Sha512(decode(parts[2]), decode(parts[3]));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is damaged: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(encoded.startsWith("$")
                ? "is in no form known here; $6$, $7$ and $argon2id$ are"
                : "is not encoded; 'tern passwd -U FILE' encodes the passwords of a file");
    }

    /// Makes what is to be stored of a password, with a new salt of 64 bytes.
    ///
    /// @param password any bytes
    /// @param form how
    /// @param iterations for PBKDF2, 1 to 10,000,000
    /// @return the hash
    static PasswordHash of(byte[] password, Form form, int iterations) {
        byte[] salt = new byte[64];
        new SecureRandom().nextBytes(salt);
        return switch (form) {
            case ARGON2ID -> Argon2id.of(password, salt);
            case SHA512_PBKDF2 -> Pbkdf2.of(iterations, salt, Pbkdf2.derive(password, salt, iterations));
            case SHA512 -> new Sha512(salt, Sha512.digest(password, salt));
        };
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// SHA-512 of the password followed by the salt.
    ///
    /// @param salt any bytes
    /// @param hash 64 bytes
    record Sha512(byte[] salt, byte[] hash) implements PasswordHash {

        static byte[] digest(byte[] password, byte[] salt) {
            try {
                MessageDigest sha = MessageDigest.getInstance("SHA-512");
                sha.update(password);
                return sha.digest(salt);
            } catch (GeneralSecurityException e) {
                throw new AssertionError("every Java has SHA-512", e);
            }
        }

        @Override
        public boolean matches(byte[] password) {
            return MessageDigest.isEqual(hash, digest(password, salt));
        }

        @Override
        public String encoded() {
            return "$6$" + encode(salt) + "$" + encode(hash);
        }
    }

    /// PBKDF2 with HMAC-SHA-512, one block.
    ///
    /// @param iterations 1 to 10,000,000
    /// @param salt any bytes
    /// @param hash 64 bytes
    record Pbkdf2(int iterations, byte[] salt, byte[] hash) implements PasswordHash {

        private static final int ITERATIONS_MAX = 10_000_000;

        static Pbkdf2 of(int iterations, byte[] salt, byte[] hash) {
            if (iterations < 1 || iterations > ITERATIONS_MAX) {
                throw new IllegalArgumentException(
                        iterations + " iterations, 1 to " + ITERATIONS_MAX + " are possible");
            }
            return new Pbkdf2(iterations, salt, hash);
        }

        static byte[] derive(byte[] password, byte[] salt, int iterations) {
            try {
                Mac mac = Mac.getInstance("HmacSHA512");
                // A key of no bytes is refused; one zero byte is padded to the same.
                mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, "HmacSHA512"));
                mac.update(salt);
                byte[] step = mac.doFinal(new byte[] {0, 0, 0, 1});
                byte[] block = step.clone();
                for (int i = 1; i < iterations; i++) {
                    step = mac.doFinal(step);
                    for (int at = 0; at < block.length; at++) {
                        block[at] ^= step[at];
                    }
                }
                return block;
            } catch (GeneralSecurityException e) {
                throw new AssertionError("every Java has HmacSHA512", e);
            }
        }

        @Override
        public boolean matches(byte[] password) {
            return MessageDigest.isEqual(hash, derive(password, salt, iterations));
        }

        @Override
        public String encoded() {
            return "$7$" + iterations + "$" + encode(salt) + "$" + encode(hash);
        }
    }

    /// Argon2id, version 1.3.
    ///
    /// @param encoded the whole PHC string
    record Argon2id(String encoded) implements PasswordHash {

        private static final int MEMORY_KIB = 47_104;
        private static final int MEMORY_MAX_KIB = 1_048_576;
        private static final int PASSES_MAX = 64;
        private static final int LANES_MAX = 16;
        private static final int HASH_BYTES = 64;
        private static final int VERSION = 19;
        private static final Pattern PHC = Pattern.compile(
                "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})\\$[A-Za-z0-9+/]+\\$[A-Za-z0-9+/]+");

        static Argon2id parse(String encoded) {
            Matcher phc = PHC.matcher(encoded);
            if (!phc.matches()) {
                throw new IllegalArgumentException("is damaged: not $argon2id$v=19$m=...,t=...,p=...$salt$hash");
            }
            if (over(phc, 1, MEMORY_MAX_KIB) || over(phc, 2, PASSES_MAX) || over(phc, 3, LANES_MAX)) {
                throw new IllegalArgumentException("asks for too much: at most m=" + MEMORY_MAX_KIB + ",t="
                        + PASSES_MAX + ",p=" + LANES_MAX);
            }
            return new Argon2id(encoded);
        }

        private static boolean over(Matcher phc, int group, int most) {
            int value = Integer.parseInt(phc.group(group));
            return value < 1 || value > most;
        }

        static Argon2id of(byte[] password, byte[] salt) {
            Argon2Function function =
                    Argon2Function.getInstance(MEMORY_KIB, 1, 1, HASH_BYTES, Argon2.ID, VERSION);
            return new Argon2id(function.hash(password, salt).getResult());
        }

        @Override
        public boolean matches(byte[] password) {
            return Argon2Function.getInstanceFromHash(encoded)
                    .check(password, encoded.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
