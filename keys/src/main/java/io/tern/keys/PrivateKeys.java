package io.tern.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// Private keys: PKCS#8, encrypted or not, and OpenSSL's older forms for RSA (PKCS#1) and elliptic curves (SEC 1).
public final class PrivateKeys {

    private static final String KEY = "the private key";
    private static final String WRONG_PASSWORD = "the password of the private key is wrong";
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] VERSION_0 = Der.of(Der.INTEGER, new byte[1]);
    private static final byte[] NULL = {0x05, 0x00};
    private static final byte[] RSA_ID = HEX.parseHex("06092a864886f70d010101");
    private static final byte[] EC_ID = HEX.parseHex("06072a8648ce3d0201");

    /// The algorithms by the object identifier that PKCS#8 has for them.
    private static final Map<String, String> ALGORITHMS = Map.of(
            HEX.formatHex(RSA_ID), "RSA",
            "06092a864886f70d01010a", "RSASSA-PSS",
            HEX.formatHex(EC_ID), "EC",
            "06032b6570", "Ed25519",
            "06032b6571", "Ed448");

    /// P-256, P-384, P-521.
    private static final Set<String> CURVES = Set.of("06082a8648ce3d030107", "06052b81040022", "06052b81040023");

    private PrivateKeys() {}

    /// Reads the first private key of a PEM file, or the only one of a DER file.
    ///
    /// @param file its bytes
    /// @param password what an encrypted key was encrypted with, or null
    /// @return the key
    /// @throws KeyFileException if there is none, it is of an unknown kind or damaged, or the password is wrong
    public static PrivateKey read(byte[] file, char[] password) throws KeyFileException {
        if (!PemBlock.isPem(file)) {
            return plain(file);
        }
        List<PemBlock> blocks = PemBlock.read(file);
        for (PemBlock block : blocks) {
            if (block.isLegacyEncrypted()) {
                throw new KeyFileException("the private key is encrypted in an old way of OpenSSL's;"
                        + " openssl pkcs8 -topk8 writes it in the new one");
            }
            switch (block.label()) {
                case "PRIVATE KEY":
                    return plain(block.bytes());
                case "ENCRYPTED PRIVATE KEY":
                    return encrypted(block.bytes(), password);
                case "RSA PRIVATE KEY":
                    return plain(envelope(Der.of(Der.SEQUENCE, RSA_ID, NULL), block.bytes()));
                case "EC PRIVATE KEY":
                    return plain(envelope(Der.of(Der.SEQUENCE, EC_ID, curve(block.bytes())), block.bytes()));
                default:
                    // Certificates and parameters may stand before it.
            }
        }
        throw new KeyFileException("has no private key");
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return Der.of(Der.SEQUENCE, VERSION_0, algorithm, Der.of(Der.OCTET_STRING, key));
    }

    /// The curve's object identifier, with which SEC 1 marks the key.
    private static byte[] curve(byte[] sec1) throws KeyFileException {
        Der key = new Der(KEY, sec1).enter(Der.SEQUENCE);
        while (key.hasMore()) {
            if (key.tag() == Der.CONTEXT_0) {
                Der parameters = key.enter(Der.CONTEXT_0);
                if (parameters.tag() == Der.OBJECT_ID) {
                    return parameters.element();
                }
                break;
            }
            key.element();
        }
        throw new KeyFileException("the private key does not name its curve");
    }

    private static PrivateKey plain(byte[] pkcs8) throws KeyFileException {
        Der info = new Der(KEY, pkcs8).enter(Der.SEQUENCE);
        info.enter(Der.INTEGER);
        Der kind = info.enter(Der.SEQUENCE);
        String algorithm = ALGORITHMS.get(HEX.formatHex(kind.element()));
        if (algorithm == null) {
            throw new KeyFileException("the private key is of a kind that is not known here");
        }
        if (algorithm.equals("EC") && kind.tag() == Der.OBJECT_ID && !CURVES.contains(HEX.formatHex(kind.element()))) {
            throw new KeyFileException("the private key is on a curve that TLS has no use for here; P-256, P-384 and"
                    + " P-521 are known");
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new KeyFileException("the private key is damaged", e);
        }
    }

    private static PrivateKey encrypted(byte[] der, char[] password) throws KeyFileException {
        if (password == null) {
            throw new KeyFileException("the private key is encrypted, and no password is given");
        }
        Der outer = new Der(KEY, der).enter(Der.SEQUENCE);
        Der scheme = outer.enter(Der.SEQUENCE);
        if (HEX.formatHex(scheme.element()).equals(Pbes2.ID)) {
            Der parameters = scheme.enter(Der.SEQUENCE);
            byte[] bytes = outer.enter(Der.OCTET_STRING).rest();
            return decrypted(() -> Pbes2.decrypt(parameters, bytes, password));
        }
        Cipher cipher;
        EncryptedPrivateKeyInfo info;
        PBEKeySpec spec = new PBEKeySpec(password);
        try {
            info = new EncryptedPrivateKeyInfo(der);
            String algorithm = info.getAlgName();
            cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
                    info.getAlgParameters());
        } catch (GeneralSecurityException | IOException e) {
            throw new KeyFileException("the private key is encrypted in a way that is not known here", e);
        } finally {
            spec.clearPassword();
        }
        return decrypted(() -> info.getKeySpec(cipher).getEncoded());
    }

    /// What makes bytes of a key, if the password is right.
    @FunctionalInterface
    private interface Decryption {

        byte[] bytes() throws GeneralSecurityException, KeyFileException;
    }

    private static PrivateKey decrypted(Decryption decryption) throws KeyFileException {
        byte[] key;
        try {
            key = decryption.bytes();
        } catch (GeneralSecurityException e) {
            throw new KeyFileException(WRONG_PASSWORD, e);
        }
        try {
            // Now and then a wrong password yields bytes of the right length, which are no key.
            new Der(KEY, key).enter(Der.SEQUENCE).enter(Der.INTEGER);
        } catch (KeyFileException e) {
            throw new KeyFileException(WRONG_PASSWORD, e);
        }
        return plain(key);
    }
}
