package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.app.Main;
import io.tern.wire.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// What strangers learn by guessing, and what they make others read.
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere the loopback interface has one address")
@DisplayNameGeneration(MethodNames.class)
@Isolated("time is measured")
final class GuessTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final int LIFE_SECONDS = 120;
    private static final String THERE = "127.0.0.2";
    private static final int FAST_ITERATIONS = 1_000;
    private static final int SLOW_ITERATIONS = 200_000;
    private static final int USERS = 12;
    /// Clears a screen, ends a line, turns the direction of writing.
    private static final String HOSTILE = "\u001B[2J\nadmin  for ever\u202E\u2028\u0085";
    /// What of these a client identifier may hold: with others its packet is refused.
    private static final String STRANGE = "x\u202E\u2028\u200By";

    @TempDir
    private Path folder;

    private BrokerProcess broker(String lines) throws Exception {
        return new BrokerProcess(LIFE_SECONDS, "--config",
                Files.writeString(folder.resolve("tern.yaml"), lines).toString());
    }

    private static String hash(int iterations) throws Exception {
        byte[] salt = new byte[16];
        byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new PBEKeySpec("geheim".toCharArray(), salt, iterations, 512)).getEncoded();
        Base64.Encoder encoder = Base64.getEncoder();
        return "$7$" + iterations + "$" + encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
    }

    /// How long it takes to be told that a password is wrong: the shortest of some times, which chance can't shorten.
    private static long refusedAfterMillis(int port, String user, int times) {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            assertThat(Stranger.login(THERE, port, "c", user, "wrong"))
                    .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            shortest = Math.min(shortest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
        return shortest;
    }

    @Test
    void time_does_not_tell_who_is_a_user_where_there_are_quick_and_slow_hashes() throws Exception {
        String quick = hash(FAST_ITERATIONS);
        String slow = hash(SLOW_ITERATIONS);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            lines.add("quick" + i + ":" + quick);
            lines.add("slow" + i + ":" + slow);
        }
        Files.write(folder.resolve("passwords"), lines);
        try (BrokerProcess broker = broker("authentication: [{passwordFile: passwords}]\n")) {
            int port = broker.port(Transport.TCP);
            long slowMillis = refusedAfterMillis(port, "slow0", 3);
            long quickMillis = refusedAfterMillis(port, "quick0", 3);
            List<Long> unknown = new ArrayList<>();
            for (int i = 0; i < 2 * USERS; i++) {
                unknown.add(refusedAfterMillis(port, "nobody" + i, 1));
            }
            Collections.sort(unknown);
            if (FULL) {
                System.out.printf("wrong password of a user with a quick hash %d ms, with a slow one %d ms,"
                        + " of nobody %s ms%n", quickMillis, slowMillis, unknown);
            }
            assertThat(quickMillis).isLessThan(slowMillis / 2);
            assertThat(unknown.getFirst()).isLessThan(slowMillis / 2);
            assertThat(unknown.getLast()).isGreaterThanOrEqualTo(slowMillis / 2);
        }
    }

    @Test
    void passwords_that_look_like_tokens_are_delayed_like_all_others() throws Exception {
        Files.writeString(folder.resolve("passwords"), "ann:" + LoginTest.PBKDF2 + "\n");
        try (BrokerProcess broker = broker("authentication: [{passwordFile: passwords}]\n"
                + "defence.failed_logins.first_delay: 1 h\ndefence.failed_logins.longest_delay: 1 h\n")) {
            int port = broker.port(Transport.TCP);
            List<ReasonCode> answers = new ArrayList<>();
            for (String user : List.of("ann", "nobody")) {
                for (int i = 0; i < 6; i++) {
                    String claims = Base64.getUrlEncoder().withoutPadding()
                            .encodeToString(("{\"sub\":\"" + i + "\"}").getBytes(StandardCharsets.US_ASCII));
                    answers.add(Stranger.login(THERE, port, "c" + i, user, "eyJhbGciOiJSUzI1NiJ9." + claims + ".c2ln"));
                }
                assertThat(answers.subList(0, 4)).containsOnly(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
                assertThat(answers.subList(4, 6)).containsOnly(ReasonCode.CONNECTION_RATE_EXCEEDED);
                answers.clear();
            }
        }
    }

    @Test
    void names_that_command_a_terminal_do_so_neither_in_the_log_nor_in_the_tools() throws Exception {
        Files.writeString(folder.resolve("passwords"), "ann:" + LoginTest.PBKDF2 + "\n");
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Path data = Files.createDirectory(folder.resolve("data"));
        Path audit = folder.resolve("audit.log");
        Path config = Files.writeString(folder.resolve("tern.yaml"), "authentication: [{passwordFile: passwords}]\n"
                + "log.level: debug\naudit.file: " + audit + "\ndefence.failed_logins.per_client: 3\n");
        try (BrokerProcess broker = new BrokerProcess(List.of(), Map.of(), data, LIFE_SECONDS,
                "--config", config.toString())) {
            int port = broker.port(Transport.TCP);
            for (int i = 0; i < 3; i++) {
                Stranger.login(THERE, port, STRANGE, STRANGE + i, "wrong");
            }
            tern(data, port, told, "bans", "add", "client", HOSTILE, "--reason", HOSTILE);
            tern(data, port, told, "bans", "list");
            told.addAll(broker.lastWords().lines().toList());
        }
        told.addAll(Files.readAllLines(audit));
        assertThat(told).anyMatch(line -> line.startsWith("client x\\u202e\\u2028"));
        assertThat(told).anyMatch(line -> line.startsWith("client \\u001b[2J\\u000aadmin"));
        assertThat(told).allSatisfy(line -> assertThat(line)
                .doesNotContain("\u001B", "\u202E", "\u2028", "\u200B", "\u0085"));
        assertThat(told).noneMatch(line -> line.startsWith("admin"));
    }

    private static void tern(Path data, int port, List<String> told, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        command.addAll(List.of("--data", data.toString(), "-p", String.valueOf(port)));
        try (Child child = new Child("tern", command, Map.of(), LIFE_SECONDS, told::add)) {
            assertThat(child.awaitEnd()).as("%s", told).isZero();
        }
    }
}
