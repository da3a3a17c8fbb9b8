package io.tern.app;

import io.tern.api.FileFault;
import io.tern.api.Options;
import io.tern.store.OfflineImport;
import io.tern.store.OfflineStore;
import io.tern.store.StoreCheck;
import io.tern.store.StoreExport;
import io.tern.store.StoreHalf;
import io.tern.store.StoreRepair;
import io.tern.store.StoreReport;
import io.tern.store.archive.ArchiveStats;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
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
    private static final int UNKNOWN = 2;

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
            try {
                if (begins() || StoreCheck.isThere(folder)) {
                    return run(folder);
                }
                complain("there is no store in " + folder);
            } catch (IOException e) {
                complain(FileFault.words(e));
            } catch (UncheckedIOException e) {
                complain(FileFault.words(e.getCause()));
            }
            return failed();
        }

        /// The exit code when it can't be done.
        int failed() {
            return DAMAGED;
        }

        static String program() {
            return "Tern " + Version.text();
        }

        /// What is damaged and lost.
        final void tell(StoreReport report) {
            report.faults().forEach(line -> say(List.of("DAMAGE: " + line)));
            say(report.losses());
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

    /// What needs to know more if journal and archive are of two stores.
    abstract static class OnHalves extends OnFolder {

        @Option(names = "--keep", paramLabel = "HALF",
                description = "If journal and archive are of two stores: which of them counts, journal or archive.")
        private Half keep;

        final StoreHalf half() {
            return keep == null ? null : keep.half;
        }
    }

    /// As it is written.
    enum Half {
        journal(StoreHalf.JOURNAL),
        archive(StoreHalf.ARCHIVE);

        private final StoreHalf half;

        Half(StoreHalf half) {
            this.half = half;
        }
    }

    /// `tern store check`.
    @Command(
            name = "check",
            description = {
                "Read all that is kept, and say whether any of it is damaged and what that costs.",
                "Changes nothing. Refuses while a broker has the folder."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:all is well", "1:damaged", "2:it can't be told"})
    static final class Check extends OnFolder {

        @Override
        int failed() {
            return UNKNOWN;
        }

        @Override
        int run(Path folder) throws IOException {
            StoreReport report = StoreCheck.check(folder, program());
            say(report.facts());
            tell(report);
            say(List.of(report.isDamaged()
                    ? "Damaged: tern store repair goes on without what is lost." : "No damage."));
            return report.isDamaged() ? DAMAGED : CommandLine.ExitCode.OK;
        }
    }

    /// `tern store repair`.
    @Command(
            name = "repair",
            description = {
                "Make a damaged store usable again: all that can be read is kept, and what is lost is said before.",
                "The files as they were stay in the data folder, with cut- in front of their names. It takes room for"
                    + " another archive."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:repaired, or nothing to repair", "1:it can't be repaired, and nothing has changed",
                "1:with --dry-run: there is something to repair"})
    static final class Repair extends OnHalves {

        @Option(names = "--dry-run", description = "Only say what would be lost.")
        private boolean dryRun;

        @Option(names = "--stop-at-damage",
                description = "Leave out all of the journal that follows the first damage in it.")
        private boolean stopAtDamage;

        @Override
        int run(Path folder) throws IOException {
            if (dryRun) {
                StoreReport report = StoreRepair.plan(folder, program(), stopAtDamage, half());
                tell(report);
                say(List.of(report.isDamaged() ? "Nothing was changed." : "There is nothing to repair."));
                return report.isDamaged() ? DAMAGED : CommandLine.ExitCode.OK;
            }
            List<String> done = StoreRepair.repair(folder, program(), stopAtDamage, half(), this::tell);
            say(done.isEmpty() ? List.of("There was nothing to repair.") : done);
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
            try (OfflineStore store = new OfflineStore(folder, program())) {
                ArchiveStats stats = store.stats();
                say(List.of(
                        "sessions: " + stats.sessions(),
                        "shared groups with a queue: " + stats.groups(),
                        "subscriptions: " + stats.subscriptions(),
                        "queued messages: " + stats.queuedMessages() + ", " + stats.queuedBytes() + " bytes",
                        "delayed messages among them: " + stats.delayedMessages() + ", in " + stats.delayedQueues()
                                + " queues",
                        "messages that queues share: " + stats.sharedMessages(),
                        "retained messages: " + stats.retained(),
                        "on disk: queues " + stats.queueFileBytes() + ", shared messages " + stats.sharedFileBytes()
                                + ", retained " + stats.retainedFileBytes() + ", sessions " + stats.sessionFileBytes()
                                + " bytes"));
                say(stats.largest().stream()
                        .map(each -> "queue of " + words(each.of()) + each.name() + ": "
                                + each.messages() + " messages, " + each.bytes() + " bytes")
                        .toList());
            }
            return CommandLine.ExitCode.OK;
        }
    }

    private static String words(ArchiveStats.QueueOf of) {
        return switch (of) {
            case CLIENT -> "client ";
            case GROUP -> "group ";
            case DELAYED -> "delayed messages ";
        };
    }

    /// `tern store export`.
    @Command(
            name = "export",
            description = "Write all that is kept as lines of JSON; of a damaged store all that can be read.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:all of it was written, and is on the disk",
                "1:some is lost, which it says; or nothing could be written"})
    static final class ExportTo extends OnHalves {

        @Parameters(paramLabel = "FILE", description = "Where to; must not be there yet.")
        private Path file;

        @Override
        int run(Path folder) throws IOException {
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] onlyForOwner = posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];
            FileChannel channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyForOwner);
            StoreReport report;
            try {
                report = written(folder, channel);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(file); // Nobody shall take a part for all of it.
                throw e;
            }
            tell(report);
            return report.isDamaged() ? DAMAGED : CommandLine.ExitCode.OK;
        }

        private StoreReport written(Path folder, FileChannel channel) throws IOException {
            try (channel;
                    BufferedWriter out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8))) {
                StoreReport report = StoreExport.write(folder, program(), half(), out);
                out.flush();
                channel.force(true);
                return report;
            }
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
                OfflineImport.into(folder, program(), lines);
            }
            return CommandLine.ExitCode.OK;
        }
    }
}
