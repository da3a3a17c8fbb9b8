package io.tern.keys;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Whether a certificate is revoked, as its authority's responder says (OCSP, RFC 6960): what it is asked, and whether
/// an answer can be relied on. No network here. For any thread.
///
/// Signatures are verified by the JDK, whose own requests can't be had: what it fetches it doesn't give away.
public final class Ocsp {

    private static final String AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String EXTENSION = "an extension of the certificate";
    private static final String RESPONSE = "the OCSP response";
    private static final byte[] ACCESS_BY_OCSP = {0x2B, 6, 1, 5, 5, 7, 0x30, 1};
    /// RFC 5019 has responders know this one, which is no secret to be kept.
    private static final byte[] SHA1 = {0x2B, 0x0E, 3, 2, 0x1A};
    /// By their object identifiers, with which an answer says how it names the authority.
    private static final Map<String, String> HASHES = Map.of(
            "2b0e03021a", "SHA-1",
            "608648016503040201", "SHA-256",
            "608648016503040202", "SHA-384",
            "608648016503040203", "SHA-512");
    private static final int NAME_URI = 0x86;
    private static final int RESPONDER_BY_NAME = 0xA1;
    private static final int RESPONDER_BY_KEY = 0xA2;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
    private static final int TIME_CHARS = 14;
    private static final List<String> REFUSALS = List.of("successful", "malformed request", "internal error",
            "try later", "status 4", "it wants a signature", "it doesn't know this authority, or us");

    private Ocsp() {}

    /// For how long an answer may be relied on.
    ///
    /// @param thisUpdate from when on
    /// @param nextUpdate until when; null if the responder doesn't say
    public record Life(Instant thisUpdate, Instant nextUpdate) {}

    /// Where to ask.
    ///
    /// @param certificate whose authority may say so in it
    /// @return the first address of the web; null if it names none at all
    /// @throws KeyFileException if all that it names are no addresses of the web
    public static URI responder(X509Certificate certificate) throws KeyFileException {
        byte[] extension = certificate.getExtensionValue(AUTHORITY_INFO_ACCESS);
        if (extension == null) {
            return null;
        }
        Der all = new Der(EXTENSION, new Der(EXTENSION, extension).enter(Der.OCTET_STRING).rest()).enter(Der.SEQUENCE);
        KeyFileException problem = null;
        while (all.hasMore()) {
            Der access = all.enter(Der.SEQUENCE);
            boolean isOcsp = Arrays.equals(access.enter(Der.OBJECT_ID).rest(), ACCESS_BY_OCSP);
            if (isOcsp && access.tag() == NAME_URI) {
                try {
                    return address(new String(access.enter(NAME_URI).rest(), StandardCharsets.US_ASCII));
                } catch (KeyFileException other) {
                    problem = problem == null ? other : problem;
                }
            }
        }
        if (problem != null) {
            throw problem;
        }
        return null;
    }

