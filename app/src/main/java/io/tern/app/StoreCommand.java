package io.tern.app;

import io.tern.api.Options;
import io.tern.store.OfflineImport;
import io.tern.store.OfflineStore;
import io.tern.store.archive.ArchiveStats;
import io.tern.store.disk.RealDisk;
import io.tern.store.journal.JournalCheck;
import io.tern.store.journal.JournalOptions;
import io.tern.store.journal.JournalRepair;
import io.tern.store.journal.JournalReport;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tern store`: looks after the data folder of a broker that isn't running.
@Command(
        name = "store",
        description = "Look at, and repair, what a broker has kept. The broker must not be running.",
        mixinStandardHelpOptions = true,
        subcommands = {
            StoreCommand.Check.class,
            StoreCommand.Repair.class,
            StoreCommand.Stats.class,
            StoreCommand.ExportTo.class,
            StoreCommand.ImportFrom.class
        },
        synopsisSubcommandLabel = "COMMAND")
final class StoreCommand implements Runnable {

    private static final int DAMAGED = 1;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "tern store: a command is needed: check, repair, stats, export or import");
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
            if (!begins() && !Files.isDirectory(folder.resolve("journal"))) {
                complain("there is no store in " + folder);
                return DAMAGED;
            }
            try {
                return run(folder);
            } catch (IOException e) {
                complain(e.getMessage());
            } catch (UncheckedIOException e) {
                complain(e.getCause().getMessage());
            }
            return DAMAGED;
        }

        /// Whether it may find nothing there.
        boolean begins() {
            return false;
        }

        abstract int run(Path folder) throws IOException;

        final void say(List<String> lines) {
            lines.forEach(spec.commandLine().getOut()::println);
        }

        final void complain(String line) {
            spec.commandLine().getErr().println("tern: " + line);
        }
    }

    /// Those that look at the journal's files as they are.
    abstract static class OnJournal extends OnFolder {

        @Override
        final int run(Path folder) throws IOException {
            RealDisk disk = new RealDisk(folder.resolve("journal"));
            Closeable lock = disk.lock();
            try {
                return run(disk);
            } finally {
                lock.close();
            }
        }

        abstract int run(RealDisk disk) throws IOException;
    }

    /// `tern store check`.
    @Command(
            name = "check",
            description = "Say what the journal holds and whether any of it is damaged. Changes nothing.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:all is well", "1:damaged, or it can't be read"})
    static final class Check extends OnJournal {

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
                "Make a damaged journal usable again: what comes behind the first damage is cut.",
                "It is lost to the broker.",
                "The files as they were stay in the folder, with cut- in front of their names."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:repaired, or nothing to repair", "1:it can't be repaired"})
    static final class Repair extends OnJournal {

        @Override
        int run(RealDisk disk) throws IOException {
            SecureRandom salts = new SecureRandom();
            int segmentBytes = JournalOptions.DEFAULT.segmentBytes();
            List<String> said = JournalRepair.repair(disk, JournalCheck.UNKNOWN, segmentBytes, salts::nextLong);
            say(said.isEmpty() ? List.of("There was no damage.") : said);
            return CommandLine.ExitCode.OK;
        }
    }

    /// `tern store stats`.
    @Command(
            name = "stats",
            description = "Count what is kept, and say whose queues are the longest.",
            mixinStandardHelpOptions = true)
    static final class Stats extends OnFolder {

        @Override
        int run(Path folder) throws IOException {
            try (OfflineStore store = new OfflineStore(folder, "Tern " + Version.text())) {
                ArchiveStats stats = store.stats();
                say(List.of(
                        "sessions: " + stats.sessions(),
                        "shared groups with a queue: " + stats.groups(),
                        "subscriptions: " + stats.subscriptions(),
                        "queued messages: " + stats.queuedMessages() + ", " + stats.queuedBytes() + " bytes",
                        "messages that queues share: " + stats.sharedMessages(),
                        "retained messages: " + stats.retained(),
                        "on disk: queues " + stats.queueFileBytes() + ", shared messages " + stats.sharedFileBytes()
                                + ", retained " + stats.retainedFileBytes() + ", sessions " + stats.sessionFileBytes()
                                + " bytes"));
                say(stats.largest().stream()
                        .map(each -> "queue of " + (each.group() ? "group " : "client ") + each.name() + ": "
                                + each.messages() + " messages, " + each.bytes() + " bytes")
                        .toList());
            }
            return CommandLine.ExitCode.OK;
        }
    }

    /// `tern store export`.
    @Command(
            name = "export",
            description = "Write all that is kept as lines of JSON.",
            mixinStandardHelpOptions = true)
    static final class ExportTo extends OnFolder {

        @Parameters(paramLabel = "FILE", description = "Where to; must not be there yet.")
        private Path file;

        @Override
        int run(Path folder) throws IOException {
            try (OfflineStore store = new OfflineStore(folder, "Tern " + Version.text());
                    BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW)) {
                store.export(out);
            }
            return CommandLine.ExitCode.OK;
        }
    }

    /// `tern store import`.
    @Command(
            name = "import",
            description = "Take in what was exported: all of it, or nothing. The data folder must be new.",
            mixinStandardHelpOptions = true)
    static final class ImportFrom extends OnFolder {

        @Parameters(paramLabel = "FILE", description = "What tern store export wrote.")
        private Path file;

        @Override
        boolean begins() {
            return true;
        }

        @Override
        int run(Path folder) throws IOException {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                OfflineImport.into(folder, "Tern " + Version.text(), lines);
            }
            return CommandLine.ExitCode.OK;
        }
    }
}
