package io.tern.auth.token;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keys that stand in the configuration.
///
/// @param all every key
record StaticKeys(List<JWK> all) implements KeySource {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final int ED25519_BYTES = 32;
    private static final int SECRET_BYTES_MIN = 32;

    @Override
    public List<JWK> keys(String keyId) {
        List<JWK> fitting = all.stream().filter(key -> keyId != null && keyId.equals(key.getKeyID())).toList();
        return fitting.isEmpty() ? all.stream().filter(key -> key.getKeyID() == null).toList() : fitting;
    }

    /// @throws IllegalArgumentException if it is too short to be safe
    static JWK secret(byte[] secret) {
        if (secret.length < SECRET_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "secret: has " + secret.length + " bytes; at least " + SECRET_BYTES_MIN + " are needed to be safe");
        }
        return new OctetSequenceKey.Builder(secret).build();
    }

    /// Reads public keys and certificates.
    ///
    /// @throws IllegalArgumentException if there is none, or one that can't be read
    static List<JWK> pem(String text) {
        List<JWK> keys = new ArrayList<>();
        Matcher blocks = PEM.matcher(text);
        while (blocks.find()) {
            try {
                keys.add(key(publicKey(blocks.group(1), blocks.group(2), blocks.group())));
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("a key can't be read: " + e.getMessage(), e);
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("holds no PEM public key or certificate");
        }
        return keys;
    }

    private static PublicKey publicKey(String kind, String base64, String block) throws GeneralSecurityException {
        if (kind.equals("CERTIFICATE")) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.getBytes(StandardCharsets.US_ASCII)))
                    .getPublicKey();
        }
        if (!kind.equals("PUBLIC KEY")) {
            throw new GeneralSecurityException(kind + " is no PUBLIC KEY or CERTIFICATE");
        }
        X509EncodedKeySpec spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(spec);
            } catch (GeneralSecurityException e) {
                continue; // Another kind of key.
            }
        }
        throw new GeneralSecurityException("neither RSA nor EC nor Ed25519");
    }

    private static JWK key(PublicKey key) throws GeneralSecurityException {
        return switch (key) {
            case RSAPublicKey rsa -> new RSAKey.Builder(rsa).build();
            case ECPublicKey ec -> new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
            case EdECPublicKey ed -> {
                byte[] encoded = ed.getEncoded();
                byte[] raw = Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length);
                yield new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(raw)).build();
            }
            default -> throw new GeneralSecurityException("neither RSA nor EC nor Ed25519");
        };
    }

    /// Reads a key set.
    ///
    /// @throws IllegalArgumentException if it is none
    static List<JWK> set(String json) {
        try {
            return JWKSet.parse(json).getKeys();
        } catch (ParseException e) {
            throw new IllegalArgumentException("is no key set: " + e.getMessage(), e);
        }
    }
}
