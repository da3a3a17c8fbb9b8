package io.tern.auth.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.api.ClientInfo;
import io.tern.api.ConfigException;
import io.tern.api.ConnectionInfo;
import io.tern.api.Verdict;
import io.tern.auth.work.Work;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Password files: mosquitto's forms, editing, and who is let in.
class PasswordFileTest {

    @TempDir
    private Path folder;

    private long nowMillis = 1_000_000;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(PasswordHash.Form.class)
    void what_is_written_can_be_read_and_fits_one_password_only(PasswordHash.Form form) {
        PasswordHash hash = PasswordHash.parse(PasswordHash.of(bytes("sécret"), form, 1000).encoded());

        assertThat(hash.matches(bytes("sécret"))).isTrue();
        assertThat(hash.matches(bytes("secret"))).isFalse();
        assertThat(hash.matches(bytes(""))).isFalse();
        assertThat(PasswordHash.parse(PasswordHash.of(bytes(""), form, 1).encoded()).matches(bytes(""))).isTrue();
    }

    @Test
    void argon2id_is_written_with_the_parameters_of_mosquitto() {
        assertThat(PasswordHash.of(bytes("x"), PasswordHash.Form.ARGON2ID, 0).encoded())
                .matches("\\$argon2id\\$v=19\\$m=47104,t=1,p=1\\$[A-Za-z0-9+/]{86}\\$[A-Za-z0-9+/]{86}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha512", "sha512-pbkdf2"})
    void mosquitto_passwd_and_this_read_each_other(String form) throws Exception {
        Path file = folder.resolve("passwords");
        run("mosquitto_passwd", "-H", form, "-c", "-b", file.toString(), "ann", "geheim");
        run("mosquitto_passwd", "-H", form, "-b", file.toString(), "bob", "p:w");

        PasswordFile read = PasswordFile.read(file);

        assertThat(read.size()).isEqualTo(2);
        assertThat(read.hash("ann").matches(bytes("geheim"))).isTrue();
        assertThat(read.hash("bob").matches(bytes("p:w"))).isTrue();
        assertThat(read.hash("bob").matches(bytes("p"))).isFalse();
    }

