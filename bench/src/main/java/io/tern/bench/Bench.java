package io.tern.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/// Puts a broker on this machine under load and tells what that cost.
public final class Bench {

    private static final List<Scenario> SCENARIOS = List.of(
            Flow.scenario(Shape.FANOUT, "One publisher, and all subscribers get everything."),
            Flow.scenario(Shape.PAIRS, "Each publisher has a subscriber of its own."),
            Flow.scenario(Shape.FANIN, "One subscriber gets everything."),
            Flow.scenario(Shape.SHARED, "Each message goes to one subscriber of a group."),
            Flow.scenario(Shape.OVERLOAD, "Fan-out, and besides there are subscribers who read nothing."),
            ConnectStorm.scenario(),
            Idle.scenario(),
            Retained.scenario(),
            Offline.scenario(),
            Filters.scenario(),
            StartUp.scenario());

    private Bench() {}

    /// Its command line: a subcommand for each scenario.
    ///
    /// @param out takes the figures
    /// @param err takes what went wrong
    /// @return exits with 0, with 1 if the run failed, with 2 if the arguments are wrong
    public static CommandLine line(PrintStream out, PrintStream err) {
        CommandLine[] line = new CommandLine[1];
        Callable<Integer> alone = () -> {
            throw new ParameterException(line[0], "tern bench: a scenario is needed");
        };
        CommandSpec spec = CommandSpec.wrapWithoutInspection(alone).name("bench");
        spec.usageMessage()
                .description("Put a broker on this machine under load and tell what that costs it, and whether each"
                        + " message came once and in order.")
                .commandListHeading("%nScenarios, each with a --help of its own:%n")
                .autoWidth(true);
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
        SCENARIOS.forEach(each -> spec.addSubcommand(each.name(), each.line(out, err)));
        line[0] = new CommandLine(spec);
        return line[0];
    }
}
