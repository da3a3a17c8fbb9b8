package io.tern.app;

import io.tern.cli.Cli;
import io.tern.cli.UsageErrors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The `tern` command.
@Command(
        name = "tern",
        description = "An MQTT broker and its tools.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    private Main() {}

    /// Runs one command and ends the process with its exit code; 2 for a command or flag that doesn't exist.
    ///
    /// @param args the command and its flags
    public static void main(String[] args) {
        System.exit(commandLine().execute(Cli.arguments(args)));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.addSubcommand(new BrokerCommand());
        line.addSubcommand(new StoreCommand());
        line.addSubcommand(new PasswdCommand());
        line.addSubcommand(new AclCommand());
        for (Object command : Cli.commands()) {
            line.addSubcommand(command);
        }
        // A payload or an output format may begin with @.
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler(new UsageErrors());
        return line;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "tern: a command is needed");
    }
}
