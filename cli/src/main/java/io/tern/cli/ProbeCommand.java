package io.tern.cli;

import io.tern.cli.conformance.ConformanceCase;
import io.tern.cli.conformance.Outcome;
import io.tern.cli.conformance.Peer;
import io.tern.cli.conformance.Probe;
import io.tern.cli.conformance.Runner;
import io.tern.cli.conformance.Script;
import io.tern.cli.conformance.TcpPeer;
import io.tern.cli.conformance.WebSocketPeer;
import io.tern.json.Json;
import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tern probe`: says what a broker can do, or holds it to the conformance scripts.
@Command(name = "probe", sortOptions = false, usageHelpAutoWidth = true,
        description = "Find out what a broker can do, or what it does otherwise than MQTT says.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done, and all cases passed", "1:a case failed, or the broker can't be reached",
            "2:wrong arguments"})
final class ProbeCommand implements Callable<Integer> {

    private static final int PORT_USUAL = 1883;
    private static final int PORT_MAX = 65_535;
    private static final int RUN_NAMES = 36 * 36 * 36 * 36;

    private final Streams streams;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST[:PORT]",
            description = "The broker, which has to let clients in without a password. Port: 1883")
    private String address;

    @Option(names = "--conformance", description = "Run the conformance scripts, and take away what they leave.")
    private boolean conformance;

    @Option(names = "--only", paramLabel = "ID", description = "Run the cases of one statement, e.g. MQTT-3.1.0-1.")
    private String only;

    @Option(names = "--transport", paramLabel = "KIND", description = "tcp or ws. Default: tcp")
    private Transport transport = Transport.tcp;

    @Option(names = "--path", paramLabel = "PATH", description = "Path of the WebSocket. Default: /mqtt")
    private String path = "/mqtt";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    /// How the broker is reached; in small letters as the flag has them.
    private enum Transport {
        tcp,
        ws
    }

    ProbeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        // An IPv6 address has colons of its own, and stands in brackets where a port follows.
        int colon = address.startsWith("[") ? address.indexOf(':', address.indexOf(']')) : address.indexOf(':');
        boolean bare = colon < 0 || !address.startsWith("[") && colon != address.lastIndexOf(':');
        String name = bare ? address : address.substring(0, colon);
        String host = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        int port = bare ? PORT_USUAL : port(address.substring(colon + 1));
        if (host.isEmpty() || port == 0) {
            throw new ParameterException(spec.commandLine(), "Not HOST or HOST:PORT: " + address);
        }
        List<ConformanceCase> cases = Script.all().stream()
                .filter(each -> only == null || each.holds(only))
                .toList();
        if (cases.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "No case holds " + only);
        }
        try {
            if (transport == Transport.tcp) {
                return run(new TcpPeer(host, port), cases);
            }
            try (WebSocketPeer peer = new WebSocketPeer(URI.create("ws://" + host + ":" + port + path))) {
                return run(peer, cases);
            }
        } catch (IOException e) {
            streams.err().println("Error: " + e.getMessage());
            return ExitCode.FAILED;
        } finally {
            streams.out().flush();
        }
    }

    private static int port(String text) {
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
        return port <= PORT_MAX ? port : 0;
    }

    private int run(Peer peer, List<ConformanceCase> cases) throws IOException {
        String run = Integer.toString(ThreadLocalRandom.current().nextInt(RUN_NAMES), 36);
        Probe probe = new Probe(peer, run);
        if (!conformance && only == null) {
            printFindings(probe.run());
            return ExitCode.OK;
        }
        probe.run();
        return conformance(peer, cases, probe.abilities(), run);
    }

    private void printFindings(Map<String, Object> findings) {
        PrintStream out = streams.out();
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            findings.forEach((name, value) -> object.put(name.replace(' ', '_'), value));
            out.println(Json.text(object));
            return;
        }
        findings.forEach((name, value) -> out.printf(Locale.ROOT, "%-46s %s%n", name, text(value)));
    }

    private static String text(Object value) {
        return switch (value) {
            case Boolean yes -> yes ? "yes" : "no";
            case List<?> list -> String.join(", ", list.stream().map(Object::toString).toList());
            case Number number -> String.format(Locale.ROOT, "%,d", number.longValue());
            default -> value.toString();
        };
    }

    /// Passed and failed runs of one statement's cases.
    private static final class Tally {
        int passed;
        int failed;
    }

    private int conformance(Peer peer, List<ConformanceCase> cases, Set<?> abilities, String run) {
        Runner runner = new Runner(peer, run);
        Map<String, Tally> statements = new TreeMap<>();
        List<Outcome> failures = new ArrayList<>();
        int passed = 0;
        int skipped = 0;
        for (ConformanceCase each : cases) {
            if (!each.options().isEmpty() || !abilities.containsAll(each.needs())) {
                skipped++;
                continue;
            }
            for (MqttVersion version : each.versions()) {
                Outcome outcome = runner.run(each, version);
                passed += outcome.passed() ? 1 : 0;
                if (!outcome.passed()) {
                    failures.add(outcome);
                    progress(outcome);
                }
                for (String id : each.statements().getOrDefault(version, List.of())) {
                    Tally tally = statements.computeIfAbsent(version(version) + " " + id, key -> new Tally());
                    tally.passed += outcome.passed() ? 1 : 0;
                    tally.failed += outcome.passed() ? 0 : 1;
                }
            }
        }
        summary(statements, failures, passed, skipped);
        return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String version(MqttVersion version) {
        return version.isV5() ? "5.0" : "3.1.1";
    }

    private void progress(Outcome failure) {
        if (!json) {
            streams.out().println(failure);
            streams.out().flush();
        }
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    private void summary(Map<String, Tally> statements, List<Outcome> failures, int passed, int skipped) {
        PrintStream out = streams.out();
        if (json) {
            List<Object> list = new ArrayList<>();
            statements.forEach((id, tally) -> list.add(object(
                    "version", id.substring(0, id.indexOf(' ')),
                    "statement", id.substring(id.indexOf(' ') + 1),
                    "passed", tally.passed,
                    "failed", tally.failed)));
            List<Object> failed = new ArrayList<>();
            failures.forEach(each -> failed.add(object(
                    "case", each.of(),
                    "version", each.version(),
                    "line", each.line(),
                    "expected", each.expected(),
                    "got", each.got())));
            out.println(Json.text(object(
                    "passed", passed,
                    "failed", failures.size(),
                    "skipped", skipped,
                    "statements", list,
                    "failures", failed)));
            return;
        }
        statements.forEach((id, tally) -> out.printf(Locale.ROOT, "%-22s %4d passed%s%n", id, tally.passed,
                tally.failed == 0 ? "" : ", " + tally.failed + " FAILED"));
        long whole = statements.values().stream().filter(tally -> tally.failed == 0).count();
        out.printf(Locale.ROOT, "%d of %d statements hold; %d runs passed, %d failed; %d cases skipped, which need"
                + " other settings or what the broker doesn't have.%n",
                whole, statements.size(), passed, failures.size(), skipped);
    }
}
