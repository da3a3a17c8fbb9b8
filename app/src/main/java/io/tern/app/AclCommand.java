package io.tern.app;

import io.tern.admin.ConfigFile;
import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import io.tern.auth.AuthorizationConfig;
import io.tern.auth.Site;
import io.tern.auth.acl.PolicyTests;
import io.tern.auth.work.Kept;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Rules;
import io.tern.broker.access.Ruling;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tern acl`: asks rules as a broker would, without one.
@Command(
        name = "acl",
        description = "Ask who may do what, and test rules.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AclCommand.Explain.class, AclCommand.Test.class})
final class AclCommand implements Runnable {

    private static final int DENIED = 3;

    @Spec
    private CommandSpec spec;

    AclCommand() {}

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(spec.commandLine(), "tern acl: explain or test is needed");
    }

    /// Rules as a setting says.
    ///
    /// @param listeners names that there are; null if any may be meant
    private static Rules rules(Setting setting, Path file, Set<String> listeners, Problems problems) {
        Path folder = file.toAbsolutePath().getParent();
        Site site = new Site(folder, Clock.system(), System::getenv, ConfigFile::tree, new Kept(), name ->
                listeners == null || listeners.contains(name) ? null : "there is no listener " + name);
        AuthorizationConfig.Read read = AuthorizationConfig.read(setting, site, problems);
        return Authorization.of(read.sources(), read.closesDenied()).rules();
    }

    private static Rules ofConfig(Path config) throws ConfigException {
        Settings settings = Settings.read(config);
        Options options = settings.options();
        if (!options.isGiven(AuthorizationConfig.SOURCES)) {
            return Rules.NONE;
        }
        Problems problems = new Problems(config.toString());
        Set<String> listeners = settings.listeners().names();
        Rules rules = rules(options.get(AuthorizationConfig.SOURCES), config, listeners, problems);
        problems.check();
        return rules;
    }

    private static boolean allows(Rules rules, ClientInfo client, Access access) {
        Ruling ruling = rules.decide(client, access);
        return ruling.allows();
    }

    private static int complain(PrintWriter err, ConfigException e) {
        e.problems().forEach(problem -> err.println("tern: " + problem));
        return 1;
    }

    /// `tern acl explain`.
    @Command(
            name = "explain",
            sortOptions = false,
            description = "Say whether a client may do something, and which rule decides.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:allowed", "1:the configuration can't be used", "2:unknown flag", "3:denied"})
    static final class Explain implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @picocli.CommandLine.Option(
                names = "--config", paramLabel = "FILE", description = "Configuration. Default: tern.yaml")
        private Path config = Path.of("tern.yaml");

        @picocli.CommandLine.Option(names = "--client", paramLabel = "ID", description = "Client identifier.")
        private String client = "client";

        @picocli.CommandLine.Option(names = "--user", paramLabel = "NAME", description = "User name. Default: none")
        private String user;

        @picocli.CommandLine.Option(
                names = "--topic", required = true, paramLabel = "TOPIC", description = "Topic, or filter.")
        private String topic;

        @picocli.CommandLine.Option(
                names = "--action",
                paramLabel = "WORD",
                description = "publish, subscribe or receive. Default: publish")
        private String action = "publish";

        @picocli.CommandLine.Option(names = "--qos", paramLabel = "QOS", description = "0, 1 or 2. Default: 0")
        private int qos;

        @picocli.CommandLine.Option(names = "--retain", description = "Whether the message is to be retained.")
        private boolean retain;

        @picocli.CommandLine.Option(
                names = "--address", paramLabel = "IP", description = "Where it comes from. Default: 127.0.0.1")
        private String address = "127.0.0.1";

        @picocli.CommandLine.Option(
                names = "--listener", paramLabel = "NAME", description = "By which listener. Default: mqtt")
        private String listener = "mqtt";

        @picocli.CommandLine.Option(
                names = "--role", paramLabel = "NAME", description = "A role that authentication gives. Repeatable.")
        private List<String> roles = List.of();

        @picocli.CommandLine.Option(
                names = "--certificate", paramLabel = "CN", description = "Common name of its certificate.")
        private String certificate;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            try {
                ClientInfo who = PolicyTests.client(
                        client, user, InetAddress.getByName(address), listener, Set.copyOf(roles), certificate);
                Access access = PolicyTests.access(
                        action + " " + topic + " qos " + qos + (retain ? " retain" : ""));
                Rules rules = ofConfig(config);
                boolean allowed = allows(rules, who, access);
                out.println(allowed ? "allowed" : "denied");
                rules.explain(who, access).lines().forEach(line -> out.println("  " + line));
                out.flush();
                return allowed ? 0 : DENIED;
            } catch (ConfigException e) {
                return complain(err, e);
            } catch (UnknownHostException | IllegalArgumentException e) {
                err.println("tern: " + e.getMessage());
                return 2;
            }
        }
    }

    /// `tern acl test`.
    @Command(
            name = "test",
            description = {
                "Test rules: FILE holds tests, and the rules as authorization, or as config the name of a tern.yaml."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:all passed", "1:some failed, or the file can't be used", "2:unknown flag"})
    static final class Test implements Callable<Integer> {

        private static final Option<String> CONFIG = Option.text("config", "", "A tern.yaml with the rules.");
        private static final Option<Setting> TESTS = Option.tree("tests", "The tests.");

        @Spec
        private CommandSpec spec;

        @picocli.CommandLine.Option(names = "-v", description = "Show what has passed, too.")
        private boolean verbose;

        @Parameters(paramLabel = "FILE", description = "Tests in YAML.")
        private Path file;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try {
                List<PolicyTests.Outcome> outcomes = outcomes();
                long failed = outcomes.stream().filter(each -> !each.passed()).count();
                for (PolicyTests.Outcome outcome : outcomes) {
                    if (verbose || !outcome.passed()) {
                        out.println((outcome.passed() ? "pass  " : "FAIL  ") + outcome.line());
                    }
                }
                out.println(outcomes.size() - failed + " passed, " + failed + " failed");
                out.flush();
                return failed == 0 && !outcomes.isEmpty() ? 0 : 1;
            } catch (ConfigException e) {
                return complain(spec.commandLine().getErr(), e);
            }
        }

        private List<PolicyTests.Outcome> outcomes() throws ConfigException {
            Problems problems = new Problems(file.toString());
            List<Option<?>> declared = List.of(CONFIG, TESTS, AuthorizationConfig.SOURCES);
            Options given = new SectionReader(declared, problems).read(ConfigFile.tree(file, problems));
            Rules rules;
            if (given.isGiven(CONFIG)) {
                rules = ofConfig(file.toAbsolutePath().getParent().resolve(given.get(CONFIG)));
            } else {
                rules = rules(given.get(AuthorizationConfig.SOURCES), file, null, problems);
            }
            List<PolicyTests.Outcome> outcomes = PolicyTests.run(
                    given.get(TESTS), (client, access) -> allows(rules, client, access), rules::explain, problems);
            problems.check();
            return outcomes;
        }
    }
}
