package io.tern.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/// Verifies a token's signature by a key. The key's kind decides which algorithms there are, never the token alone: a
/// public key is never taken for a secret.
final class Signatures {

    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private Signatures() {}

    static boolean verifies(SignedJWT token, JWK key) {
        JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
        if (key.getAlgorithm() != null && !key.getAlgorithm().getName().equals(algorithm.getName())) {
            return false;
        }
        try {
            return switch (key) {
                case OctetSequenceKey secret -> JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)
                        && token.verify(new MACVerifier(secret.toByteArray()));
                case RSAKey rsa -> JWSAlgorithm.Family.RSA.contains(algorithm)
                        && token.verify(new RSASSAVerifier(rsa));
                case ECKey ec -> JWSAlgorithm.Family.EC.contains(algorithm) && token.verify(new ECDSAVerifier(ec));
                case OctetKeyPair pair -> isEdDsa(algorithm)
                        && Curve.Ed25519.equals(pair.getCurve())
                        && token.getHeader().getCriticalParams() == null
                        && ed25519(token, pair);
                default -> false;
            };
        } catch (JOSEException | GeneralSecurityException | IllegalStateException e) {
            return false;
        }
    }

    private static boolean isEdDsa(JWSAlgorithm algorithm) {
        return algorithm.equals(JWSAlgorithm.EdDSA) || algorithm.equals(JWSAlgorithm.Ed25519);
    }

    /// With the JDK, where the library would want another one.
    private static boolean ed25519(SignedJWT token, OctetKeyPair pair) throws GeneralSecurityException {
        byte[] raw = pair.getX().decode();
        byte[] encoded = new byte[ED25519_PREFIX.length + raw.length];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(raw, 0, encoded, ED25519_PREFIX.length, raw.length);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        signature.update(token.getSigningInput());
        return signature.verify(token.getSignature().decode());
    }
}
