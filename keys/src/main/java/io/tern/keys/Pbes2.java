package io.tern.keys;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The encryption of private keys that openssl has used since 1.0 (PBES2 of RFC 8018): a key made of the password by
/// PBKDF2, and AES or triple DES, which the JDK would not take together with it.
final class Pbes2 {

    static final String ID = "06092a864886f70d01050d";

    private static final HexFormat HEX = HexFormat.of();
    private static final String PBKDF2 = "06092a864886f70d01050c";
    private static final String SCRYPT = "06092b06010401da47040b";
    /// What PBKDF2 hashes with where nothing is said of it.
    private static final String SHA_1 = "06082a864886f70d0207";
    private static final Map<String, String> HASHES = Map.of(
            SHA_1, "SHA1",
            "06082a864886f70d0208", "SHA224",
            "06082a864886f70d0209", "SHA256",
            "06082a864886f70d020a", "SHA384",
            "06082a864886f70d020b", "SHA512");
    /// Of those that may be asked for; a file that asks for more is meant to keep us busy.
    private static final int ITERATIONS_MAX = 10_000_000;

    private record Scheme(String key, String cipher, int keyBytes) {}

    private static final Map<String, Scheme> SCHEMES = Map.of(
            "0609608648016503040102", new Scheme("AES", "AES/CBC/PKCS5Padding", 16),
            "0609608648016503040116", new Scheme("AES", "AES/CBC/PKCS5Padding", 24),
            "060960864801650304012a", new Scheme("AES", "AES/CBC/PKCS5Padding", 32),
            "06082a864886f70d0307", new Scheme("DESede", "DESede/CBC/PKCS5Padding", 24));

    private Pbes2() {}

    /// Decrypts.
    ///
    /// @param parameters what follows the scheme's identifier
    /// @param encrypted the bytes
    /// @param password to make the key of
    /// @return what was encrypted, if the password is right
    /// @throws KeyFileException if it can't be read here, saying what
    /// @throws GeneralSecurityException if the password is wrong
    static byte[] decrypt(Der parameters, byte[] encrypted, char[] password)
            throws KeyFileException, GeneralSecurityException {
        Der derivation = parameters.enter(Der.SEQUENCE);
        String function = HEX.formatHex(derivation.element());
        if (function.equals(SCRYPT)) {
            throw new KeyFileException("the private key is encrypted by way of scrypt, which is not known here;"
                    + " openssl pkcs8 -topk8 without -scrypt writes it otherwise");
        }
        if (!function.equals(PBKDF2)) {
            throw unknown();
        }
        Der pbkdf2 = derivation.enter(Der.SEQUENCE);
        byte[] salt = pbkdf2.enter(Der.OCTET_STRING).rest();
        int iterations = pbkdf2.number();
        if (pbkdf2.tag() == Der.INTEGER) {
            pbkdf2.element(); // The length of the key, which the cipher says as well.
        }
        String hash = HASHES.get(pbkdf2.hasMore() ? HEX.formatHex(pbkdf2.enter(Der.SEQUENCE).element()) : SHA_1);
        Der encryption = parameters.enter(Der.SEQUENCE);
        Scheme scheme = SCHEMES.get(HEX.formatHex(encryption.element()));
        if (hash == null || scheme == null || iterations < 1 || iterations > ITERATIONS_MAX) {
            throw unknown();
        }
        byte[] iv = encryption.enter(Der.OCTET_STRING).rest();
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, scheme.keyBytes * 8);
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash).generateSecret(spec).getEncoded();
            Cipher cipher = Cipher.getInstance(scheme.cipher);
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, scheme.key), new IvParameterSpec(iv));
            return cipher.doFinal(encrypted);
        } finally {
            spec.clearPassword();
        }
    }

    private static KeyFileException unknown() {
        return new KeyFileException("the private key is encrypted in a way that is not known here;"
                + " openssl pkcs8 -topk8 -v2 aes-256-cbc writes one that is");
    }
}
