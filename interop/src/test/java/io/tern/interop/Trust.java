package io.tern.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Trust in one authority and no other, for clients in Java.
final class Trust {

    private Trust() {}

    /// @param ca PEM with its certificate
    static TrustManagerFactory managers(Path ca) {
        try (InputStream in = Files.newInputStream(ca)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(store);
            return managers;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(ca + " can't be trusted", e);
        }
    }

    /// @param ca as above
    static SSLContext context(Path ca) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(ca).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
