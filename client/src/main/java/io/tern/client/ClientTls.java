package io.tern.client;

import io.tern.keys.Certificates;
import io.tern.keys.Identity;
import io.tern.keys.KeyFileException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// How a client speaks TLS. Immutable, for any thread; files were read when it was built.
public final class ClientTls {

    private static final char[] IN_MEMORY = "tern".toCharArray();

    /// Where systems keep the authorities that everybody trusts.
    private static final List<Path> SYSTEM_AUTHORITIES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private final SSLContext context;
    private final List<String> versions;
    private final List<String> cipherSuites;
    private final List<String> alpn;
    private final String serverName;
    private final boolean insecure;

    private ClientTls(Builder from, SSLContext context) {
        this.context = context;
        this.versions = List.copyOf(from.versions);
        this.cipherSuites = List.copyOf(from.cipherSuites);
        this.alpn = List.copyOf(from.alpn);
        this.serverName = from.serverName;
        this.insecure = from.insecure;
    }

    /// Starts with the authorities that Java trusts, no certificate of our own, and the host's name checked.
    ///
    /// @return a builder for one thread
    public static Builder builder() {
        return new Builder();
    }

    SSLContext context() {
        return context;
    }

    SSLParameters parameters() {
        SSLParameters parameters = context.getDefaultSSLParameters();
        if (!versions.isEmpty()) {
            parameters.setProtocols(versions.toArray(new String[0]));
        }
        if (!cipherSuites.isEmpty()) {
            parameters.setCipherSuites(cipherSuites.toArray(new String[0]));
        }
        if (!alpn.isEmpty()) {
            parameters.setApplicationProtocols(alpn.toArray(new String[0]));
        }
        if (serverName != null) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        if (!insecure) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    /// Collects how TLS is to be spoken. For one thread.
    public static final class Builder {

        private final List<X509Certificate> authorities = new ArrayList<>();
        private Identity identity;
        private List<String> versions = List.of();
        private List<String> cipherSuites = List.of();
        private List<String> alpn = List.of();
        private String serverName;
        private boolean insecure;

        private Builder() {}

        /// Trusts the authorities of a file, and no longer those of Java. May be called again.
        ///
        /// @param pem certificates
        /// @return this
        /// @throws IOException if it can't be read or has no certificate; the message names the file
        public Builder authorities(Path pem) throws IOException {
            try {
                authorities.addAll(Certificates.read(Files.readAllBytes(pem)));
                return this;
            } catch (KeyFileException e) {
                throw new IOException(pem + ": " + e.getMessage(), e);
            }
        }

        /// Trusts the authorities of all files of a folder that have any.
        ///
        /// @param folder of PEM files
        /// @return this
        /// @throws IOException if it can't be read, or no file in it has a certificate
        public Builder authoritiesIn(Path folder) throws IOException {
            int before = authorities.size();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
                for (Path file : files) {
                    addIfAny(file);
                }
            }
            if (authorities.size() == before) {
                throw new IOException(folder + ": no file in it has a certificate");
            }
            return this;
        }

        private void addIfAny(Path file) throws IOException {
            try {
                authorities.addAll(Certificates.read(Files.readAllBytes(file)));
            } catch (KeyFileException other) {
                return; // Such folders have other things as well.
            }
        }

        /// Trusts the authorities that the operating system trusts, or Java's where it has no list that is known here.
        ///
        /// @return this
        /// @throws IOException if the system's list can't be read
        public Builder systemAuthorities() throws IOException {
            for (Path list : SYSTEM_AUTHORITIES) {
                if (Files.isReadable(list)) {
                    return authorities(list);
                }
            }
            return this;
        }

        /// Shows a certificate to servers that ask for one.
        ///
        /// @param certificate PEM with the chain, or PKCS#12 with the key as well
        /// @param key PEM with the private key; null if it is in the first file
        /// @param password of the encrypted key or PKCS#12 file; null for none
        /// @return this
        /// @throws IOException if they can't be read or don't fit; the message names the file
        public Builder identity(Path certificate, Path key, String password) throws IOException {
            byte[] chain = Files.readAllBytes(certificate);
            byte[] secret = key == null ? null : Files.readAllBytes(key);
            try {
                identity = Identity.read(chain, secret, password == null ? null : password.toCharArray());
                return this;
            } catch (KeyFileException e) {
                throw new IOException((e.isOfKey() ? key : certificate) + ": " + e.getMessage(), e);
            }
        }

        /// Versions to speak.
        ///
        /// @param names of `TLSv1.2`, `TLSv1.3`; default: both
        /// @return this
        public Builder versions(List<String> names) {
            versions = List.copyOf(names);
            return this;
        }

        /// Cipher suites to offer.
        ///
        /// @param names as Java has them, best first; default: Java's
        /// @return this
        public Builder cipherSuites(List<String> names) {
            cipherSuites = List.copyOf(names);
            return this;
        }

        /// Application protocols to offer (ALPN). Not used with a WebSocket, which has its own.
        ///
        /// @param names such as `mqtt`; default: none
        /// @return this
        public Builder alpn(List<String> names) {
            alpn = List.copyOf(names);
            return this;
        }

        /// The host to ask the server for (SNI), if it is not the one connected to. Not used with a WebSocket.
        ///
        /// @param host a name
        /// @return this
        public Builder serverName(String host) {
            serverName = Objects.requireNonNull(host);
            return this;
        }

        /// Takes the certificate of any host, as long as one of the authorities has signed it. For tests only.
        ///
        /// @param anyHost default false
        /// @return this
        public Builder insecure(boolean anyHost) {
            insecure = anyHost;
            return this;
        }

        /// Ends collecting.
        ///
        /// @return ready for any number of connections
        /// @throws IllegalArgumentException if Java doesn't know a version or cipher suite
        public ClientTls build() {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys(), trust(), null);
                ClientTls tls = new ClientTls(this, context);
                // Says here what no connection could use.
                context.createSSLEngine().setSSLParameters(tls.parameters());
                return tls;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalArgumentException("TLS can't be set up: " + e.getMessage(), e);
            }
        }

        private KeyManager[] keys() throws GeneralSecurityException {
            if (identity == null) {
                return null;
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(identity.keyStore(IN_MEMORY), IN_MEMORY);
            return managers.getKeyManagers();
        }

        private TrustManager[] trust() throws GeneralSecurityException, IOException {
            KeyStore trusted = null;
            if (!authorities.isEmpty()) {
                trusted = KeyStore.getInstance("PKCS12");
                trusted.load(null, null);
                for (X509Certificate each : authorities) {
                    trusted.setCertificateEntry(Integer.toString(trusted.size()), each);
                }
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            TrustManager[] all = managers.getTrustManagers();
            return insecure && all[0] instanceof X509ExtendedTrustManager strict
                    ? new TrustManager[] {new AnyHost(strict)} : all;
        }
    }
}
