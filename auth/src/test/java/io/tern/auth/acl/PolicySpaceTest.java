package io.tern.auth.acl;

import static io.tern.auth.acl.Yaml.list;
import static io.tern.auth.acl.Yaml.section;
import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Access;
import io.tern.api.Access.Action;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.api.Problems;
import io.tern.api.Setting;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Policies and their templates mean what docs/security.md says of them: policies, clients and accesses made from
/// seeds, against a reference that knows filters only by the names that they match.
class PolicySpaceTest {

    private static final int SEEDS =
            Integer.getInteger("tern.policy.seeds", Boolean.getBoolean("tern.full") ? 5_000 : 300);
    private static final int ACCESSES = 40;
    private static final String[] LEVELS = {"a", "b", "", "$x", "c7", "ann"};
    private static final String[] BLANKS = {"${clientid}", "${username}"};
    /// Where something is denied a name's wildcards count, which within a level are none to the reference.
    private static final String[] BLANKS_OF_ALLOWED =
            {"${clientid}", "${username}", "x${clientid}", "${username}${clientid}"};
    private static final String[] IDS = {"c7", "a", "+", "b/a", "#", "${username}", "$x"};
    private static final String[] USERS = {null, "ann", "a", "a/b", "+", "", "$x", "${clientid}"};

    /// All names of up to four levels, one of which stands in no rule.
    private static final List<String> NAMES = names();

    /// A rule as it is written.
    private record Written(
            boolean allows, List<String> actions, List<String> topics, String user, String qos, String retain) {

        Setting.Section setting() {
            List<Object> parts = new ArrayList<>(List.of(
                    allows ? "allow" : "deny", list(1, actions.toArray()), "topics", list(1, topics.toArray())));
            add(parts, "users", user);
            add(parts, "qos", qos);
            add(parts, "retain", retain);
            return section(1, parts.toArray());
        }

        private static void add(List<Object> parts, String key, String value) {
            if (value != null) {
                parts.addAll(List.of(key, value));
            }
        }
    }

    private static List<String> names() {
        String[] levels = {"a", "b", "", "$x", "c7", "ann", "xc7", "annc7", "other"};
        List<String> names = new ArrayList<>();
        List<String> longest = List.of(levels);
        for (int depth = 1; depth <= 4; depth++) {
            names.addAll(longest);
            longest = longest.stream()
                    .flatMap(start -> Arrays.stream(levels).map(level -> start + "/" + level))
                    .toList();
        }
        names.remove("");
        return names;
    }

