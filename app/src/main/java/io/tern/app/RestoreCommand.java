package io.tern.app;

import io.tern.api.FileFault;
import io.tern.api.Options;
import io.tern.store.StoreRestore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tern restore`: makes a data folder of a backup.
@Command(
        name = "restore",
        description = {
            "Make a data folder of what tern backup wrote: all of it, or nothing.",
            "The backup is compared with its list of files, and all that was restored is read once."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:restored", "1:nothing was restored: the backup is damaged, or something is kept there"})
final class RestoreCommand implements Callable<Integer> {

    private static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BACKUP", description = "The folder, or the tar file; - reads it as input.")
    private String backup;

    @Option(names = "--data", paramLabel = "DIR",
            description = "The data folder, in which nothing is kept. Default: ~/.tern")
    private Path data;

    RestoreCommand() {}

    @Override
    public Integer call() {
        Path folder = data == null ? ServerOptions.dataDir(Options.DEFAULTS) : data;
        String program = "Tern " + Version.text();
        try {
            if (backup.equals("-")) {
                StoreRestore.stream(System.in, folder, program);
            } else if (Files.isDirectory(Path.of(backup))) {
                StoreRestore.folder(Path.of(backup), folder, program);
            } else {
                try (InputStream tar = Files.newInputStream(Path.of(backup))) {
                    StoreRestore.stream(tar, folder, program);
                }
            }
            return CommandLine.ExitCode.OK;
        } catch (IOException e) {
            spec.commandLine().getErr().println("tern: " + FileFault.words(e));
            return FAILED;
        }
    }
}
