package io.tern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void it_reads_PKCS8_as_PEM_and_as_DER(TestAuthority.Kind kind) throws KeyFileException {
        TestIdentity identity = TestAuthority.of("root").issue(kind, "a");
        assertThat(PrivateKeys.read(identity.keyPem().getBytes(StandardCharsets.US_ASCII), null))
                .isEqualTo(identity.key());
        assertThat(PrivateKeys.read(identity.key().getEncoded(), null)).isEqualTo(identity.key());
    }

    @ParameterizedTest
    @CsvSource({
        "'genrsa -traditional -out old 2048', RSA PRIVATE KEY",
        "'ecparam -name prime256v1 -genkey -out old', EC PRIVATE KEY",
        "'ecparam -name secp384r1 -genkey -noout -out old', EC PRIVATE KEY"
    })
    void it_reads_the_old_forms_of_openssl(String command, String label) throws Exception {
        OpenSsl.run(folder, command.split(" "));
        OpenSsl.run(folder, "pkcs8", "-topk8", "-nocrypt", "-in", "old", "-out", "new");
        assertThat(folder.resolve("old")).content().contains("BEGIN " + label);
        PrivateKey old = PrivateKeys.read(file("old"), null);
        PrivateKey converted = PrivateKeys.read(file("new"), null);
        if (old instanceof ECPrivateKey curve) {
            assertThat(curve.getS()).isEqualTo(((ECPrivateKey) converted).getS());
            assertThat(curve.getParams()).isEqualTo(((ECPrivateKey) converted).getParams());
        } else {
            assertThat(old).isEqualTo(converted);
        }
    }

    @Test
    void it_reads_Ed25519() throws Exception {
        OpenSsl.run(folder, "genpkey", "-algorithm", "ed25519", "-out", "key");
        assertThat(PrivateKeys.read(file("key"), null).getAlgorithm()).isEqualTo("EdDSA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v2 aes-256-cbc", "-v2 aes-128-cbc -v2prf hmacWithSHA512", "-v2 aes-192-cbc",
        "-v2 des3", "-v2 des3 -v2prf hmacWithSHA1", "-v1 PBE-SHA1-3DES"})
    void it_decrypts(String how) throws Exception {
        OpenSsl.run(folder, "genrsa", "-out", "plain", "2048");
        OpenSsl.run(folder, ("pkcs8 -topk8 -in plain -out key -passout pass:secret " + how).split(" "));
        assertThat(PrivateKeys.read(file("key"), "secret".toCharArray()))
                .isEqualTo(PrivateKeys.read(file("plain"), null));
        assertThatThrownBy(() -> PrivateKeys.read(file("key"), "wrong".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the password of the private key is wrong");
        assertThatThrownBy(() -> PrivateKeys.read(file("key"), null))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the private key is encrypted, and no password is given");
    }

    @Test
    void it_names_what_it_does_not_read() throws Exception {
        OpenSsl.run(folder, "genrsa", "-out", "plain", "2048");
        OpenSsl.run(folder, "pkcs8 -topk8 -in plain -out scrypt -passout pass:secret -scrypt".split(" "));
        assertThatThrownBy(() -> PrivateKeys.read(file("scrypt"), "secret".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("by way of scrypt").hasMessageContaining("openssl pkcs8 -topk8");
        OpenSsl.run(folder,
                "pkcs8 -topk8 -in plain -out camellia -passout pass:secret -v2 camellia-128-cbc".split(" "));
        assertThatThrownBy(() -> PrivateKeys.read(file("camellia"), "secret".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("in a way that is not known here");
        OpenSsl.run(folder, "ecparam -name secp256k1 -genkey -noout -out k1".split(" "));
        assertThatThrownBy(() -> PrivateKeys.read(file("k1"), null))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("is on a curve that TLS has no use for");
    }

    @Test
    void a_byte_order_mark_and_lines_of_Windows_are_nothing() throws KeyFileException {
        TestIdentity identity = TestAuthority.of("root").issue("a");
        String file = "\uFEFF" + identity.keyPem().replace("\n", "\r\n");
        assertThat(PrivateKeys.read(file.getBytes(StandardCharsets.UTF_8), null)).isEqualTo(identity.key());
    }

    @Test
    void it_says_how_to_convert_what_openssl_encrypted_long_ago() throws Exception {
        OpenSsl.run(folder, "genrsa", "-traditional", "-aes128", "-passout", "pass:secret", "-out", "key", "2048");
        assertThatThrownBy(() -> PrivateKeys.read(file("key"), "secret".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void it_takes_the_key_among_other_blocks_and_commentary() throws KeyFileException {
        TestIdentity identity = TestAuthority.of("root").issue("a");
        String file = "Bag Attributes\n  friendlyName: a\n" + identity.certificatesPem() + identity.keyPem();
        assertThat(PrivateKeys.read(file.getBytes(StandardCharsets.US_ASCII), null)).isEqualTo(identity.key());
    }

    @Test
    void it_refuses_what_is_none() {
        assertThatThrownBy(() -> PrivateKeys.read(new byte[0], null)).isInstanceOf(KeyFileException.class);
        assertThatThrownBy(() -> PrivateKeys.read("-----BEGIN X-----\n-----END X-----\n".getBytes(
                        StandardCharsets.US_ASCII), null))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("has no private key");
        assertThatThrownBy(() -> PrivateKeys.read("-----BEGIN PRIVATE KEY-----\nAAAA".getBytes(
                        StandardCharsets.US_ASCII), null))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("line 1: the block that begins there has no end");
        assertThatThrownBy(() -> PrivateKeys.read("-----BEGIN EC PRIVATE KEY-----\n?\n-----END EC PRIVATE KEY-----"
                        .getBytes(StandardCharsets.US_ASCII), null))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("not Base64");
    }

    /// Half-written files are met in earnest: a copy may be under way.
    @Test
    void a_key_cut_anywhere_is_refused_and_never_anything_else() {
        byte[] whole = TestAuthority.of("root").issue("a").key().getEncoded();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> PrivateKeys.read(part, null)).isInstanceOf(KeyFileException.class);
            String old = "-----BEGIN EC PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(part)
                    + "\n-----END EC PRIVATE KEY-----\n";
            assertThatThrownBy(() -> PrivateKeys.read(old.getBytes(StandardCharsets.US_ASCII), null))
                    .isInstanceOf(KeyFileException.class);
        }
    }

    private byte[] file(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }
}
