package io.tern.auth.acl;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.Identity;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.PeerCertificate;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import io.tern.wire.MqttVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/// Unit tests of rules, as an operator writes them:
///
///     tests:
///       - client: pump-7
///         user: ann
///         allow: ["publish plant/ann/state", "subscribe plant/ann/#"]
///         deny: ["subscribe #", "publish plant/bob/state qos 1 retain"]
public final class PolicyTests {

    private static final Option<String> CLIENT = Option.text("client", "test", "Client identifier.");
    private static final Option<String> USER = Option.text("user", "", "User name; none if it is left out.");
    private static final Option<String> ADDRESS = Option.text("address", "127.0.0.1", "Where it comes from.");
    private static final Option<String> LISTENER = Option.text("listener", "mqtt", "By which listener it comes.");
    private static final Option<List<String>> ROLES =
            Option.texts("roles", List.of(), "Roles that its authentication would give.");
    private static final Option<String> CERTIFICATE =
            Option.text("certificate", "", "Common name of the certificate that it shows.");
    private static final Option<List<String>> ALLOW =
            Option.texts("allow", List.of(), "What must be allowed: publish TOPIC, subscribe FILTER, receive TOPIC;"
                    + " also with qos 1, and with retain.");
    private static final Option<List<String>> DENY = Option.texts("deny", List.of(), "What must be denied, likewise.");

    /// How one expectation turned out.
    ///
    /// @param passed whether it was as expected
    /// @param line what was expected, of whom, and which rule decides
    public record Outcome(boolean passed, String line) {}

    private final Problems problems;
    private final List<Outcome> outcomes = new ArrayList<>();

    private PolicyTests(Problems problems) {
        this.problems = problems;
    }

    /// What one test may say.
    ///
    /// @return for the reference page
    public static List<Option<?>> all() {
        return List.of(CLIENT, USER, ADDRESS, LISTENER, ROLES, CERTIFICATE, ALLOW, DENY);
    }

    /// Runs the tests of a file.
    ///
    /// @param tests the list of them
    /// @param rules decides about an access
    /// @param explain says why
    /// @param problems takes what is wrong with the tests themselves
    /// @return an outcome for each expectation
    public static List<Outcome> run(
            Setting tests,
            BiFunction<ClientInfo, Access, Boolean> rules,
            BiFunction<ClientInfo, Access, String> explain,
            Problems problems) {
        PolicyTests run = new PolicyTests(problems);
        if (!(tests instanceof Setting.Items list)) {
            problems.at(tests == null ? Setting.NOTHING : tests, "tests: expected a list");
            return List.of();
        }
        for (Setting item : list.items()) {
            Options test = new SectionReader(all(), problems).read(item);
            ClientInfo client = run.client(test, item.line());
            run.expect(client, test.get(ALLOW), true, item.line(), rules, explain);
            run.expect(client, test.get(DENY), false, item.line(), rules, explain);
        }
        return run.outcomes;
    }

    /// A client that is made up.
    ///
    /// @param id client identifier
    /// @param user name, or null
    /// @param address where from
    /// @param listener by which listener
    /// @param roles that authentication would give
    /// @param commonName of its certificate, or null
    /// @return the client
    public static ClientInfo client(
            String id, String user, InetAddress address, String listener, Set<String> roles, String commonName) {
        PeerCertificate certificate = commonName == null
                ? null
                : new PeerCertificate("CN=" + commonName, commonName, List.of(), "", "", "");
        return new ClientInfo(
                id,
                user,
                MqttVersion.V5,
                new ConnectionInfo(listener, "tcp", new InetSocketAddress(address, 0), certificate),
                Identity.of("test").withRoles(roles));
    }

    /// Reads an access as the tests write it.
    ///
    /// @param text such as `publish a/b qos 1 retain`
    /// @return the access
    /// @throws IllegalArgumentException saying what is wrong
    public static Access access(String text) {
        String rest = text.strip();
        boolean retain = rest.endsWith(" retain");
        rest = retain ? rest.substring(0, rest.length() - 7).strip() : rest;
        int qos = 0;
        if (rest.matches(".* qos [012]")) {
            qos = rest.charAt(rest.length() - 1) - '0';
            rest = rest.substring(0, rest.length() - 6).strip();
        }
        int blank = rest.indexOf(' ');
        String action = blank < 0 ? rest : rest.substring(0, blank);
        String topic = blank < 0 ? "" : rest.substring(blank + 1).strip();
        if (topic.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not like publish TOPIC, subscribe FILTER, receive TOPIC");
        }
        return switch (action) {
            case "publish" -> Access.publish(topic, qos, retain);
            case "subscribe" -> Access.subscribe(topic, qos);
            case "receive" -> Access.receive(topic, qos);
            default -> throw new IllegalArgumentException("'" + action + "' is none of publish, subscribe, receive");
        };
    }

    private ClientInfo client(Options test, int line) {
        InetAddress address = InetAddress.getLoopbackAddress();
        try {
            address = InetAddress.getByName(test.get(ADDRESS));
        } catch (UnknownHostException e) {
            problems.at(line, "address: '" + test.get(ADDRESS) + "' is no address");
        }
        return client(
                test.get(CLIENT),
                test.isGiven(USER) ? test.get(USER) : null,
                address,
                test.get(LISTENER),
                Set.copyOf(test.get(ROLES)),
                test.isGiven(CERTIFICATE) ? test.get(CERTIFICATE) : null);
    }

    private void expect(
            ClientInfo client,
            List<String> accesses,
            boolean allowed,
            int line,
            BiFunction<ClientInfo, Access, Boolean> rules,
            BiFunction<ClientInfo, Access, String> explain) {
        for (String text : accesses) {
            try {
                Access access = access(text);
                boolean passed = rules.apply(client, access) == allowed;
                outcomes.add(new Outcome(passed, problems.file() + ":" + line + ": " + (allowed ? "allow " : "deny ")
                        + text + " for " + client.clientId()
                        + (client.userName() == null ? "" : " of " + client.userName())
                        + (passed ? "" : "\n    " + explain.apply(client, access).replace("\n", "\n    "))));
            } catch (IllegalArgumentException e) {
                problems.at(line, e.getMessage());
            }
        }
    }

    /// Whether a source alone allows an access.
    ///
    /// @param source rules
    /// @param client who
    /// @param access what
    /// @return false also if it doesn't speak of it
    public static boolean allows(Authorizer source, ClientInfo client, Access access) {
        return source.decide(client, access) == Decision.ALLOW;
    }
}
