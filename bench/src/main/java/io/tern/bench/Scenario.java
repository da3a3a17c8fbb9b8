package io.tern.bench;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// One way to put a broker under load: a subcommand of `tern bench`.
///
/// @param name of the subcommand
/// @param meaning for people
/// @param version of MQTT that it speaks unless told otherwise
/// @param flags that it has besides those of all
/// @param command that starts the broker, stands behind `--`; empty if the broker is there before
/// @param maker makes one that is ready to run
record Scenario(
        String name,
        String meaning,
        MqttVersion version,
        List<Flag> flags,
        Optional<PositionalParamSpec> command,
        Maker maker) {

    private static final String JSON = "--json";

    Scenario(String name, String meaning, List<Flag> flags, Maker maker) {
        this(name, meaning, MqttVersion.V3_1_1, flags, Optional.empty(), maker);
    }

    /// Makes a scenario of what it is told.
    @FunctionalInterface
    interface Maker {

        /// @throws CommandLine.ParameterException if it is told what can't be
        Ready make(Target target, Given given);
    }

    /// A scenario that knows all it has to.
    @FunctionalInterface
    interface Ready {

        /// Runs it.
        ///
        /// @return what it has shown
        Report run() throws IOException, InterruptedException;
    }

    /// Its command line.
    ///
    /// @param out takes the figures
    /// @param err takes what went wrong
    CommandLine line(PrintStream out, PrintStream err) {
        CommandLine[] line = new CommandLine[1];
        Callable<Integer> run = () -> run(new Given(line[0].getParseResult()), out, err);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(run).name(name);
        spec.usageMessage().description(meaning).sortOptions(false).autoWidth(true);
        flags.forEach(each -> spec.addOption(each.option()));
        Target.options(version).forEach(spec::addOption);
        spec.addOption(OptionSpec.builder(JSON).description("Print the figures as one line of JSON.").build());
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
        command.ifPresent(each -> spec.addPositional(each));
        line[0] = new CommandLine(spec);
        return line[0];
    }

    private int run(Given given, PrintStream out, PrintStream err) {
        Target target = Target.of(given);
        Ready ready = maker.make(target, given);
        boolean json = given.has(JSON);
        try (Progress progress = new Progress(name, err)) {
            if (!json) {
                progress.begin();
            }
            if (command.isEmpty()) {
                target.check();
            }
            Report report = ready.run();
            out.println(json ? report.json() : report.lines());
            out.flush();
            return 0;
        } catch (IOException e) {
            err.println("tern bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("tern bench: interrupted");
        }
        return 1;
    }
}
