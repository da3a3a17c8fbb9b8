package io.tern.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// What a command printed, and its exit code. Bytes are shown as Latin-1, so that nothing gets lost.
record Run(String out, String err, int exitCode) {

    private static final long PATIENCE_SECONDS = 30;

    @Command(name = "tern", version = "Tern of the test")
    private static final class Root { }

    /// Runs our command in this process.
    static Run ofTern(byte[] stdin, List<String> args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        CommandLine root = new CommandLine(new Root());
        Streams streams = new Streams(new ByteArrayInputStream(stdin),
                new PrintStream(out, false, StandardCharsets.UTF_8), errors);
        Cli.commands(streams).values().forEach(each -> root.addSubcommand(each.get()));
        root.setErr(new PrintWriter(errors, true));
        root.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        root.setExpandAtFiles(false);
        root.setParameterExceptionHandler(new UsageErrors());
        int exitCode = root.execute(args.toArray(String[]::new));
        return new Run(out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.ISO_8859_1), exitCode);
    }

    static Run ofTern(String... args) {
        return ofTern(new byte[0], List.of(args));
    }

    /// Runs mosquitto_pub, mosquitto_sub or mosquitto_rr.
    static Run ofMosquitto(byte[] stdin, List<String> args) throws IOException {
        List<String> command = new ArrayList<>(args);
        command.set(0, args.getFirst().equals("request") ? "mosquitto_rr" : "mosquitto_" + args.getFirst());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        CompletableFuture<String> out = reading(process.getInputStream());
        CompletableFuture<String> err = reading(process.getErrorStream());
        try {
            process.getOutputStream().write(stdin);
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended without reading.
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command + " does not end");
            }
            return new Run(out.join(), err.join(), process.exitValue());
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> reading(InputStream in) {
        return beside(() -> {
            try {
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// Runs what blocks on a thread of its own.
    static <T> CompletableFuture<T> beside(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /// The same, with what can't be equal made equal: the tool's name, blank lines, points in time, assigned and
    /// random identifiers.
    Run comparable() {
        return new Run(masked(out), masked(err), exitCode);
    }

    private static String masked(String text) {
        return text.replace("mosquitto_rr", "tern request")
                .replace("mosquitto_", "tern ")
                .replaceAll("auto-[-0-9A-F]{36}", "auto-ID")
                .replaceAll("mosq-[0-9A-Za-z]{18}", "mosq-ID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d", "DATE")
                .replaceAll("\\d\\d:\\d\\d:\\d\\d", "TIME")
                .replaceAll("1[0-9]{9}\\.\\d{9}", "SECONDS.NANOS")
                .replaceAll("TIME\\.\\d{6}", "TIME.MICROS")
                .replaceAll("1[0-9]{9}\\b", "SECONDS")
                .replaceAll("#\\d{9}#", "#NANOS#")
                // With -c we begin at a random identifier, for safety.
                .replaceAll("(?<=[Mm]id: )\\d{2,}", "1")
                .replaceAll("\n\n+(?=Use)", "\n\n");
    }

    /// Lines of `-d` come from several threads, so their order may differ.
    Run withSortedLines() {
        return new Run(String.join("\n", out.lines().sorted().toList()), err, exitCode);
    }
}
