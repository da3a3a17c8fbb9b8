package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access;
import io.tern.api.Authenticator;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Defence;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.openjdk.jol.info.GraphLayout;

/// What clients can make a broker keep is charged with what it weighs: all objects that can be reached from a broker,
/// with and without thousands of a kind.
class WeightsTest {

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // Else it can't look into records.
    }

    private static final int COUNT = 2_000;
    /// So many before, for tables and whatever else is there once.
    private static final int FIRST = 48;
    private static final Percentage TOLERANCE = Percentage.withPercentage(25);
    private static final Percentage NEARLY = Percentage.withPercentage(3);
    private static final int KINDS = 26;

    private static final Path PAGE = Path.of("../docs/memory.md");
    /// What each weighs and is charged, by what it is.
    private static final Map<String, Weight> WEIGHTS = new TreeMap<>();

    private record Weight(double chargedBytes, double weightBytes) {}

    private House house = new House(1);

    private String name;

    @AfterEach
    void close() {
        house.close();
    }

    private long weightBytes() {
        house.run();
        house.forget();
        return GraphLayout.parseInstance(house.broker).totalSize();
    }

    private void weigh(IntConsumer one) {
        for (int i = 0; i < FIRST; i++) {
            one.accept(i);
        }
        long weightBefore = weightBytes();
        long heldBefore = house.broker.memory().heldBytes();
        for (int i = FIRST; i < FIRST + COUNT; i++) {
            one.accept(i);
        }
        double weightBytes = (weightBytes() - weightBefore) / (double) COUNT;
        double chargedBytes = (house.broker.memory().heldBytes() - heldBefore) / (double) COUNT;
        assertThat(chargedBytes).isCloseTo(weightBytes, TOLERANCE);
        WEIGHTS.put(name, new Weight(chargedBytes, weightBytes));
    }

    @BeforeEach
    void name(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName().replace('_', ' ');
    }

    /// The page has what is charged, and about what it weighs.
    @AfterAll
    static void page() throws IOException {
        if (WEIGHTS.size() < KINDS) {
            return; // Not all of them were asked for.
        }
        MemoryPage page = new MemoryPage(PAGE);
        if (Boolean.getBoolean("tern.write")) {
            page.write(WEIGHTS.entrySet().stream()
                    .map(each -> "| %s | %.0f | %.0f |".formatted(
                            each.getKey(), each.getValue().chargedBytes, each.getValue().weightBytes))
                    .toList());
        }
        Map<String, long[]> rows = page.rows();
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(WEIGHTS.keySet());
        WEIGHTS.forEach((what, weight) -> {
            assertThat((double) rows.get(what)[0]).as(what).isCloseTo(weight.chargedBytes, NEARLY);
            assertThat((double) rows.get(what)[1]).as(what).isCloseTo(weight.weightBytes, TOLERANCE);
        });
    }

    private List<PlainClient> clients() {
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < FIRST + COUNT; i++) {
            clients.add(house.connect(0, Hello.v5("client-" + i)));
        }
        return clients;
    }

    @Test
    void a_subscription_to_a_filter_of_its_own() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed("house/" + i + "/temperature", 1));
    }

    @Test
    void a_subscription_with_a_wildcard() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed("house/" + i + "/+/temperature", 1));
    }

    @Test
    void a_subscription_of_many_levels() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed(i + "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/#", 1));
    }

    @Test
    void a_group() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.subscribed("$share/g/" + i, 1));
    }

    @Test
    void a_client_that_was_written_to_alone() {
        List<PlainClient> clients = clients();
        PlainClient publisher = house.connect(0, Hello.v5("c"));
        weigh(i -> {
            publisher.publish("$p2p/client-" + i + "/set", "x");
            assertThat(clients.get(i).payloads()).containsExactly("x");
        });
    }

    @Test
    void a_member_of_a_group() {
        List<PlainClient> clients = clients();
        weigh(i -> clients.get(i).subscribed("$share/g/house/#", 1));
    }

    @Test
    void a_session_of_somebody_away() {
        weigh(i -> house.connect(0, Hello.durable("client-" + i)).lose());
    }

    @Test
    void a_retained_message() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> client.retain("house/" + i + "/temperature", "21.5 degrees"));
    }

    @Test
    void a_message_that_waits_in_one_queue() {
        house.connect(0, Hello.v5("slow").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("q/#", 1);
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> {
            client.publish("q/" + i % 10, "21.5 degrees", 1, 1 + i);
            client.received();
        });
    }

    @Test
    void a_message_with_a_topic_of_2000_characters() {
        waitWithTopics("x".repeat(2000), Properties.NONE);
    }

    /// Two bytes each where they came from, and one in memory.
    @Test
    void a_message_with_a_topic_of_2000_characters_of_Latin_1() {
        waitWithTopics("é".repeat(2000), Properties.NONE);
    }

    /// One byte each where they came from, and two in memory.
    @Test
    void a_message_with_a_topic_of_2000_characters_of_which_one_is_not_Latin_1() {
        waitWithTopics("x".repeat(1999) + "€", Properties.NONE);
    }

    @Test
    void a_message_with_many_properties() {
        waitWithTopics("", Properties.builder().user("k", "v".repeat(500)).build());
    }

    private void waitWithTopics(String topic, Properties properties) {
        house.connect(0, Hello.v5("slow").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("#", 1);
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> {
            client.send(new Publish(
                    false, 1, false, TopicName.of(1000 + i + topic), 1 + i, properties, new byte[10]));
            client.received();
        });
    }

    @Test
    void a_message_whose_publisher_had_an_identifier_of_2000_characters() {
        house.connect(0, Hello.v5("slow").with(Property.RECEIVE_MAXIMUM, 1)).subscribed("#", 1);
        weigh(i -> {
            PlainClient client = house.connect(0, Hello.v5(1000 + i + "x".repeat(2000)));
            client.publish("t", "m", 1, 1);
            client.received();
            client.disconnect();
        });
    }

    @Test
    void a_retained_message_set_anew_with_a_topic_of_2000_characters() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> {
            String topic = 1000 + i + "x".repeat(2000);
            client.retain(topic, "21.5 degrees");
            client.publish("other", "m");
            client.retain(topic, "21.6 degrees");
        });
    }

    @Test
    void a_client_that_has_published_to_a_topic_of_2000_characters() {
        List<PlainClient> clients = clients();
        weigh(i -> clients.get(i).publish(1000 + i + "x".repeat(2000), "m"));
    }

    @Test
    void a_delayed_message() {
        PlainClient client = house.connect(0, Hello.v5("c"));
        weigh(i -> {
            client.publish("$delayed/" + (1000 + i) + "/later/" + i, "x".repeat(10), 1, 1);
            client.received();
        });
    }

    @Test
    void a_delayed_message_of_a_client_that_has_no_other() {
        weigh(i -> {
            PlainClient client = house.connect(0, Hello.v5("client-" + i));
            client.publish("$delayed/" + (1000 + i) + "/later/" + i, "x".repeat(10), 1, 1);
            client.received();
            client.disconnect();
        });
    }

    @Test
    void a_topic_of_2000_characters_with_an_alias_towards_a_client() {
        List<PlainClient> clients = new ArrayList<>();
        for (int i = 0; i < FIRST + COUNT; i++) {
            clients.add(house.connect(0, Hello.v5("client-" + i).with(Property.TOPIC_ALIAS_MAXIMUM, 1))
                    .subscribed("t/" + i + "/#", 0));
        }
        PlainClient publisher = house.connect(0, Hello.v5("c"));
        for (int i = 0; i < FIRST + COUNT; i++) {
            publisher.publish("t/" + i + "/a", "x".repeat(3000));
            clients.get(i).received(); // Its end of the connection is as large as it will be.
        }
        weigh(i -> {
            publisher.publish("t/" + i + "/" + "x".repeat(2000), "m");
            assertThat(clients.get(i).payloads()).containsExactly("m");
        });
    }

    @Test
    void a_session_of_somebody_away_with_a_will_of_4000_bytes() {
        weigh(i -> house.connect(0, Hello.durable("client-" + i).will("wills", "x".repeat(4000), 3000)).lose());
    }

    @Test
    void a_topic_alias_of_2000_bytes() {
        List<PlainClient> clients = clients();
        weigh(i -> clients.get(i).send(aliased("alias/" + i + "x".repeat(2000))));
    }

    private static Publish aliased(String topic) {
        Properties properties = Properties.builder().with(Property.TOPIC_ALIAS, 1).build();
        return new Publish(false, 0, false, TopicName.of(topic), 0, properties, new byte[0]);
    }

    @Test
    void an_incomplete_packet_of_10000_bytes() {
        List<PlainClient> clients = clients();
        weigh(i -> clients.get(i).connection.fromClient(half(10_000)));
    }

    private static byte[] half(int bytes) {
        byte[] packet = new byte[bytes];
        byte[] begin = {0x30, (byte) 0x80, (byte) 0x80, 0x40};
        System.arraycopy(begin, 0, packet, 0, begin.length);
        return packet;
    }

    @Test
    void a_connect_with_a_will_of_60000_bytes_that_waits_to_be_judged() {
        house = new House(1, Options.DEFAULTS, new Unhurried());
        weigh(i -> house.send(0, Hello.v5("client-" + i).will("w", "x".repeat(60_000))));
    }

    /// Says nothing yet.
    private static final class Unhurried implements Authenticator {
        private final List<Consumer<Verdict>> awaited = new ArrayList<>();

        @Override
        public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
            awaited.add(answer);
        }
    }

    @Test
    void a_subscribe_of_2000_filters_that_waits_for_a_rule() {
        asksForSubscriptions(2_000, "house/%d/temperature");
    }

    @Test
    void a_subscribe_of_30_filters_of_500_characters_that_waits_for_a_rule() {
        asksForSubscriptions(30, "%d/" + "x".repeat(500));
    }

    private void asksForSubscriptions(int filters, String form) {
        house = new House(1, Options.DEFAULTS, undecided(Access.Action.SUBSCRIBE), ListenerRules.STANDARD);
        List<PlainClient> clients = clients();
        weigh(i -> clients.get(i).send(new Subscribe(
                1,
                Properties.NONE,
                IntStream.range(0, filters)
                        .mapToObj(k -> new Subscribe.Item(TopicFilter.of(form.formatted(k)), 1))
                        .toList())));
    }

    private static Security undecided(Access.Action action) {
        Authorization rules = Authorization.of(List.of(new Undecided(action, new ArrayList<>())), true);
        return new Security(
                Authenticator.anonymous(), EnhancedAuthenticator.none(), rules, Defence.none(), Control.NONE,
                event -> { });
    }

    @Test
    void a_publish_of_5000_bytes_that_waits_for_a_rule() {
        house = new House(1, Options.DEFAULTS, undecided(Access.Action.PUBLISH), ListenerRules.STANDARD);
        List<PlainClient> clients = clients();
        weigh(i -> clients.get(i).publish("rules/" + i, "x".repeat(5000), 1, 1));
    }

    /// Never says whether something may be done.
    private record Undecided(Access.Action action, List<Consumer<Decision>> awaited) implements Authorizer {
        @Override
        public Decision decide(ClientInfo client, Access access) {
            return access.action() == action ? Decision.LATER : Decision.ALLOW;
        }

        @Override
        public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
            awaited.add(answer);
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return false;
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return "undecided";
        }
    }
}
