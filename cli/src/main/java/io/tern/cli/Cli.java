package io.tern.cli;

import io.tern.bench.Bench;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The commands of this room, for the main program to offer.
public final class Cli {

    private static final List<String> NOT_FOR_ASKING = List.of("--will-topic", "--will-payload", "--will-qos",
            "--will-retain", "--property", "--protocol-version", "--disable-clean-session",
            "--session-expiry-interval");

    private Cli() { }

    /// The commands on the streams of the process.
    ///
    /// @return by name `pub`, `sub`, `request`, `probe`, `bench`, `bans`, `reload`, `delayed`, `backup` and `figures`,
    ///     to be made when needed (reading what one takes costs some 20 ms) and added as subcommands; each returns its
    ///     exit code, see [ExitCode]
    public static Map<String, Supplier<CommandLine>> commands() {
        return commands(Streams.ofProcess());
    }

    /// The commands on streams of your own.
    ///
    /// @param streams where they read and write
    /// @return by name, as above
    public static Map<String, Supplier<CommandLine>> commands(Streams streams) {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("pub", () -> prepared(new PubCommand(streams)));
        commands.put("sub", () -> prepared(new SubCommand(streams)));
        commands.put("request", () -> prepared(new RequestCommand(streams)));
        commands.put("probe", () -> prepared(new ProbeCommand(streams)));
        commands.put("bench", () -> Bench.line(streams.out(), streams.err()));
        commands.put("bans", () -> bans(streams));
        commands.put("reload", () -> asking(new ControlCommands.Reload(streams)));
        commands.put("delayed", () -> delayed(streams));
        commands.put("backup", () -> asking(new BackupCommand(streams)));
        commands.put("figures", () -> asking(new FiguresCommand(streams)));
        return commands;
    }

    private static CommandLine bans(Streams streams) {
        CommandLine bans = prepared(new ControlCommands.Bans());
        bans.addSubcommand(asking(new ControlCommands.BansList(streams)));
        bans.addSubcommand(asking(new ControlCommands.BansAdd(streams)));
        bans.addSubcommand(asking(new ControlCommands.BansRemove(streams)));
        return bans;
    }

    private static CommandLine delayed(Streams streams) {
        CommandLine delayed = prepared(new DelayedCommands());
        delayed.addSubcommand(asking(new DelayedCommands.Listing(streams)));
        delayed.addSubcommand(asking(new DelayedCommands.Cancel(streams)));
        return delayed;
    }

    /// Arguments as they were typed: decoded as UTF-8 even where the locale knows ASCII only.
    ///
    /// @param args as `main` got them
    /// @return the same, or better ones
    public static String[] arguments(String[] args) {
        return RawArguments.utf8(args);
    }

    /// Without the flags that are about messages and sessions.
    private static CommandLine asking(Object command) {
        CommandLine line = prepared(command);
        CommandSpec spec = line.getCommandSpec();
        for (String each : NOT_FOR_ASKING) {
            spec.remove(spec.findOption(each));
        }
        return line;
    }

    private static CommandLine prepared(Object command) {
        CommandLine line = new CommandLine(command);
        // The last one wins, so that an alias of the shell can be overridden.
        line.setOverwrittenOptionsAllowed(true);
        // A payload may look like a flag.
        line.setAllowOptionsAsOptionParameters(true);
        // A payload or a format may begin with @.
        line.setExpandAtFiles(false);
        CommandSpec spec = line.getCommandSpec();
        if (spec.versionProvider() == null) {
            spec.versionProvider(() -> spec.root().version()); // All are one program.
        }
        return line;
    }
}
