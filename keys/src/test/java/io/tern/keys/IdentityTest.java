package io.tern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

    @TempDir
    private Path folder;

    private final TestAuthority authority = TestAuthority.of("root").intermediate("plant");

    @ParameterizedTest
    @EnumSource
    void it_reads_a_pair_of_files_or_one_with_both(TestAuthority.Kind kind) throws KeyFileException {
        TestIdentity made = authority.issue(kind, "press-7", "press-7.example");
        Identity two = Identity.read(ascii(made.certificatesPem()), ascii(made.keyPem()), null);
        assertThat(two.chain()).isEqualTo(made.chain()).hasSize(2);
        assertThat(two.key()).isEqualTo(made.key());
        assertThat(Identity.read(ascii(made.keyPem() + made.certificatesPem()), null, null)).isEqualTo(two);
    }

    @Test
    void it_reads_PKCS12_and_what_it_writes_itself() throws Exception {
        TestIdentity made = authority.issue("press-7");
        Identity identity = new Identity(made.key(), made.chain());
        KeyStore store = identity.keyStore("entry".toCharArray());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        store.store(file, "entry".toCharArray());
        assertThat(Identity.read(file.toByteArray(), null, "entry".toCharArray())).isEqualTo(identity);
        assertThatThrownBy(() -> Identity.read(file.toByteArray(), null, "other".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the password of the PKCS#12 file is wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-nomac", "-legacy", "-certpbe NONE", "-keypbe AES-128-CBC -macalg sha512"})
    void it_reads_PKCS12_as_openssl_writes_it(String how) throws Exception {
        TestIdentity made = authority.issue("press-7");
        made.write(folder, "own");
        OpenSsl.run(folder, ("pkcs12 -export -inkey own.key -in own.crt -passout pass:secret -out file.p12 " + how)
                .strip().split(" "));
        Identity identity = Identity.read(Files.readAllBytes(folder.resolve("file.p12")), null, "secret".toCharArray());
        assertThat(identity.chain()).isEqualTo(made.chain());
        assertThat(identity.key()).isEqualTo(made.key());
    }

    @Test
    void a_PKCS12_file_without_a_certificate_is_named() throws Exception {
        authority.issue("press-7").write(folder, "own");
        OpenSsl.run(folder, "pkcs12 -export -nocerts -inkey own.key -passout pass:secret -out file.p12".split(" "));
        byte[] file = Files.readAllBytes(folder.resolve("file.p12"));
        assertThatThrownBy(() -> Identity.read(file, null, "secret".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the PKCS#12 file has no certificate");
    }

    @Test
    void a_PKCS12_file_with_its_key_in_the_clear_is_named() throws Exception {
        authority.issue("press-7").write(folder, "own");
        OpenSsl.run(folder,
                "pkcs12 -export -keypbe NONE -inkey own.key -in own.crt -passout pass:x -out file.p12".split(" "));
        byte[] file = Files.readAllBytes(folder.resolve("file.p12"));
        assertThatThrownBy(() -> Identity.read(file, null, "x".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the PKCS#12 file has no encrypted private key");
    }

    @Test
    void what_openssl_notes_behind_a_trusted_certificate_is_left_out() throws Exception {
        TestIdentity made = authority.issue("press-7");
        made.write(folder, "own");
        OpenSsl.run(folder, "x509", "-in", "own.crt", "-trustout", "-addtrust", "clientAuth", "-setalias", "press",
                "-out", "trusted.pem");
        byte[] file = Files.readAllBytes(folder.resolve("trusted.pem"));
        assertThat(new String(file, StandardCharsets.US_ASCII)).contains("BEGIN TRUSTED CERTIFICATE");
        assertThat(Certificates.read(file)).containsExactly(made.certificate());
        assertThat(Certificates.read((new String(file, StandardCharsets.US_ASCII) + made.certificatesPem())
                .getBytes(StandardCharsets.US_ASCII))).startsWith(made.certificate(), made.certificate());
        assertThatThrownBy(() -> Certificates.revocationLists(file)).hasMessage("has no revocation list");
    }

    @Test
    void a_key_of_somebody_else_is_refused() {
        TestIdentity one = authority.issue("one");
        TestIdentity other = authority.issue("other");
        TestIdentity otherKind = authority.issue(TestAuthority.Kind.RSA, "other");
        for (TestIdentity each : new TestIdentity[] {other, otherKind}) {
            assertThatThrownBy(() -> Identity.read(ascii(one.certificatesPem()), ascii(each.keyPem()), null))
                    .isInstanceOf(KeyFileException.class)
                    .hasMessage("the private key does not fit the certificate");
        }
    }

    @Test
    void garbage_is_refused() {
        assertThatThrownBy(() -> Identity.read(ascii("hello"), null, null))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("is neither PEM nor PKCS#12");
        TestIdentity made = authority.issue("press-7");
        assertThatThrownBy(() -> Identity.read(ascii(made.keyPem()), ascii(made.keyPem()), null))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("has no certificate");
        assertThatThrownBy(() -> Certificates.read(ascii(made.certificatesPem().replace("MII", "MIA"))))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("a certificate is damaged");
    }

    @Test
    void revocation_lists_are_read() throws KeyFileException {
        TestIdentity revoked = authority.issue("gone");
        TestIdentity good = authority.issue("here");
        byte[] file = ascii("# of today\n" + authority.revocationList(revoked.certificate()));
        assertThat(Certificates.revocationLists(file)).singleElement().satisfies(list -> {
            assertThat(list.isRevoked(revoked.certificate())).isTrue();
            assertThat(list.isRevoked(good.certificate())).isFalse();
        });
        assertThatThrownBy(() -> Certificates.revocationLists(ascii(good.certificatesPem())))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("has no revocation list");
    }

    @Test
    void revocation_lists_are_read_out_of_PKCS7_too_and_what_stands_behind_it() throws Exception {
        Files.writeString(folder.resolve("list.pem"), authority.revocationList());
        authority.issue("press-7").write(folder, "own");
        OpenSsl.run(folder, "crl2pkcs7 -in list.pem -certfile own.crt -out made.p7".split(" "));
        String file = Files.readString(folder.resolve("made.p7")) + TestAuthority.of("other").revocationList();
        assertThat(Certificates.revocationLists(ascii(file))).hasSize(2);
        assertThat(Certificates.read(ascii(file + TestIdentity.pem(authority.certificate())))).hasSize(3);
    }

    @Test
    void it_says_in_which_file_the_mistake_is() {
        TestIdentity made = authority.issue("press-7");
        String oneLine = made.keyPem().replace("\n", "");
        assertThatThrownBy(() -> Identity.read(ascii(made.certificatesPem()), ascii(oneLine), null))
                .hasMessage("line 1: BEGIN with its label is not alone on its line")
                .matches(e -> ((KeyFileException) e).isOfKey());
        assertThatThrownBy(() -> Identity.read(ascii(oneLine), ascii(made.keyPem()), null))
                .hasMessage("line 1: BEGIN with its label is not alone on its line")
                .matches(e -> !((KeyFileException) e).isOfKey());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