    @Test
    void policies_mean_what_their_documentation_says() {
        int cases = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Written> written = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                written.add(rule(random));
            }
            Problems problems = new Problems("p");
            Authorizer policy = Policy.read(
                    section(1, "rules", list(1, written.stream().map(Written::setting).toArray())),
                    name -> null,
                    problems);
            assertThat(problems.none()).as("seed %d: %s", seed, written).isTrue();
            for (int i = 0; i < ACCESSES; i++) {
                ClientInfo client = client(any(random, IDS), any(random, USERS));
                Access access = access(random);
                assertThat(policy.decide(client, access))
                        .as("seed %d: %s of %s/%s by %s", seed, access, client.clientId(), client.userName(), written)
                        .isEqualTo(decision(written, client, access));
                if (access.action() == Action.SUBSCRIBE && !policy.mayDeny(client, access.topic())) {
                    checkNothingIsDenied(written, client, access.topic(), seed);
                }
                cases++;
            }
        }
        assertThat(cases).isEqualTo(SEEDS * ACCESSES);
    }

    private static void checkNothingIsDenied(List<Written> rules, ClientInfo client, String filter, long seed) {
        for (String name : NAMES) {
            for (int qos = 0; matches(filter, name) && qos <= 2; qos++) {
                assertThat(decision(rules, client, Access.receive(name, qos)))
                        .as("seed %d: %s by %s", seed, name, filter)
                        .isNotEqualTo(Decision.DENY);
            }
        }
    }

    private static ClientInfo client(String id, String user) {
        return PolicyTests.client(id, user, InetAddress.getLoopbackAddress(), "mqtt", Set.of(), null);
    }

    private static String any(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }

    private static Written rule(Random random) {
        boolean allows = random.nextInt(3) != 0;
        List<String> topics = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            topics.add((random.nextInt(6) == 0 ? "eq " : "") + filter(random, allows ? BLANKS_OF_ALLOWED : BLANKS));
        }
        return new Written(
                allows,
                List.of(any(random, "publish", "subscribe", "receive", "all")),
                topics,
                random.nextInt(4) == 0 ? any(random, "ann", "a*", "*") : null,
                random.nextInt(5) == 0 ? any(random, "0", "1", "2") : null,
                random.nextInt(6) == 0 ? any(random, "true", "false") : null);
    }

    /// @param blanks of which there may be some
    private static String filter(Random random, String... blanks) {
        List<String> levels = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            boolean blank = blanks.length > 0 && random.nextInt(3) == 0;
            levels.add(random.nextInt(4) == 0 ? "+" : any(random, blank ? blanks : LEVELS));
        }
        if (random.nextInt(3) == 0) {
            levels.set(levels.size() - 1, "#");
        }
        String filter = String.join("/", levels);
        return filter.isEmpty() ? "+" : filter;
    }

    private static Access access(Random random) {
        int qos = random.nextInt(3);
        return switch (random.nextInt(3)) {
            case 0 -> Access.publish(any(random, NAMES.toArray(String[]::new)), qos, random.nextBoolean());
            case 1 -> Access.receive(any(random, NAMES.toArray(String[]::new)), qos);
            default -> Access.subscribe(filter(random), qos);
        };
    }

    /// The first rule that speaks of an access decides.
    private static Decision decision(List<Written> rules, ClientInfo client, Access access) {
        for (Written rule : rules) {
            if (includes(rule.user, client.userName()) && actsOn(rule, access)
                    && rule.topics.stream().anyMatch(topic -> speaksOf(topic, rule.allows, client, access))) {
                return rule.allows ? Decision.ALLOW : Decision.DENY;
            }
        }
        return Decision.NEXT;
    }

    private static boolean includes(String users, String user) {
        return users == null || user != null && user.matches(users.replace("*", ".*"));
    }

    private static boolean actsOn(Written rule, Access access) {
        boolean qosFits = rule.qos == null || rule.qos.equals(String.valueOf(access.qos()));
        boolean retainFits = rule.retain == null || rule.retain.equals(String.valueOf(access.retain()));
        return switch (access.action()) {
            case PUBLISH -> says(rule, "publish") && qosFits && retainFits;
            case SUBSCRIBE -> says(rule, "subscribe") && qosFits;
            // A rule about subscribing holds for messages, too; these may come with a lower quality of service.
            case RECEIVE -> says(rule, "receive") && qosFits || says(rule, "subscribe") && (rule.allows || qosFits);
        };
    }

    private static boolean says(Written rule, String action) {
        return rule.actions.contains(action) || rule.actions.contains("all");
    }

    private static boolean speaksOf(String topic, boolean allows, ClientInfo client, Access access) {
        if (topic.startsWith("eq ")) {
            String word = topic.substring(3);
            return word.equals(access.topic())
                    || allows && access.action() == Action.RECEIVE && matches(word, access.topic());
        }
        String filter = filled(topic, allows, client);
        if (filter == null) {
            return false;
        }
        return access.action() == Action.SUBSCRIBE
                ? NAMES.stream().filter(name -> matches(access.topic(), name)).allMatch(name -> matches(filter, name))
                : matches(filter, access.topic());
    }

    /// One level after the other, so that nothing that is filled in is looked at again.
    private static String filled(String topic, boolean allows, ClientInfo client) {
        StringBuilder filled = new StringBuilder();
        for (String part : topic.split("(?=\\$\\{)|(?<=})")) {
            String name = part.equals("${clientid}") ? client.clientId() : client.userName();
            boolean blank = part.equals("${clientid}") || part.equals("${username}");
            if (blank && (name == null || allows && (name.isEmpty() || name.matches(".*[+#/].*")
                    || filled.isEmpty() && name.startsWith("$")))) {
                return null;
            }
            filled.append(blank ? name : part);
        }
        return filled.toString();
    }

    /// Section 4.7 of the specification, level by level.
    private static boolean matches(String filter, String name) {
        String[] levels = filter.split("/", -1);
        String[] parts = name.split("/", -1);
        if (name.startsWith("$") && (levels[0].equals("+") || levels[0].equals("#"))) {
            return false;
        }
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals("#")) {
                return true;
            }
            if (i == parts.length || !levels[i].equals("+") && !levels[i].equals(parts[i])) {
                return i == parts.length && i == levels.length - 1 && levels[i].equals("#");
            }
        }
        return levels.length == parts.length;
    }
}
