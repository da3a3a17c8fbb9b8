package io.tern.transport.tls;

import io.tern.api.Option;
import io.tern.api.Options;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The settings of one listener's TLS.
public final class TlsKeys {

    /// Where one identity lies.
    private static final class IdentityKeys {

        private final Option<String> certificate;
        private final Option<String> key;
        private final Option<String> keyPassword;
        private final Option<String> ocspResponse;

        IdentityKeys(String prefix, String what) {
            certificate = Option.text(prefix + "certificate", "",
                    what + ": PEM with the certificate and its chain, or PKCS#12 with the private key as well.");
            key = Option.text(prefix + "key", "",
                    "PEM with the private key (PKCS#8, PKCS#1 or SEC 1); none if it is in the same file.");
            keyPassword = Option.text(prefix + "key_password", "", "Password of the encrypted key or PKCS#12 file.");
            ocspResponse = Option.text(prefix + "ocsp_response", "",
                    "DER with the OCSP response to staple, kept fresh by somebody else.");
        }

        List<Option<?>> all() {
            return List.of(certificate, key, keyPassword, ocspResponse);
        }

        /// Null if there is no certificate.
        IdentityFiles files(Options options) {
            String password = options.get(keyPassword);
            return options.get(certificate).isEmpty() ? null : new IdentityFiles(Path.of(options.get(certificate)),
                    path(options, key), password.isEmpty() ? null : password, path(options, ocspResponse));
        }
    }

    private final String prefix;
    private final IdentityKeys identity;
    private final List<IdentityKeys> others;
    private final Option<String> clientCa;
    private final Option<ClientAuth> clientAuth;
    private final Option<String> crl;
    private final Option<List<String>> versions;
    private final Option<List<String>> ciphers;
    private final Option<TlsOptions.Stapling> ocsp;

    /// Declares them for one listener.
    ///
    /// @param prefix of the keys, ends with a dot
    /// @param identities names of further identities
    public TlsKeys(String prefix, List<String> identities) {
        this.prefix = prefix;
        identity = new IdentityKeys(prefix, "Who the listener is; with it, it speaks TLS");
        clientCa = Option.text(prefix + "client_ca", "", "PEM with the authorities whose clients are let in.");
        clientAuth = Option.choice(prefix + "client_auth", ClientAuth.NONE,
                "Whether clients show a certificate. With client_ca it is required, unless this says otherwise.");
        crl = Option.text(prefix + "crl", "",
                "PEM with the revocation lists of these authorities; an authority without one lets nobody in.");
        versions = Option.words(prefix + "versions", TlsOptions.VERSIONS, TlsOptions.VERSIONS,
                "Which versions of TLS are spoken.");
        ciphers = Option.texts(prefix + "ciphers", TlsOptions.CIPHER_SUITES,
                "Cipher suites of TLS 1.2, best first; TLS 1.3 has its own.");
        ocsp = Option.choice(prefix + "ocsp", TlsOptions.Stapling.FILE,
                "Where the OCSP response to staple comes from. file: from ocsp_response, if that is given. fetch:"
                        + " otherwise from the responder that the certificate names, again in time; the file of the"
                        + " certificate must have that of its issuer in it, too.");
        others = identities.stream()
                .map(name -> new IdentityKeys(prefix + "sni." + name + ".",
                        "A further identity, for clients who ask for a host that its certificate names"))
                .toList();
    }

    /// All of them.
    ///
    /// @return in the order of the reference page
    public List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(identity.all());
        all.addAll(List.of(clientCa, clientAuth, crl, versions, ciphers, ocsp));
        others.forEach(each -> all.addAll(each.all()));
        return all;
    }

    /// What is set.
    ///
    /// @param options values
    /// @return null if no certificate is given
    /// @throws IllegalArgumentException naming the key that is missing
    public TlsOptions tls(Options options) {
        IdentityFiles own = identity.files(options);
        if (own == null) {
            for (Option<?> each : all()) {
                check(!options.isGiven(each), "certificate", "is missing, but " + each.key() + " is given");
            }
            return null;
        }
        List<IdentityFiles> further = new ArrayList<>();
        for (IdentityKeys each : others) {
            IdentityFiles files = each.files(options);
            if (files == null) {
                throw new IllegalArgumentException(each.certificate.key() + ": is missing");
            }
            further.add(files);
        }
        Path authorities = path(options, clientCa);
        ClientAuth asked = options.get(clientAuth);
        if (authorities != null && !options.isGiven(clientAuth)) {
            asked = ClientAuth.REQUIRED;
        }
        check(asked == ClientAuth.NONE || authorities != null, "client_ca", "is missing, clients can't be verified");
        check(asked != ClientAuth.NONE || path(options, crl) == null, "crl", "is given, but clients are not asked");
        return new TlsOptions(own, further, authorities, asked, path(options, crl), options.get(versions),
                options.get(ciphers), options.get(ocsp));
    }

    private void check(boolean holds, String key, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(prefix + key + ": " + problem);
        }
    }

    private static Path path(Options options, Option<String> option) {
        return options.get(option).isEmpty() ? null : Path.of(options.get(option));
    }
}
