package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.app.Main;
import io.tern.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;

/// Runs the examples of docs/conventions.md as they stand there.
@DisplayNameGeneration(MethodNames.class)
final class ConventionsTest {

    private static final int LIFE_SECONDS = 60;

    private final TestBroker broker = TestBroker.start();

    @AfterEach
    void stop() {
        long bugs = broker.bugs();
        broker.close();
        assertThat(bugs).isZero();
    }

    /// The commands of the block that begins with a line.
    private static List<String> block(String first) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/conventions.md"));
        int at = lines.indexOf(first);
        assertThat(at).as(first).isPositive();
        return lines.subList(at, lines.size()).stream().takeWhile(line -> !line.startsWith("```")).toList();
    }

    /// A line of a shell, as far as these need one: words, quotes, and a comment.
    private List<String> command(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.replaceFirst(" +#[^'\"]*$", "").split(" +")) {
            words.add(word.replace("'", ""));
        }
        List<String> command = new ArrayList<>();
        if (words.getFirst().equals("tern")) {
            command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), Main.class.getName()));
            words.removeFirst();
            command.add(words.removeFirst());
        } else {
            command.add(words.removeFirst());
        }
        command.addAll(List.of("-p", String.valueOf(broker.port())));
        command.addAll(words);
        return command;
    }

    @Test
    void a_message_to_one_client() throws Exception {
        List<String> lines = block("tern sub -i pump-7 -t '$p2p/pump-7/#' -v                  "
                + "# or any client called pump-7, whatever it has subscribed to");
        List<String> said = new ArrayList<>();
        CountDownLatch both = new CountDownLatch(2);
        try (Child receiver = new Child("sub", command(lines.getFirst()), Map.of(), LIFE_SECONDS, line -> {
            said.add(line);
            both.countDown();
        })) {
            Waiting.until(() -> broker.broker().sessions() > 0, "a session of the receiver");
            for (String line : lines.subList(1, lines.size())) {
                boolean there = !line.startsWith("mosquitto") || Tools.program("mosquitto_pub") != null;
                assumeTrue(there, "left out: mosquitto_pub (apt install mosquitto-clients)");
                try (Child publisher = new Child("pub", command(line), Map.of(), LIFE_SECONDS, each -> { })) {
                    assertThat(publisher.awaitEnd()).as(publisher.lastWords()).isZero();
                }
            }
            assertThat(both.await(LIFE_SECONDS, TimeUnit.SECONDS)).as(receiver.lastWords()).isTrue();
        }
        assertThat(said).containsExactly("$p2p/pump-7/set/speed 1450", "$p2p/pump-7/set/speed 1450");
    }

    @Test
    void a_message_that_waits() throws Exception {
        List<String> lines = block("tern sub -t 'pump/#' -v");
        List<String> said = new ArrayList<>();
        CountDownLatch both = new CountDownLatch(2);
        try (Child receiver = new Child("sub", command(lines.getFirst()), Map.of(), LIFE_SECONDS, line -> {
            said.add(line);
            both.countDown();
        })) {
            Waiting.until(() -> broker.broker().subscriptions() > 0, "a subscription of the receiver");
            for (String line : lines.subList(1, lines.size())) {
                boolean there = !line.startsWith("mosquitto") || Tools.program("mosquitto_pub") != null;
                assumeTrue(there, "left out: mosquitto_pub (apt install mosquitto-clients)");
                try (Child publisher = new Child("pub", command(line), Map.of(), LIFE_SECONDS, each -> { })) {
                    assertThat(publisher.awaitEnd()).as(publisher.lastWords()).isZero();
                }
            }
            assertThat(both.await(LIFE_SECONDS, TimeUnit.SECONDS)).as(receiver.lastWords()).isTrue();
        }
        assertThat(said).containsExactly("pump/7/stop now", "pump/7/stop now");
    }
}