    private static URI address(String text) throws KeyFileException {
        try {
            URI address = URI.create(text);
            if (List.of("http", "https").contains(address.getScheme()) && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("asks at " + text, e);
        }
        throw new KeyFileException("asks at " + text + ", which is neither http nor https");
    }

    /// What to ask.
    ///
    /// @param certificate which
    /// @param issuer of its authority
    /// @return OCSPRequest in DER
    /// @throws KeyFileException if the authority's key is in no known form
    public static byte[] request(X509Certificate certificate, X509Certificate issuer) throws KeyFileException {
        byte[] id = Der.of(Der.SEQUENCE,
                Der.of(Der.SEQUENCE, Der.of(Der.OBJECT_ID, SHA1), Der.of(Der.NULL)),
                Der.of(Der.OCTET_STRING, hash("SHA-1", certificate.getIssuerX500Principal().getEncoded())),
                Der.of(Der.OCTET_STRING, hash("SHA-1", keyBits(issuer))),
                Der.of(Der.INTEGER, certificate.getSerialNumber().toByteArray()));
        byte[] list = Der.of(Der.SEQUENCE, Der.of(Der.SEQUENCE, id));
        return Der.of(Der.SEQUENCE, Der.of(Der.SEQUENCE, list));
    }

    /// The bits of an authority's key, by whose hash it is named.
    private static byte[] keyBits(X509Certificate issuer) throws KeyFileException {
        Der publicKey = new Der("the public key", issuer.getPublicKey().getEncoded()).enter(Der.SEQUENCE);
        publicKey.element();
        byte[] bits = publicKey.enter(Der.BIT_STRING).rest();
        return Arrays.copyOfRange(bits, 1, bits.length); // The first says how many bits are unused: none.
    }

    private static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    /// Checks that an answer says that a certificate is good, by its authority or whom that has charged with it.
    ///
    /// @param response OCSPResponse in DER
    /// @param certificate which
    /// @param issuer of its authority
    /// @param now the time at which it has to be good
    /// @return for how long it is
    /// @throws KeyFileException if it says something else, of something else, at another time, or can't be relied on
    public static Life check(byte[] response, X509Certificate certificate, X509Certificate issuer, Instant now)
            throws KeyFileException {
        Life life = life(response, certificate, issuer);
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOptions(EnumSet.of(
                    PKIXRevocationChecker.Option.NO_FALLBACK, PKIXRevocationChecker.Option.ONLY_END_ENTITY));
            checker.setOcspResponses(Map.of(certificate, response));
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
            parameters.setDate(Date.from(now));
            parameters.addCertPathChecker(checker);
            validator.validate(Certificates.factory().generateCertPath(List.of(certificate)), parameters);
            return life;
        } catch (CertPathValidatorException e) {
            throw new KeyFileException(isRevoked(e) ? "the certificate is revoked" : e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new KeyFileException("can't be checked: " + e.getMessage(), e);
        }
    }

    /// Reads for how long an answer holds, whatever it says and whoever has signed it: who gets it judges that.
    ///
    /// @param response OCSPResponse in DER
    /// @param certificate which, of whatever authority
    /// @return for how long it is
    /// @throws KeyFileException if it is about something else, or none
    public static Life unverified(byte[] response, X509Certificate certificate) throws KeyFileException {
        return life(response, certificate, null);
    }

    /// Whether [#check] has failed since the certificate is revoked, and that can be relied on.
    ///
    /// @param problem what it has thrown
    /// @return false if there was something else
    public static boolean isRevoked(KeyFileException problem) {
        return problem.getCause() instanceof CertPathValidatorException cause && isRevoked(cause);
    }

    private static boolean isRevoked(CertPathValidatorException cause) {
        return cause.getReason() == CertPathValidatorException.BasicReason.REVOKED;
    }

    private static Life life(byte[] response, X509Certificate certificate, X509Certificate issuer)
            throws KeyFileException {
        Der single;
        try {
            single = single(response, certificate, issuer);
            single.element(); // What it says is for the JDK to judge, once it is known who has signed it.
            Instant thisUpdate = time(single);
            Instant nextUpdate = single.tag() == Der.CONTEXT_0 ? time(single.enter(Der.CONTEXT_0)) : null;
            return new Life(thisUpdate, nextUpdate);
        } catch (DateTimeException e) {
            throw new KeyFileException("its times are damaged", e);
        }
    }

    /// The part about one certificate, behind its name. An answer may be about many, of several authorities.
    private static Der single(byte[] response, X509Certificate certificate, X509Certificate issuer)
            throws KeyFileException {
        Der outer = new Der(RESPONSE, response).enter(Der.SEQUENCE);
        byte[] status = outer.enter(Der.ENUMERATED).rest();
        if (status.length != 1 || status[0] != 0) {
            int number = status.length == 1 ? status[0] & 0xFF : REFUSALS.size();
            throw new KeyFileException("the responder refuses: "
                    + (number < REFUSALS.size() ? REFUSALS.get(number) : "status " + number));
        }
        Der bytes = outer.enter(Der.CONTEXT_0).enter(Der.SEQUENCE);
        bytes.element();
        Der basic = new Der(RESPONSE, bytes.enter(Der.OCTET_STRING).rest()).enter(Der.SEQUENCE);
        Der data = basic.enter(Der.SEQUENCE);
        if (data.tag() == Der.CONTEXT_0) {
            data.element(); // The version.
        }
        if (data.tag() != RESPONDER_BY_NAME && data.tag() != RESPONDER_BY_KEY) {
            throw new KeyFileException("it doesn't say who answers");
        }
        data.element();
        data.element();
        Der answers = data.enter(Der.SEQUENCE);
        while (answers.hasMore()) {
            Der answer = answers.enter(Der.SEQUENCE);
            if (isAbout(answer.enter(Der.SEQUENCE), certificate, issuer)) {
                return answer;
            }
        }
        throw new KeyFileException("it says nothing of this certificate");
    }

    /// @param issuer null for any key of its name
    /// @param id names a certificate by its authority's name and key and its own number
    private static boolean isAbout(Der id, X509Certificate certificate, X509Certificate issuer)
            throws KeyFileException {
        String hash = HASHES.get(HexFormat.of().formatHex(id.enter(Der.SEQUENCE).enter(Der.OBJECT_ID).rest()));
        byte[] name = id.enter(Der.OCTET_STRING).rest();
        byte[] key = id.enter(Der.OCTET_STRING).rest();
        return hash != null
                && Arrays.equals(id.enter(Der.INTEGER).rest(), certificate.getSerialNumber().toByteArray())
                && Arrays.equals(name, hash(hash, certificate.getIssuerX500Principal().getEncoded()))
                && (issuer == null || Arrays.equals(key, hash(hash, keyBits(issuer))));
    }

    private static Instant time(Der at) throws KeyFileException {
        String text = new String(at.enter(Der.GENERALIZED_TIME).rest(), StandardCharsets.US_ASCII);
        if (text.length() <= TIME_CHARS || !text.endsWith("Z")) {
            throw new KeyFileException("its times are damaged");
        }
        return LocalDateTime.parse(text.substring(0, TIME_CHARS), TIME).toInstant(ZoneOffset.UTC);
    }
}
