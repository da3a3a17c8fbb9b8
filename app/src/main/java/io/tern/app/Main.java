package io.tern.app;

import io.tern.cli.Cli;
import io.tern.cli.UsageErrors;
import io.tern.store.FileStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
        String command = args.length == 0 ? "" : args[0];
        if (command.equals("broker")) {
            Thread.ofPlatform().daemon().name("tern-preload").start(FileStore::preload);
        }
        int exitCode = commandLine(command).execute(Cli.arguments(args));
        // System.exit waits 300 ms for threads in native code, such as those that watch sockets for virtual threads.
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /// All commands.
    static CommandLine commandLine() {
        return commandLine("");
    }

    /// @param only makes just that command, since each takes its time; all of them if there is none of that name
    private static CommandLine commandLine(String only) {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("broker", () -> new CommandLine(new BrokerCommand()));
        commands.put("store", () -> new CommandLine(new StoreCommand()));
        commands.put("restore", () -> new CommandLine(new RestoreCommand()));
        commands.put("passwd", () -> new CommandLine(new PasswdCommand()));
        commands.put("acl", () -> new CommandLine(new AclCommand()));
        commands.putAll(Cli.commands());
        if (commands.containsKey(only)) {
            commands.keySet().retainAll(Set.of(only));
        }
        CommandLine line = new CommandLine(new Main());
        commands.values().forEach(each -> line.addSubcommand(each.get()));
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
