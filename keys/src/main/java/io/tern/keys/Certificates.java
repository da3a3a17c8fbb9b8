package io.tern.keys;

import java.io.ByteArrayInputStream;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// X.509 certificates and revocation lists, in PEM or DER.
public final class Certificates {

    /// How openssl x509 -trustout calls a certificate with its own notes behind it.
    private static final String TRUSTED = "TRUSTED CERTIFICATE";
    private static final String PKCS_7 = "PKCS7";

    private Certificates() {}

    /// Reads all certificates of a file.
    ///
    /// @param file PEM, where other blocks are skipped, or DER
    /// @return in the order of the file, at least one
    /// @throws KeyFileException if there is none, or one is damaged
    public static List<X509Certificate> read(byte[] file) throws KeyFileException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (byte[] der : only(file, "CERTIFICATE", "X509 CERTIFICATE", TRUSTED, PKCS_7)) {
                checkDer(der, "a certificate is damaged");
                for (Object each : factory().generateCertificates(new ByteArrayInputStream(der))) {
                    found.add((X509Certificate) each);
                }
            }
        } catch (CertificateException e) {
            throw new KeyFileException("a certificate is damaged", e);
        }
        if (found.isEmpty()) {
            throw new KeyFileException("has no certificate");
        }
        return List.copyOf(found);
    }

    /// Reads all revocation lists of a file.
    ///
    /// @param file PEM, where other blocks are skipped, or DER
    /// @return in the order of the file, at least one
    /// @throws KeyFileException if there is none, or one is damaged
    public static List<X509CRL> revocationLists(byte[] file) throws KeyFileException {
        List<X509CRL> lists = new ArrayList<>();
        try {
            for (byte[] der : only(file, "X509 CRL", "CRL", PKCS_7)) {
                checkDer(der, "a revocation list is damaged");
                for (Object each : factory().generateCRLs(new ByteArrayInputStream(der))) {
                    lists.add((X509CRL) each);
                }
            }
        } catch (CRLException e) {
            throw new KeyFileException("a revocation list is damaged", e);
        }
        if (lists.isEmpty()) {
            throw new KeyFileException("has no revocation list");
        }
        return List.copyOf(lists);
    }

    static CertificateFactory factory() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (CertificateException e) {
            throw new IllegalStateException("every Java has X.509", e);
        }
    }

    /// Keeps all but DER from the JDK's reader, which repeats what it doesn't know in what it says: it may be a key.
    private static void checkDer(byte[] der, String otherwise) throws KeyFileException {
        if (der.length > 0 && der[0] != Der.SEQUENCE) {
            throw new KeyFileException(otherwise);
        }
    }

    /// The DER of the blocks with one of the labels, each by itself: the JDK's reader stumbles over other blocks, and
    /// looks at nothing behind PKCS#7.
    private static List<byte[]> only(byte[] file, String... labels) throws KeyFileException {
        if (!PemBlock.isPem(file)) {
            return List.of(file);
        }
        List<byte[]> all = new ArrayList<>();
        for (PemBlock block : PemBlock.read(file)) {
            if (!List.of(labels).contains(block.label())) {
                continue;
            }
            boolean hasNotes = block.label().equals(TRUSTED);
            all.add(hasNotes ? new Der("a certificate", block.bytes()).element() : block.bytes());
        }
        return all;
    }
}
