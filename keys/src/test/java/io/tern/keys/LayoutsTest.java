package io.tern.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestIdentity;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The layouts of certificates and keys that openssl and people make, and what becomes of each: the table of
/// docs/certificates.md. `-Dtern.write=true` writes it anew.
class LayoutsTest {

    private static final String HEAD = """
            # Certificates and keys, in the files that people have

            What becomes of each layout, whether it is given to a listener, to the tools or to the client library: the
            chain that is shown, or what is said, behind the file's name. The files are made by openssl in
            `LayoutsTest`, which holds this page (`-Dtern.write=true` writes it anew). `server` was issued by `plant`,
            that by `root`.

            """;
    private static final String TAIL = """

            ## Certificates of clients

            RSA and elliptic curves always do. With a key of Ed25519 a client gets in where the listener's own key, or
            that of an authority in its `client_ca`, is of Ed25519 too: such a listener is served by the JDK's TLS,
            others by BoringSSL, which takes no such clients. Why a handshake has failed is in the log, once a minute
            and listener.
            """;
    private static final String NO_PASSWORD = "-";

    private final TestAuthority root = TestAuthority.of("root");
    private final TestAuthority plant = root.intermediate("plant");
    private final TestIdentity server = plant.issue(TestAuthority.Kind.RSA, "server", "localhost");
    private final TestIdentity curve = plant.issue(TestAuthority.Kind.EC, "server", "localhost");
    private final StringBuilder page = new StringBuilder(HEAD);

    @TempDir
    private Path folder;

    private void openssl(String command) throws IOException, InterruptedException {
        OpenSsl.run(folder, command.split(" "));
    }

    private byte[] file(String name) throws IOException {
        return name == null ? null : Files.readAllBytes(folder.resolve(name));
    }

    private void title(String title) {
        page.append("## ").append(title).append("\n\n| layout | what becomes of it |\n| --- | --- |\n");
    }

    /// One row.
    ///
    /// @param key null if it is in the certificate's file
    private void row(String layout, String certificate, String key, String password) throws IOException {
        String outcome;
        try {
            Identity identity = Identity.read(file(certificate), file(key),
                    password.equals(NO_PASSWORD) ? null : password.toCharArray());
            outcome = names(identity.chain())
                    + (identity.leftOut().isEmpty() ? "" : "; left out: " + names(identity.leftOut()));
        } catch (KeyFileException e) {
            outcome = "*" + e.getMessage() + "*";
        }
        page.append("| ").append(layout).append(" | ").append(outcome).append(" |\n");
    }

    private static String names(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(each -> each.getSubjectX500Principal().getName().substring("CN=".length()))
                .collect(Collectors.joining(", "));
    }

