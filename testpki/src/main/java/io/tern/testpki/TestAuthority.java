package io.tern.testpki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A certificate authority for one test. For any thread.
public final class TestAuthority {

    /// What kind of key an identity has.
    public enum Kind {
        /// RSA, 2,048 bits.
        RSA,
        /// The curve P-256.
        EC,
        /// Edwards' curve.
        ED25519,
        /// RSA, 2,048 bits, which may sign by PSS alone.
        RSA_PSS
    }

    private static final String SHA256_RSA = "1.2.840.113549.1.1.11";
    private static final String SHA256_ECDSA = "1.2.840.10045.4.3.2";
    private static final String ED25519 = "1.3.101.112";
    private static final String SHA1 = "1.3.14.3.2.26";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String SUBJECT_ALT_NAME = "2.5.29.17";
    private static final String DISTRIBUTION_POINTS = "2.5.29.31";
    private static final String AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String ACCESS_BY_OCSP = "1.3.6.1.5.5.7.48.1";
    private static final String OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";

    private final TestIdentity self;
    private final AtomicLong serials = new AtomicLong(0x1000);

    private TestAuthority(TestIdentity self) {
        this.self = self;
    }

    /// Makes a root authority, valid from yesterday on for ten years, with an EC key.
    ///
    /// @param name its common name
    /// @return the authority
    public static TestAuthority of(String name) {
        return of(Kind.EC, name);
    }

