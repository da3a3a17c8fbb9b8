package io.tern.cli;

import io.tern.client.ClientTls;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// The flags that say how TLS is spoken; with mosquitto's names and defaults.
final class TlsArguments {

    private static final int PORT = 8883;

    @Option(names = "--cafile", paramLabel = "FILE",
            description = "Use TLS, and trust the authorities of this PEM file.")
    private Path caFile;

    @Option(names = "--capath", paramLabel = "DIR",
            description = "Use TLS, and trust the authorities of the PEM files in this folder.")
    private Path caPath;

    @Option(names = "--tls-use-os-certs", description = "Use TLS, and trust the authorities that this system trusts.")
    private boolean systemAuthorities;

    @Option(names = "--cert", paramLabel = "FILE", description = "PEM file with the certificate to show the server.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM file with its private key, not encrypted.")
    private Path key;

    @Option(names = "--keyform", paramLabel = "FORM", description = "Form of the private key: pem.")
    private String keyForm;

    @Option(names = "--psk", paramLabel = "KEY", hidden = true)
    private String preSharedKey;

    @Option(names = "--psk-identity", paramLabel = "ID", hidden = true)
    private String preSharedIdentity;

    @Option(names = {"--tls-engine", "--tls-engine-kpass-sha1"}, paramLabel = "ENGINE", hidden = true)
    private String engine;

    @Option(names = "--insecure", description = "Take the certificate of any host. For tests only.")
    private boolean insecure;

    @Option(names = "--tls-version", paramLabel = "VERSION",
            description = "Oldest version of TLS: tlsv1.2 or tlsv1.3. Default: tlsv1.2")
    private String version;

    @Option(names = "--ciphers", paramLabel = "LIST",
            description = "Cipher suites, with colons between, by OpenSSL's names or the standard's.")
    private String ciphers;

    @Option(names = "--tls-alpn", paramLabel = "PROTOCOL", description = "Application protocol to ask for, e.g. mqtt.")
    private String alpn;

    TlsArguments() { }

    /// The port for servers with TLS, if the flags ask for it as mosquitto understands them; else the one given.
    int port(int otherwise) {
        return isWanted() ? PORT : otherwise;
    }

    /// Whether a certificate says who the client is.
    boolean hasCertificate() {
        return certificate != null;
    }

    private boolean isWanted() {
        return caFile != null || caPath != null || systemAuthorities;
    }

    /// Checks what needs no more than a look.
    ///
    /// @param byUrl whether the URL asks for TLS
    /// @throws UsageException naming what is wrong
    void check(boolean byUrl) throws UsageException {
        if ((certificate == null) != (key == null)) {
            throw new UsageException("Error: Both certfile and keyfile must be provided if one of them is set.");
        }
        if (engine != null) {
            throw new UsageException("Error: keys in hardware are not read here; give a file with --key.");
        }
        if (keyForm != null && !keyForm.equals("pem")) {
            throw new UsageException("Error: --keyform " + keyForm + ": keys are read from files, pem.");
        }
        if (preSharedKey != null || preSharedIdentity != null) {
            throw new UsageException("Error: TLS with pre-shared keys is not spoken here; give certificates.");
        }
        if (version != null && (version.equals("tlsv1.1") || version.equals("tlsv1"))) {
            throw new UsageException("Error: " + version + " is not spoken here, since it can be broken; use tlsv1.2 or"
                    + " tlsv1.3.");
        }
        if (version != null && !version.equals("tlsv1.2") && !version.equals("tlsv1.3")) {
            throw new UsageException("Error: Unknown TLS version '" + version + "', use tlsv1.2 or tlsv1.3.");
        }
        if (!byUrl && !isWanted()) {
            String idle = certificate != null ? "--cert" : insecure ? "--insecure" : version != null ? "--tls-version"
                    : ciphers != null ? "--ciphers" : alpn != null ? "--tls-alpn" : null;
            if (idle != null) {
                throw new UsageException("Error: " + idle
                        + " needs TLS: give --cafile, --capath, --tls-use-os-certs or a URL with mqtts.");
            }
        }
    }

    /// How TLS is spoken.
    ///
    /// @param byUrl whether the URL asks for TLS
    /// @return null if it isn't
    /// @throws UsageException naming the file or flag that is wrong
    ClientTls tls(boolean byUrl) throws UsageException {
        if (!byUrl && !isWanted()) {
            return null;
        }
        ClientTls.Builder tls = ClientTls.builder().insecure(insecure);
        try {
            if (caFile != null) {
                tls.authorities(caFile);
            }
            if (caPath != null) {
                tls.authoritiesIn(caPath);
            }
            if (systemAuthorities || caFile == null && caPath == null) {
                tls.systemAuthorities();
            }
            if (certificate != null) {
                tls.identity(certificate, key, null);
            }
            if (version != null && version.equals("tlsv1.3")) {
                tls.versions(List.of("TLSv1.3"));
            }
            if (ciphers != null) {
                tls.cipherSuites(CipherNames.of(ciphers));
            }
            if (alpn != null) {
                tls.alpn(List.of(alpn));
            }
            return tls.build();
        } catch (NoSuchFileException e) {
            throw new UsageException("Error: " + e.getMessage() + ": no such file.");
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("Error: " + e.getMessage() + ".");
        }
    }
}
