package io.tern.cli;

import io.tern.bench.Bench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tern bench`: puts a broker under load. Its scenarios and flags are the generator's own.
@Command(name = "bench", description = "Put a broker on this machine under load and tell what that costs it.")
final class BenchCommand implements Callable<Integer> {

    private final Streams streams;

    @Parameters(arity = "0..*", paramLabel = "SCENARIO")
    private List<String> arguments = List.of();

    private BenchCommand(Streams streams) {
        this.streams = streams;
    }

    static CommandLine line(Streams streams) {
        CommandLine line = new CommandLine(new BenchCommand(streams));
        line.setUnmatchedOptionsArePositionalParams(true);
        line.setExpandAtFiles(false);
        // What is behind `--` is the generator's too, and so is the `--`.
        line.setEndOfOptionsDelimiter("\0");
        return line;
    }

    @Override
    public Integer call() {
        int exitCode = Bench.run(arguments.toArray(String[]::new), streams.out(), streams.err());
        streams.out().flush();
        return exitCode;
    }
}
