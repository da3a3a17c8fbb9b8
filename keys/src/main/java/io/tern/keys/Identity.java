package io.tern.keys;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A private key and the certificate chain that vouches for it.
///
/// @param key the private key of the chain's first certificate
/// @param chain that certificate, then its issuers, as far as the file has them; never empty
public record Identity(PrivateKey key, List<X509Certificate> chain) {

    private static final byte[] PROBE = "tern".getBytes(StandardCharsets.US_ASCII);
    private static final String ALIAS = "tern";

    /// Copies the chain.
    public Identity {
        chain = List.copyOf(chain);
    }

    /// Reads a pair and checks that it is one.
    ///
    /// @param certificates PEM or DER with the chain, its owner first; or PKCS#12, which has the key as well
    /// @param keyFile PEM or DER with the private key; null if it is in the first file
    /// @param password of the encrypted key or of the PKCS#12 file; null if there is none
    /// @return the identity
    /// @throws KeyFileException if something is missing, damaged, or does not belong together
    public static Identity read(byte[] certificates, byte[] keyFile, char[] password) throws KeyFileException {
        if (keyFile == null && !PemBlock.isPem(certificates)) {
            return pkcs12(certificates, password == null ? new char[0] : password);
        }
        Identity identity = new Identity(
                PrivateKeys.read(keyFile == null ? certificates : keyFile, password), Certificates.read(certificates));
        identity.check();
        return identity;
    }

    /// The same as a key store with one entry, for the JDK's key managers.
    ///
    /// @param password that protects the entry
    /// @return a store in memory
    public KeyStore keyStore(char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key, password, chain.toArray(new Certificate[0]));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory", e);
        }
    }

    private static Identity pkcs12(byte[] file, char[] password) throws KeyFileException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(file), password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof PrivateKey key) {
                    List<X509Certificate> chain = Arrays.stream(store.getCertificateChain(alias))
                            .map(X509Certificate.class::cast)
                            .toList();
                    Identity identity = new Identity(key, chain);
                    identity.check();
                    return identity;
                }
            }
        } catch (IOException e) {
            boolean wrong = e.getCause() instanceof GeneralSecurityException;
            throw new KeyFileException(
                    wrong ? "the password of the PKCS#12 file is wrong" : "is neither PEM nor PKCS#12", e);
        } catch (GeneralSecurityException e) {
            throw new KeyFileException("the PKCS#12 file can't be read: " + e.getMessage(), e);
        }
        throw new KeyFileException("the PKCS#12 file has no private key");
    }

    private void check() throws KeyFileException {
        PublicKey publicKey = chain.getFirst().getPublicKey();
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        boolean isPair;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            isPair = signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new KeyFileException("the private key does not fit the certificate", e);
        }
        if (!isPair) {
            throw new KeyFileException("the private key does not fit the certificate");
        }
    }
}
