package io.tern.app;

import io.tern.api.Options;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.JournalCheck;
import io.tern.store.journal.JournalOptions;
import io.tern.store.journal.JournalRepair;
import io.tern.store.journal.JournalReport;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tern store`: looks after the data folder of a broker that isn't running.
@Command(
        name = "store",
        description = "Look at, and repair, what a broker has kept. The broker must not be running.",
        mixinStandardHelpOptions = true,
        subcommands = {StoreCommand.Check.class, StoreCommand.Repair.class},
        synopsisSubcommandLabel = "COMMAND")
final class StoreCommand implements Runnable {

    private static final int DAMAGED = 1;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "tern store: a command is needed: check or repair");
    }

    /// What all of them need.
    abstract static class OnFolder implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(names = "--data", paramLabel = "DIR", description = "The broker's data folder. Default: ~/.tern")
        private Path data;

        @Override
        public Integer call() {
            Path folder = data == null ? ServerOptions.dataDir(Options.DEFAULTS) : data;
            if (!Files.isDirectory(folder.resolve("journal"))) {
                complain("there is no store in " + folder);
                return DAMAGED;
            }
            try {
                RealDisk disk = new RealDisk(folder.resolve("journal"));
                Closeable lock = disk.lock();
                try {
                    return run(disk);
                } finally {
                    lock.close();
                }
            } catch (IOException e) {
                complain(e.getMessage());
                return DAMAGED;
            }
        }

        abstract int run(RealDisk disk) throws IOException;

        final void say(List<String> lines) {
            lines.forEach(spec.commandLine().getOut()::println);
        }

        final void complain(String line) {
            spec.commandLine().getErr().println("tern: " + line);
        }
    }

    /// `tern store check`.
    @Command(
            name = "check",
            description = "Say what the journal holds and whether any of it is damaged. Changes nothing.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:all is well", "1:damaged, or it can't be read"})
    static final class Check extends OnFolder {

        @Override
        int run(RealDisk disk) throws IOException {
            JournalReport report = JournalCheck.check(disk, JournalCheck.UNKNOWN);
            say(report.lines());
            say(List.of(report.damage().isEmpty() ? "No damage." : "Damaged: see tern store repair."));
            return report.damage().isEmpty() ? CommandLine.ExitCode.OK : DAMAGED;
        }
    }

    /// `tern store repair`.
    @Command(
            name = "repair",
            description = {
                "Make a damaged journal usable again: what comes behind the first damage is cut, and lost to the broker.",
                "The files as they were stay in the folder, with cut- in front of their names."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:repaired, or nothing to repair", "1:it can't be repaired"})
    static final class Repair extends OnFolder {

        @Override
        int run(RealDisk disk) throws IOException {
            SecureRandom salts = new SecureRandom();
            int segmentBytes = JournalOptions.DEFAULT.segmentBytes();
            List<String> said = JournalRepair.repair(disk, JournalCheck.UNKNOWN, segmentBytes, salts::nextLong);
            say(said.isEmpty() ? List.of("There was no damage.") : said);
            return CommandLine.ExitCode.OK;
        }
    }
}