    private static void run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } catch (IOException e) {
            Assumptions.abort("no mosquitto_passwd on this machine");
        }
    }

    @Test
    void lines_that_are_wrong_are_told_without_what_they_hide() throws IOException {
        Path file = Files.writeString(folder.resolve("p"),
                "ann:plaintext\n# note\n\nbob\ncarl:$6$xx$%%\nann:$6$AAAA$AAAA\n"
                + "dora:$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAA\nemil:$7$0$AAAA$AAAA\nann:$6$AAAA$AAAA\n");

        List<String> problems =
                catchThrowableOfType(ConfigException.class, () -> PasswordFile.read(file)).problems();

        assertThat(problems).hasSize(5);
        assertThat(problems.get(0)).endsWith(
                ":1: the password of ann is not encoded; 'tern passwd -U FILE' encodes the passwords of a file");
        assertThat(problems.get(1)).endsWith(":4: expected user:password");
        assertThat(problems.get(2)).contains(":5: the password of carl is damaged");
        assertThat(problems.get(3)).contains(":7: the password of dora is damaged");
        assertThat(problems.get(4)).contains(":8: the password of emil is damaged: 0 iterations");
        assertThat(String.join(" ", problems)).doesNotContain("plaintext");
    }

    /// As mosquitto has them.
    @Test
    void blanks_further_fields_a_second_line_and_a_byte_order_mark_are_put_up_with() throws Exception {
        PasswordEditor editor = new PasswordEditor(folder.resolve("x"), PasswordHash.Form.SHA512, 1000);
        String old = editor.line("ann", bytes("old"));
        String now = editor.line("ann", bytes("now"));
        Path file = Files.writeString(folder.resolve("p"), "\uFEFF" + old + "\r\n"
                + now.replace("ann:", "bob : ") + " : 7 : x\r\n" + now + "\n");
        PasswordFile read = PasswordFile.read(file);
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.hash("bob").matches(bytes("now"))).isTrue();
        assertThat(read.hash("ann").matches(bytes("now"))).isTrue();
        assertThat(read.hash("ann").matches(bytes("old"))).isFalse();
    }

    @Test
    void an_editor_changes_one_line_and_leaves_the_others() throws Exception {
        Path file = folder.resolve("p");
        PasswordEditor editor = new PasswordEditor(file, PasswordHash.Form.SHA512, 0);
        editor.create("ann", bytes("1"));
        Files.writeString(file, "# kept\n" + Files.readString(file) + "bob:plain:text\n");

        assertThat(editor.set("carl", bytes("3"))).isTrue();
        assertThat(editor.set("ann", bytes("4"))).isFalse();
        assertThat(editor.encodeAll()).isEqualTo(1);
        assertThat(editor.delete("carl")).isTrue();
        assertThat(editor.delete("carl")).isFalse();

        assertThat(Files.readAllLines(file)).hasSize(3).first().isEqualTo("# kept");
        PasswordFile read = PasswordFile.read(file);
        assertThat(read.hash("ann").matches(bytes("4"))).isTrue();
        assertThat(read.hash("bob").matches(bytes("plain:text"))).isTrue();
        assertThat(read.hash("carl")).isNull();
        assertThat(folder.toFile().list()).containsExactly("p");
    }

    private Verdict verdict(PasswordAuthenticator authenticator, String user, String password) throws Exception {
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        ClientInfo client = new ClientInfo("c", user, MqttVersion.V5,
                new ConnectionInfo("mqtt", "tcp", InetSocketAddress.createUnresolved("x", 1)));
        authenticator.authenticate(client, password == null ? null : bytes(password), answer::complete);
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void who_knows_the_password_is_let_in_and_known_again_for_a_while() throws Exception {
        Path file = folder.resolve("p");
        new PasswordEditor(file, PasswordHash.Form.SHA512, 0).create("ann", bytes("geheim"));
        Work work = new Work("test", 1, 10, Duration.ofSeconds(20));
        PasswordAuthenticator authenticator = new PasswordAuthenticator(
                PasswordFile.read(file), () -> nowMillis, work, Duration.ofMinutes(1));

        assertThat(verdict(authenticator, "ann", "geheim")).isInstanceOfSatisfying(
                Verdict.Allow.class, allow -> assertThat(allow.identity().userName()).isEqualTo("ann"));
        assertThat(verdict(authenticator, "ann", "falsch")).isInstanceOfSatisfying(
                Verdict.Deny.class,
                deny -> assertThat(deny.reason()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        assertThat(verdict(authenticator, "bob", "geheim")).isEqualTo(Verdict.NEXT);
        assertThat(verdict(authenticator, null, null)).isEqualTo(Verdict.NEXT);
        assertThat(verdict(authenticator, "ann", "geheim")).isInstanceOf(Verdict.Allow.class);
        nowMillis += 60_000;
        assertThat(verdict(authenticator, "ann", "geheim")).isInstanceOf(Verdict.Allow.class);
    }

    @Test
    void a_user_who_is_not_there_takes_the_time_of_one_who_is_whatever_the_forms() throws Exception {
        Path file = folder.resolve("p");
        new PasswordEditor(file, PasswordHash.Form.SHA512, 0).create("plain", bytes("x"));
        new PasswordEditor(file, PasswordHash.Form.SHA512_PBKDF2, 1).set("slow", bytes("x"));
        PasswordFile users = PasswordFile.read(file);
        Map<String, Integer> forms = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            PasswordHash likely = users.likely("nobody" + i);
            assertThat(users.likely("nobody" + i)).isSameAs(likely);
            forms.merge(likely.encoded().substring(0, 3), 1, Integer::sum);
        }
        assertThat(forms.get("$6$")).isBetween(350, 650);
        assertThat(forms.get("$7$")).isBetween(350, 650);
    }

    @Test
    void a_link_to_a_file_stays_one_and_its_rights_stay() throws Exception {
        Path file = folder.resolve("p");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("p"));
        PasswordEditor editor = new PasswordEditor(link, PasswordHash.Form.SHA512, 0);
        new PasswordEditor(file, PasswordHash.Form.SHA512, 0).create("ann", bytes("x"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        editor.set("bob", bytes("y"));
        assertThat(link).isSymbolicLink();
        assertThat(PasswordFile.read(file).size()).isEqualTo(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-r-----");
        assertThat(Files.readAttributes(file, PosixFileAttributes.class).group().getName()).isNotEmpty();
    }

    @Test
    void too_many_at_once_are_turned_away_as_busy() throws Exception {
        Path file = folder.resolve("p");
        new PasswordEditor(file, PasswordHash.Form.SHA512, 0).create("ann", bytes("geheim"));
        Work work = new Work("test", 1, 0, Duration.ofMillis(10));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        work.run(
                "elsewhere",
                () -> true,
                () -> {
                    begun.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                () -> { });
        begun.await();
        PasswordAuthenticator authenticator =
                new PasswordAuthenticator(PasswordFile.read(file), () -> nowMillis, work, Duration.ZERO);

        assertThat(verdict(authenticator, "ann", "geheim")).isInstanceOfSatisfying(
                Verdict.Deny.class, deny -> assertThat(deny.reason()).isEqualTo(ReasonCode.SERVER_BUSY));
        assertThat(work.refused()).isEqualTo(1);
        end.countDown();
    }
}
