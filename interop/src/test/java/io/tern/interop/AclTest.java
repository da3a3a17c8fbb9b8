package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.testkit.RawClient;
import io.tern.wire.Properties;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `aclFile` means what mosquitto's `acl_file` means, but for what docs/security.md lists: the same files, clients,
/// publishes and subscriptions through both brokers. Of that list only one difference is met here: a name that begins
/// with `$` fills in no first level. That filters are denied rather than granted in vain makes none in what is read.
@DisplayNameGeneration(MethodNames.class)
@Execution(ExecutionMode.SAME_THREAD)
final class AclTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final int PARTS = FULL ? 50 : 10;
    private static final int FILES = Integer.getInteger("tern.acl.files", FULL ? 2_000 : 300) / PARTS;
    private static final long FIRST_SEED = Long.getLong("tern.acl.seed", 0);
    private static final int LIFE_SECONDS = 3600;
    private static final String CONTROL = "$CONTROL/tern/v1";
    /// Lines that only one of the two takes, as docs/security.md lists: indented ones, and a filter with a tab in it.
    private static final Set<String> ONLY_TERN = Set.of("\ttopic read a", " # indented");
    private static final Set<String> ONLY_MOSQUITTO = Set.of("topic read\ta/b");
    private static final String ROOT_LINES = "\nuser root\ntopic readwrite #\ntopic readwrite $SYS/#\n"
            + "topic readwrite $dev/#\n";

    @TempDir
    private Path folder;

    private Path rules;
    private int written;
    private int read;
    private int refused;
    private int listed;
    private int denied;
    private int questions;

    @BeforeEach
    void look() {
        assumeTrue(Tools.MOSQUITTO != null, "left out: mosquitto (apt install mosquitto)");
        rules = folder.resolve("acl");
    }

    /// Parts, since there is a limit to how long a test may take.
    private static LongStream seeds() {
        return LongStream.range(0, PARTS).map(part -> FIRST_SEED + part * FILES);
    }

    private BrokerProcess tern() throws IOException {
        Files.writeString(rules, ROOT_LINES);
        List<String> users = new ArrayList<>(AclCase.USERS);
        users.add(AclAnswers.ROOT);
        users.replaceAll(each -> each + ":" + LoginTest.PBKDF2);
        Files.write(folder.resolve("passwords"), users);
        Path config = Files.writeString(folder.resolve("tern.yaml"), """
                shards: 1
                authentication: [{passwordFile: passwords}, {anonymous: true}]
                authorization:
                  - policy:
                      rules:
                        - {allow: all, topics: ["#", "$CONTROL/#", "$SYS/#", "$dev/#"], users: root}
                  - aclFile: acl
                """);
        Files.createDirectory(folder.resolve("data"));
        return new BrokerProcess(List.of(), Map.of(), folder.resolve("data"), LIFE_SECONDS,
                "--config", config.toString());
    }

    /// Has the rules read again.
    ///
    /// @return what is wrong with them, empty for nothing
    private static String reloaded(RawClient root) {
        root.send(new Publish(false, 1, false, TopicName.of(CONTROL), 7, Properties.NONE,
                "{\"commands\":[{\"command\":\"reload\"}]}".getBytes(StandardCharsets.UTF_8)));
        root.expect(PubAck.class);
        String answer = new String(root.expect(Publish.class).payload(), StandardCharsets.UTF_8);
        return answer.contains("error") ? answer : "";
    }

    @Test
    void a_line_that_is_odd_is_wrong_to_both_or_to_neither() throws Exception {
        compareAll(AclCase.odd());
        assertThat(listed).isEqualTo(ONLY_TERN.size() + ONLY_MOSQUITTO.size());
        assertThat(refused).isBetween(5, AclCase.odd().size() - 5);
    }

    @ParameterizedTest(name = "from seed {0}")
    @MethodSource("seeds")
    void a_file_means_what_it_means_to_mosquitto(long seed) throws Exception {
        compareAll(LongStream.range(seed, seed + FILES).mapToObj(AclCase::of).toList());
        System.out.printf("%d files from seed %d on, %d of them refused by both, %d questions; written %d, read %d,"
                + " %d filters denied%n", FILES, seed, refused, questions, written, read, denied);
        assertThat(written).isPositive();
        assertThat(read).isPositive();
        assertThat(denied).isPositive();
    }

    private void compareAll(List<AclCase> cases) throws Exception {
        List<String> differences = new ArrayList<>();
        try (BrokerProcess tern = tern()) {
            int port = tern.port(Transport.TCP);
            try (RawClient root = AclAnswers.connected(port, "operator", AclAnswers.ROOT)) {
                root.send(new Subscribe(1, Properties.NONE,
                        List.of(new Subscribe.Item(TopicFilter.of(CONTROL + "/response"), 0)))).expect(SubAck.class);
                for (AclCase each : cases) {
                    compare(each, root, port, differences);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private void compare(AclCase asked, RawClient root, int port, List<String> differences) throws Exception {
        Files.writeString(rules, asked.text() + ROOT_LINES);
        String wrong = reloaded(root);
        try (MosquittoBroker mosquitto = MosquittoBroker.withRules(folder, rules)) {
            if (!wrong.isEmpty() || mosquitto == null) {
                refused++;
                Set<String> known = wrong.isEmpty() ? ONLY_TERN : ONLY_MOSQUITTO;
                if ((wrong.isEmpty() || mosquitto != null) && asked.text().lines().anyMatch(known::contains)) {
                    listed++;
                } else if (wrong.isEmpty() || mosquitto != null) {
                    differences.add("seed " + asked.seed() + ": mosquitto " + (mosquitto == null ? "refuses" : "takes")
                            + " what Tern " + (wrong.isEmpty() ? "takes" : "refuses: " + wrong) + "\n" + asked.text());
                }
                return;
            }
            AclAnswers theirs = AclAnswers.of(mosquitto.port(), asked);
            AclAnswers ours = AclAnswers.of(port, asked);
            for (int i = 0; i < asked.clients().size(); i++) {
                AclCase.Client client = asked.clients().get(i);
                differ(asked, client, "write", theirs.written().get(i), ours.written().get(i), differences);
                written += ours.written().get(i).size();
                questions += asked.topics().size();
                for (int round = 0; round < asked.filters().size(); round++) {
                    String filter = asked.filters().get(round).get(i);
                    differ(asked, client, "read by " + filter, theirs.read().get(round).get(i),
                            ours.read().get(round).get(i), differences);
                    read += ours.read().get(round).get(i).size();
                    denied += ours.granted().get(round).get(i) ? 0 : 1;
                    questions += asked.topics().size();
                }
            }
        }
    }

    private static boolean opensLevel(AclCase.Client client) {
        return client.id().startsWith("$") || client.user() != null && client.user().startsWith("$");
    }

    private static void differ(AclCase asked, AclCase.Client client, String what, Set<String> theirs, Set<String> ours,
            List<String> differences) {
        Set<String> more = new TreeSet<>(theirs);
        more.removeAll(ours);
        more.removeIf(topic -> topic.startsWith("$") && opensLevel(client));
        Set<String> less = new TreeSet<>(ours);
        less.removeAll(theirs);
        if (!more.isEmpty() || !less.isEmpty()) {
            differences.add("seed " + asked.seed() + ": " + client + " " + what + ": only in mosquitto " + more
                    + ", only in Tern " + less + "\n" + asked.text());
        }
    }
}
