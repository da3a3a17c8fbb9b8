package io.tern.keys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// X.509 certificates and revocation lists, in PEM or DER.
public final class Certificates {

    /// How openssl x509 -trustout calls a certificate with its own notes behind it.
    private static final String TRUSTED = "TRUSTED CERTIFICATE";

    private Certificates() {}

    /// Reads all certificates of a file.
    ///
    /// @param file PEM, where other blocks are skipped, or DER
    /// @return in the order of the file, at least one
    /// @throws KeyFileException if there is none, or one is damaged
    public static List<X509Certificate> read(byte[] file) throws KeyFileException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Object each : factory().generateCertificates(
                    new ByteArrayInputStream(only(file, "CERTIFICATE", "X509 CERTIFICATE", TRUSTED, "PKCS7")))) {
                found.add((X509Certificate) each);
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
        Collection<? extends CRL> lists;
        try {
            lists = factory().generateCRLs(new ByteArrayInputStream(only(file, "X509 CRL", "CRL")));
        } catch (CRLException e) {
            throw new KeyFileException("a revocation list is damaged", e);
        }
        if (lists.isEmpty()) {
            throw new KeyFileException("has no revocation list");
        }
        return lists.stream().map(X509CRL.class::cast).toList();
    }

    static CertificateFactory factory() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (CertificateException e) {
            throw new IllegalStateException("every Java has X.509", e);
        }
    }

    /// The DER of the blocks with one of the labels, one after the other; the JDK's reader stumbles over other blocks.
    private static byte[] only(byte[] file, String... labels) throws KeyFileException {
        if (!PemBlock.isPem(file)) {
            return file;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (PemBlock block : PemBlock.read(file)) {
            if (!List.of(labels).contains(block.label())) {
                continue;
            }
            boolean hasNotes = block.label().equals(TRUSTED);
            all.writeBytes(hasNotes ? new Der("a certificate", block.bytes()).element() : block.bytes());
        }
        return all.toByteArray();
    }
}