    /// Makes a root authority, valid from yesterday on for ten years.
    ///
    /// @param kind of its key, not RSA by PSS
    /// @param name its common name
    /// @return the authority
    public static TestAuthority of(Kind kind, String name) {
        KeyPair pair = newPair(kind);
        Instant now = Instant.now();
        X509Certificate certificate = certificate(name, name, pair.getPublic(), pair.getPrivate(), 1,
                now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(3650)), true, List.of());
        return new TestAuthority(new TestIdentity(pair.getPrivate(), List.of(certificate)));
    }

    /// A root authority with an EC key and a life of its own.
    ///
    /// @param name its common name
    /// @param notBefore first moment of its life
    /// @param notAfter last moment of its life
    /// @return the authority
    public static TestAuthority of(String name, Instant notBefore, Instant notAfter) {
        KeyPair pair = newPair(Kind.EC);
        X509Certificate certificate = certificate(
                name, name, pair.getPublic(), pair.getPrivate(), 1, notBefore, notAfter, true, List.of());
        return new TestAuthority(new TestIdentity(pair.getPrivate(), List.of(certificate)));
    }

    /// An authority below this one.
    ///
    /// @param name its common name
    /// @return the authority; chains of what it issues have its certificate in them
    public TestAuthority intermediate(String name) {
        Instant now = Instant.now();
        return intermediate(name, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(3650)));
    }

    /// An authority below this one, with a life of its own.
    ///
    /// @param name its common name
    /// @param notBefore first moment of its life
    /// @param notAfter last moment of its life
    /// @return the authority
    public TestAuthority intermediate(String name, Instant notBefore, Instant notAfter) {
        KeyPair pair = newPair(Kind.EC);
        X509Certificate certificate = certificate(name, name(), pair.getPublic(), self.key(),
                serials.incrementAndGet(), notBefore, notAfter, true, List.of());
        return new TestAuthority(new TestIdentity(pair.getPrivate(), List.of(certificate)));
    }

    /// Certifies the key of an authority that has been certified elsewhere (a cross-signature).
    ///
    /// @param other which
    /// @return the same authority with a certificate of this one
    public TestAuthority certify(TestAuthority other) {
        Instant now = Instant.now();
        X509Certificate certificate = certificate(other.name(), name(), other.certificate().getPublicKey(), self.key(),
                serials.incrementAndGet(), now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(3650)), true,
                List.of());
        return new TestAuthority(new TestIdentity(other.self.key(), List.of(certificate)));
    }

    /// Its own key and certificate, for who acts in its name.
    ///
    /// @return both
    public TestIdentity identity() {
        return self;
    }

    /// Its own certificate.
    ///
    /// @return what others have to trust
    public X509Certificate certificate() {
        return self.certificate();
    }

    /// Writes its certificate.
    ///
    /// @param folder where to
    /// @param name the file is NAME.crt
    /// @return the file
    public Path write(Path folder, String name) {
        Path file = folder.resolve(name + ".crt");
        TestIdentity.replace(file, self.certificatesPem());
        return file;
    }

    /// Issues a certificate with an EC key, valid for a year.
    ///
    /// @param commonName of its owner
    /// @param names what it is for: host names and IP addresses
    /// @return key and certificate
    public TestIdentity issue(String commonName, String... names) {
        return issue(Kind.EC, commonName, names);
    }

    /// Issues a certificate, valid for a year.
    ///
    /// @param kind of its key
    /// @param commonName of its owner
    /// @param names what it is for: host names and IP addresses
    /// @return key and certificate
    public TestIdentity issue(Kind kind, String commonName, String... names) {
        Instant now = Instant.now();
        return issue(kind, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)), commonName, names);
    }

    /// Issues a certificate.
    ///
    /// @param kind of its key
    /// @param notBefore first moment of its life
    /// @param notAfter last moment of its life
    /// @param commonName of its owner
    /// @param names what it is for: host names and IP addresses
    /// @return key and certificate
    public TestIdentity issue(Kind kind, Instant notBefore, Instant notAfter, String commonName, String... names) {
        return issue(kind, notBefore, notAfter, commonName, (byte[]) null, names);
    }

    /// Issues a certificate that says where the list of revoked ones can be fetched, valid for a year.
    ///
    /// @param commonName of its owner
    /// @param point where the list is
    /// @return key and certificate
    public TestIdentity issueListed(String commonName, URI point) {
        Instant now = Instant.now();
        return issue(Kind.EC, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)), commonName,
                distributionPoint(point));
    }

    private TestIdentity issue(
            Kind kind, Instant notBefore, Instant notAfter, String commonName, URI responder, String... names) {
        return issue(kind, notBefore, notAfter, commonName, responder == null ? null : responders(responder), names);
    }

    private TestIdentity issue(Kind kind, Instant notBefore, Instant notAfter, String commonName, byte[] extension,
            String... names) {
        KeyPair pair = newPair(kind);
        X509Certificate certificate = certificate(commonName, name(), pair.getPublic(), self.key(),
                serials.incrementAndGet(), notBefore, notAfter, false, extension, List.of(names));
        List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
        if (!self.certificate().getSubjectX500Principal().equals(self.certificate().getIssuerX500Principal())) {
            chain.add(self.certificate());
        }
        return new TestIdentity(pair.getPrivate(), chain);
    }

    /// Issues a certificate that says where its authority can be asked about it, valid for a year.
    ///
    /// @param commonName of its owner
    /// @param responder of OCSP
    /// @param names what it is for: host names and IP addresses
    /// @return key and certificate
    public TestIdentity issueAsking(String commonName, URI responder, String... names) {
        Instant now = Instant.now();
        return issue(Kind.EC, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)), commonName, responder,
                names);
    }

    /// Issues a certificate that names several responders, valid for a year.
    ///
    /// @param commonName of its owner
    /// @param responders of OCSP
    /// @return key and certificate
    public TestIdentity issueAskingAny(String commonName, URI... responders) {
        Instant now = Instant.now();
        return issue(Kind.EC, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)), commonName,
                responders(responders));
    }

    /// A list of revoked certificates, valid for a week.
    ///
    /// @param revoked may be none
    /// @return PEM
    public String revocationList(X509Certificate... revoked) {
        Instant now = Instant.now();
        return revocationList(now.plus(Duration.ofDays(7)), revoked);
    }

    /// A list of revoked certificates.
    ///
    /// @param nextUpdate until when it may be relied on
    /// @param revoked may be none
    /// @return PEM
    public String revocationList(Instant nextUpdate, X509Certificate... revoked) {
        return revocationList(nextUpdate.minus(Duration.ofDays(30)), nextUpdate, null, revoked);
    }

    /// A list of revoked certificates.
    ///
    /// @param made from when on it may be relied on
    /// @param nextUpdate until when it may be relied on
    /// @param extension the identifier of a critical extension without marks; null for none
    /// @param revoked may be none
    /// @return PEM
    public String revocationList(Instant made, Instant nextUpdate, String extension, X509Certificate... revoked) {
        List<byte[]> entries = new ArrayList<>();
        for (X509Certificate each : revoked) {
            entries.add(Asn1.sequence(Asn1.integer(each.getSerialNumber()), Asn1.time(made)));
        }
        byte[] list = entries.isEmpty() ? new byte[0] : Asn1.sequence(entries.toArray(new byte[0][]));
        byte[] extensions = extension == null ? new byte[0] : Asn1.context(0, Asn1.sequence(Asn1.sequence(
                Asn1.id(extension), Asn1.bool(true), Asn1.octets(mark(extension)))));
        byte[] content = Asn1.sequence(Asn1.integer(BigInteger.ONE), algorithm(self.key()), distinguished(name()),
                Asn1.time(made), Asn1.time(nextUpdate), list, extensions);
        return TestIdentity.pem("X509 CRL", signed(content, self.key()));
    }

    /// Of a part of the certificates, that it is for authorities only; else a number.
    private static byte[] mark(String extension) {
        return extension.equals("2.5.29.28") ? Asn1.sequence(Asn1.of(0x82, new byte[] {-1}))
                : Asn1.integer(BigInteger.ONE);
    }

    /// Writes an OCSP response (RFC 6960) that says a certificate is good, for a week.
    ///
    /// @param about a certificate of this authority
    /// @param file where to
    /// @return the same file
    public Path ocspGood(X509Certificate about, Path file) {
        Instant now = Instant.now();
        byte[] response = ocsp(about, false, now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(7)));
        try {
            return Files.write(file, response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Makes an OCSP response.
    ///
    /// @param about a certificate of this authority
    /// @param revoked whether it is
    /// @param thisUpdate from when on that is so
    /// @param nextUpdate until when it may be relied on
    /// @return DER
    public byte[] ocsp(X509Certificate about, boolean revoked, Instant thisUpdate, Instant nextUpdate) {
        return response(thisUpdate, single(about, revoked, thisUpdate, nextUpdate));
    }

    /// Makes an OCSP response about two certificates with one number: in front, another authority's, which is revoked.
    ///
    /// @param other that authority
    /// @param about a certificate of this one, which is good
    /// @param thisUpdate from when on that is so
    /// @param nextUpdate until when it may be relied on
    /// @return DER
    public byte[] ocspBehind(TestAuthority other, X509Certificate about, Instant thisUpdate, Instant nextUpdate) {
        return response(thisUpdate, other.single(about, true, thisUpdate.minusSeconds(1), nextUpdate.minusSeconds(1)),
                single(about, false, thisUpdate, nextUpdate));
    }

    private byte[] single(X509Certificate about, boolean revoked, Instant thisUpdate, Instant nextUpdate) {
        byte[] id = Asn1.sequence(Asn1.sequence(Asn1.id(SHA1), Asn1.of(0x05)),
                Asn1.octets(sha1(certificate().getSubjectX500Principal().getEncoded())),
                Asn1.octets(sha1(keyBits(certificate().getPublicKey()))),
                Asn1.integer(about.getSerialNumber()));
        byte[] status = revoked ? Asn1.context(1, Asn1.time(thisUpdate)) : Asn1.of(0x80);
        return Asn1.sequence(id, status, Asn1.time(thisUpdate), Asn1.context(0, Asn1.time(nextUpdate)));
    }

    private byte[] response(Instant made, byte[]... singles) {
        byte[] data = Asn1.sequence(Asn1.context(1, distinguished(name())), Asn1.time(made), Asn1.sequence(singles));
        byte[] basic = signed(data, self.key());
        return Asn1.sequence(Asn1.enumerated(0), Asn1.context(0,
                Asn1.sequence(Asn1.id(OCSP_BASIC), Asn1.octets(basic))));
    }

    private String name() {
        return self.certificate().getSubjectX500Principal().getName().substring("CN=".length());
    }

    private static X509Certificate certificate(String subject, String issuer, PublicKey key, PrivateKey issuerKey,
            long serial, Instant notBefore, Instant notAfter, boolean isAuthority, List<String> names) {
        return certificate(subject, issuer, key, issuerKey, serial, notBefore, notAfter, isAuthority, null, names);
    }

    private static X509Certificate certificate(String subject, String issuer, PublicKey key, PrivateKey issuerKey,
            long serial, Instant notBefore, Instant notAfter, boolean isAuthority, byte[] extension,
            List<String> names) {
        List<byte[]> extensions = new ArrayList<>();
        if (extension != null) {
            extensions.add(extension);
        }
        if (isAuthority) {
            extensions.add(Asn1.sequence(Asn1.id(BASIC_CONSTRAINTS), Asn1.bool(true),
                    Asn1.octets(Asn1.sequence(Asn1.bool(true)))));
        }
        if (!names.isEmpty()) {
            byte[][] general = names.stream().map(TestAuthority::generalName).toArray(byte[][]::new);
            extensions.add(Asn1.sequence(Asn1.id(SUBJECT_ALT_NAME), Asn1.octets(Asn1.sequence(general))));
        }
        byte[] last = extensions.isEmpty() ? new byte[0]
                : Asn1.context(3, Asn1.sequence(extensions.toArray(new byte[0][])));
        byte[] content = Asn1.sequence(Asn1.context(0, Asn1.integer(BigInteger.TWO)),
                Asn1.integer(BigInteger.valueOf(serial)), algorithm(issuerKey), distinguished(issuer),
                Asn1.sequence(Asn1.time(notBefore), Asn1.time(notAfter)), distinguished(subject), key.getEncoded(),
                last);
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(signed(content, issuerKey)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] responders(URI... responders) {
        byte[][] accesses = Arrays.stream(responders)
                .map(each -> Asn1.sequence(Asn1.id(ACCESS_BY_OCSP), uri(each)))
                .toArray(byte[][]::new);
        return Asn1.sequence(Asn1.id(AUTHORITY_INFO_ACCESS), Asn1.octets(Asn1.sequence(accesses)));
    }

    private static byte[] distributionPoint(URI point) {
        byte[] name = Asn1.context(0, Asn1.context(0, uri(point)));
        return Asn1.sequence(Asn1.id(DISTRIBUTION_POINTS), Asn1.octets(Asn1.sequence(Asn1.sequence(name))));
    }

    private static byte[] uri(URI uri) {
        return Asn1.of(0x86, uri.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] generalName(String name) {
        if (name.matches("[0-9.]+") || name.contains(":")) {
            try {
                return Asn1.of(0x87, InetAddress.getByName(name).getAddress());
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }
        return Asn1.of(0x82, name.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] distinguished(String commonName) {
        return Asn1.sequence(Asn1.set(Asn1.sequence(Asn1.id(COMMON_NAME), Asn1.text(commonName))));
    }

    private static byte[] algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> Asn1.sequence(Asn1.id(SHA256_RSA), Asn1.of(0x05));
            case "EdDSA" -> Asn1.sequence(Asn1.id(ED25519));
            default -> Asn1.sequence(Asn1.id(SHA256_ECDSA));
        };
    }

    private static byte[] signed(byte[] content, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EdDSA" -> "EdDSA";
                default -> "SHA256withECDSA";
            });
            signature.initSign(key);
            signature.update(content);
            return Asn1.sequence(content, algorithm(key), Asn1.bits(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The point of an EC key on P-256, as it stands at the end of its encoding.
    private static byte[] keyBits(PublicKey key) {
        byte[] encoded = key.getEncoded();
        byte[] point = new byte[65];
        System.arraycopy(encoded, encoded.length - point.length, point, 0, point.length);
        return point;
    }

    private static KeyPair newPair(Kind kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(switch (kind) {
                case RSA_PSS -> "RSASSA-PSS";
                case ED25519 -> "Ed25519";
                default -> kind.name();
            });
            switch (kind) {
                case EC -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case RSA, RSA_PSS -> generator.initialize(2048);
                case ED25519 -> { }
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
