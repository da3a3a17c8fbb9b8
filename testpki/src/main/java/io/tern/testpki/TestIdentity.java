package io.tern.testpki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/// A private key with its certificate chain.
///
/// @param key PKCS#8 when encoded
/// @param chain its owner first
public record TestIdentity(PrivateKey key, List<X509Certificate> chain) {

    /// Its own certificate.
    ///
    /// @return the chain's first
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// The chain as PEM.
    ///
    /// @return one block a certificate
    public String certificatesPem() {
        StringBuilder all = new StringBuilder();
        for (X509Certificate each : chain) {
            all.append(pem(each));
        }
        return all.toString();
    }

    /// The key as PEM.
    ///
    /// @return PKCS#8, not encrypted
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /// Writes both; each file is replaced at once, as a careful tool does.
    ///
    /// @param folder where to
    /// @param name the files are NAME.crt and NAME.key
    /// @return what was written
    public TestFiles write(Path folder, String name) {
        TestFiles files = new TestFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        replace(files.certificate(), certificatesPem());
        replace(files.key(), keyPem());
        return files;
    }

    /// Writes a text beside the file first, then puts it in its place.
    ///
    /// @param file what to replace
    /// @param text its new content
    public static void replace(Path file, String text) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A certificate as PEM.
    ///
    /// @param certificate any
    /// @return one block
    public static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
