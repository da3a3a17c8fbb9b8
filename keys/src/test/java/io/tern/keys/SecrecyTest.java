package io.tern.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// However a key's file is damaged, nothing that is said of it holds a piece of the key: it goes to logs and alarms.
class SecrecyTest {

    private static final int PIECE_CHARS = 8;
    private static final List<String> LABELS =
            List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY");
    private static final List<Charset> CHARSETS =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16, StandardCharsets.UTF_16LE);

    private final Random random = new Random(17);
    private final TestIdentity other = TestAuthority.of("root").issue("other");
    private final List<UnaryOperator<String>> damages = List.of(
            text -> text.replace("\n", ""),
            text -> text.replace("\n", " "),
            text -> text.replace("\n", "\\n"),
            text -> text.replace("\n", "\r\n"),
            text -> text.replace("\n", "\r"),
            text -> text.replaceFirst("\n", ""),
            text -> text.replaceFirst("-----\n", ""),
            text -> text.replaceFirst("KEY-----\n", ""),
            text -> text.replaceFirst("KEY-----\n", "KEY:"),
            text -> text.replaceFirst("-----BEGIN [A-Z ]*-----\n", "-----BEGIN "),
            text -> text.replace("\n-----END ", "-----END "),
            text -> text.replace("-----END ", "\n----END "),
            text -> text.replaceFirst("-----END .*", ""),
            text -> text.replace("KEY", "key"),
            text -> text.replaceFirst("BEGIN ", "BEGIN X "),
            text -> text.replaceFirst("KEY-----\n", "KEY-----\nProc-Type: 4,CLEAR\nComment: a\n\n"),
            text -> text.replaceFirst("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n\n"),
            text -> "\uFEFF" + text,
            text -> other.certificatesPem().strip() + text,
            text -> text.strip() + other.certificatesPem(),
            text -> text + text,
            text -> text.strip() + text,
            text -> "key = \"" + text + "\"",
            text -> text.substring(0, random.nextInt(text.length())),
            text -> text.substring(random.nextInt(text.length())),
            text -> text + "\n-----END ",
            text -> new StringBuilder(text).insert(random.nextInt(text.length()), '-').toString(),
            text -> new StringBuilder(text).insert(random.nextInt(text.length()), '\n').toString(),
            text -> new StringBuilder(text).deleteCharAt(random.nextInt(text.length())).toString());

    @ParameterizedTest
    @EnumSource
    void nothing_that_is_said_of_a_damaged_key_holds_a_piece_of_it(TestAuthority.Kind kind) throws Exception {
        TestIdentity own = TestAuthority.of("root").issue(kind, "own");
        Der info = new Der("the private key", own.key().getEncoded()).enter(Der.SEQUENCE);
        info.enter(Der.INTEGER);
        info.enter(Der.SEQUENCE);
        int refusals = 0;
        for (byte[] der : List.of(own.key().getEncoded(), info.enter(Der.OCTET_STRING).rest())) {
            String key = Base64.getEncoder().encodeToString(der);
            for (String label : LABELS) {
                String pem = "-----BEGIN " + label + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END " + label + "-----\n";
                for (UnaryOperator<String> one : damages) {
                    String damaged = one.apply(pem);
                    refusals += check(key, damaged, own);
                    UnaryOperator<String> more = damages.get(random.nextInt(damages.size()));
                    refusals += check(key, damaged.isEmpty() ? damaged : more.apply(damaged), own);
                }
            }
        }
        assertThat(refusals).isGreaterThan(4_000);
    }

    /// @return how many readers refused it
    private int check(String key, String file, TestIdentity own) {
        byte[] certificates = own.certificatesPem().getBytes(StandardCharsets.US_ASCII);
        List<String> said = new ArrayList<>();
        for (Charset charset : CHARSETS) {
            byte[] bytes = file.getBytes(charset);
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(certificates);
            both.writeBytes(bytes);
            listen(said, () -> Identity.read(certificates, bytes, "secret".toCharArray()));
            listen(said, () -> Identity.read(both.toByteArray(), null, null));
            listen(said, () -> Certificates.read(bytes));
            listen(said, () -> Certificates.revocationLists(bytes));
        }
        for (String each : said) {
            for (int at = 0; at + PIECE_CHARS <= each.length(); at++) {
                String piece = each.substring(at, at + PIECE_CHARS);
                assertThat(key.contains(piece)).as("%s of %s", piece, each).isFalse();
            }
        }
        return said.size();
    }

    @FunctionalInterface
    private interface Reader {

        Object read() throws KeyFileException;
    }

    /// What its log line would say, with all causes.
    private static void listen(List<String> said, Reader reader) {
        try {
            reader.read();
        } catch (KeyFileException e) {
            StringBuilder all = new StringBuilder();
            for (Throwable each = e; each != null; each = each.getCause()) {
                all.append(each).append('\n');
            }
            said.add(all.toString());
        }
    }
}
