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
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A private key and the certificate chain that vouches for it.
///
/// @param key the private key of the chain's first certificate
/// @param chain that certificate, then its issuers, as far as the file has them; never empty
/// @param leftOut other certificates of the file, which are not part of the chain
public record Identity(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> leftOut) {

    private static final byte[] PROBE = "tern".getBytes(StandardCharsets.US_ASCII);
    private static final String ALIAS = "tern";

    /// Copies the lists.
    public Identity {
        chain = List.copyOf(chain);
        leftOut = List.copyOf(leftOut);
    }

    /// One with nothing else in its file.
    ///
    /// @param key as above
    /// @param chain as above
    public Identity(PrivateKey key, List<X509Certificate> chain) {
        this(key, chain, List.of());
    }

    /// Reads a pair and checks that it is one.
    ///
    /// @param certificates PEM or DER with the owner's certificate and those above it, in any order, others among them;
    ///     or PKCS#12, which has the key as well
    /// @param keyFile PEM or DER with the private key; null if it is in the first file
    /// @param password of the encrypted key or of the PKCS#12 file; null if there is none
    /// @return the identity
    /// @throws KeyFileException if something is missing, damaged, or does not belong together; it knows in which file
    public static Identity read(byte[] certificates, byte[] keyFile, char[] password) throws KeyFileException {
        if (keyFile == null && !PemBlock.isPem(certificates)) {
            return pkcs12(certificates, password == null ? new char[0] : password);
        }
        if (keyFile == null) {
            return of(PrivateKeys.read(certificates, password), Certificates.read(certificates));
        }
        PrivateKey key;
        try {
            key = PrivateKeys.read(keyFile, password);
        } catch (KeyFileException e) {
            throw e.ofKey();
        }
        List<X509Certificate> chain = Certificates.read(certificates);
        try {
            return of(key, chain);
        } catch (KeyFileException doesNotFit) {
            throw doesNotFit.ofKey();
        }
    }

    private static Identity of(PrivateKey key, List<X509Certificate> file) throws KeyFileException {
        for (X509Certificate each : file) {
            if (fits(key, each.getPublicKey())) {
                Chain chain = Chain.of(each, file);
                return new Identity(key, chain.certificates(), chain.leftOut());
            }
        }
        throw new KeyFileException("the private key does not fit the certificate");
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
            PrivateKey key = null;
            List<X509Certificate> found = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                Certificate[] chain = store.getCertificateChain(alias);
                PrivateKey own = key != null || !store.isKeyEntry(alias)
                        ? null
                        : store.getKey(alias, password) instanceof PrivateKey one ? one : null;
                if (own != null) {
                    key = own;
                    addAll(chain, 0, found);
                } else {
                    // Without an attribute that ties them to the key, they stand there for themselves.
                    Certificate[] others = {store.getCertificate(alias)};
                    addAll(chain == null ? others : chain, found.size(), found);
                }
            }
            if (key != null && found.isEmpty()) {
                throw new KeyFileException("the PKCS#12 file has no certificate");
            }
            if (key != null) {
                return of(key, found);
            }
        } catch (IOException e) {
            boolean wrong = e.getCause() instanceof GeneralSecurityException;
            throw new KeyFileException(
                    wrong ? "the password of the PKCS#12 file is wrong" : "is neither PEM nor PKCS#12", e);
        } catch (GeneralSecurityException e) {
            throw new KeyFileException("the PKCS#12 file can't be read: " + e.getMessage(), e);
        }
        throw new KeyFileException("the PKCS#12 file has no encrypted private key");
    }

    private static void addAll(Certificate[] chain, int at, List<X509Certificate> file) {
        int to = at;
        for (Certificate each : chain == null ? new Certificate[0] : chain) {
            if (each instanceof X509Certificate certificate) {
                file.add(to++, certificate);
            }
        }
    }

    private static boolean fits(PrivateKey key, PublicKey publicKey) {
        try {
            Signature signature = signature(publicKey);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // Of another kind.
        }
    }

    private static Signature signature(PublicKey publicKey) throws GeneralSecurityException {
        String algorithm = publicKey.getAlgorithm();
        Signature signature = Signature.getInstance(switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> algorithm;
        });
        if (algorithm.equals("RSASSA-PSS")) {
            AlgorithmParameterSpec own = ((RSAKey) publicKey).getParams();
            signature.setParameter(own == null
                    ? new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)
                    : own);
        }
        return signature;
    }
}