    private void bundle(String layout, X509Certificate... certificates) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate each : certificates) {
            pem.append(TestIdentity.pem(each));
        }
        Files.writeString(folder.resolve("bundle"), pem);
        row(layout, "bundle", "server.key", NO_PASSWORD);
    }

    private void text(String layout, String text) throws IOException {
        text(layout, text, StandardCharsets.UTF_8);
    }

    private void text(String layout, String text, Charset charset) throws IOException {
        Files.writeString(folder.resolve("text"), text, charset);
        row(layout, "text", null, NO_PASSWORD);
    }

    private void key(String layout, String command, String password) throws Exception {
        openssl(command + " -out made.key");
        String shown = command.replaceAll(" -(in|passout) \\S+", "");
        String certificate = command.contains("curve.key") ? "curve.crt" : "server.crt";
        row(layout + ": `openssl " + shown + "`", certificate, "made.key", password);
    }

    private void pkcs12(String layout, String options, String password) throws Exception {
        openssl("pkcs12 -export -inkey server.key -in server.crt -out made.p12" + options);
        row(layout, "made.p12", null, password);
    }

    @Test
    void the_page_says_what_becomes_of_each() throws Exception {
        server.write(folder, "server");
        curve.write(folder, "curve");
        X509Certificate own = server.certificate();
        X509Certificate above = plant.certificate();

        title("PEM with certificates");
        bundle("server, plant", own, above);
        bundle("server alone", own);
        bundle("plant, server", above, own);
        bundle("server, plant, plant", own, above, above);
        bundle("server, root, plant", own, root.certificate(), above);
        bundle("server, plant, a stranger's root", own, above, TestAuthority.of("stranger").certificate());
        bundle("server, another of that name, plant", own, plant.issue("server").certificate(), above);
        bundle("server, plant, plant as another root certified it", own, above,
                TestAuthority.of("elsewhere").certify(plant).certificate());
        bundle("plant alone", above);
        String pem = server.certificatesPem() + server.keyPem();
        text("chain and key in one file", pem);
        text("key and chain in one file", server.keyPem() + server.certificatesPem());
        text("with the line ends of Windows", pem.replace("\n", "\r\n"));
        text("with a byte order mark", "\uFEFF" + pem);
        text("two files with one each", "\uFEFF" + pem + "\uFEFF" + TestIdentity.pem(root.certificate()));
        text("as UTF-16", pem, StandardCharsets.UTF_16);
        text("cut off", pem.substring(0, 300));
        text("cut off, and more behind it", pem.substring(0, 300) + '\n' + pem);
        text("joined without a line end", server.certificatesPem().strip() + server.keyPem());
        text("all on one line", pem.replace("\n", ""));
        openssl("x509 -in server.crt -text -out made.crt");
        row("`openssl x509 -text`", "made.crt", "server.key", NO_PASSWORD);
        openssl("x509 -in server.crt -outform DER -out made.crt");
        row("DER", "made.crt", "server.key", NO_PASSWORD);
        openssl("x509 -in server.crt -trustout -addtrust serverAuth -out made.crt");
        row("`openssl x509 -trustout`", "made.crt", "server.key", NO_PASSWORD);
        openssl("crl2pkcs7 -nocrl -certfile server.crt -out made.crt");
        row("PKCS#7 as PEM", "made.crt", "server.key", NO_PASSWORD);
        openssl("crl2pkcs7 -nocrl -certfile server.crt -outform DER -out made.crt");
        row("PKCS#7 as DER", "made.crt", "server.key", NO_PASSWORD);

        page.append('\n');
        title("Private keys");
        key("RSA, PKCS#8", "pkcs8 -topk8 -nocrypt -in server.key", NO_PASSWORD);
        key("RSA, PKCS#8 as DER", "pkcs8 -topk8 -nocrypt -outform DER -in server.key", NO_PASSWORD);
        key("RSA, PKCS#1", "rsa -traditional -in server.key", NO_PASSWORD);
        key("elliptic curve, SEC 1", "ec -in curve.key", NO_PASSWORD);
        key("encrypted", "pkcs8 -topk8 -v2 aes-256-cbc -in server.key -passout pass:secret", "secret");
        key("encrypted, triple DES", "pkcs8 -topk8 -v2 des3 -in server.key -passout pass:secret", "secret");
        key("encrypted, as before 2000", "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in server.key -passout pass:secret",
                "secret");
        key("encrypted, by scrypt", "pkcs8 -topk8 -scrypt -in server.key -passout pass:secret", "secret");
        key("encrypted inside PKCS#1", "rsa -traditional -aes256 -in server.key -passout pass:secret", "secret");
        key("encrypted, no password given", "pkcs8 -topk8 -in server.key -passout pass:secret", NO_PASSWORD);
        key("encrypted, a wrong password", "pkcs8 -topk8 -in server.key -passout pass:secret", "wrong");
        key("of another certificate", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", NO_PASSWORD);
        key("a curve of other uses", "ecparam -name secp256k1 -genkey -noout", NO_PASSWORD);
        row("a certificate in its place", "server.crt", "server.crt", NO_PASSWORD);
        Files.writeString(folder.resolve("made.key"), server.keyPem().replace("\n", ""));
        row("all on one line: `tr -d '\\n'`", "server.crt", "made.key", NO_PASSWORD);
        Files.writeString(folder.resolve("made.key"), server.keyPem(), StandardCharsets.UTF_16);
        row("as UTF-16", "server.crt", "made.key", NO_PASSWORD);

        page.append('\n');
        title("PKCS#12");
        pkcs12("`openssl pkcs12 -export`", " -passout pass:secret", "secret");
        pkcs12("with `-legacy`", " -legacy -passout pass:secret", "secret");
        pkcs12("with `-nomac`", " -nomac -passout pass:secret", "secret");
        pkcs12("with an empty password", " -passout pass:", "");
        pkcs12("with certificates in the clear", " -certpbe NONE -passout pass:secret", "secret");
        pkcs12("with the key in the clear", " -keypbe NONE -passout pass:secret", "secret");
        pkcs12("without certificates", " -nocerts -passout pass:secret", "secret");
        pkcs12("a wrong password", " -passout pass:secret", "wrong");

        page.append(TAIL);
        Path shown = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../docs/certificates.md");
        if (Boolean.getBoolean("tern.write")) {
            Files.writeString(shown, page, StandardCharsets.UTF_8);
        }
        assertThat(shown.normalize()).content().isEqualTo(page.toString());
    }
}
