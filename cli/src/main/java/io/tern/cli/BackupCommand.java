package io.tern.cli;

import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tern backup`: takes all that a running broker has kept, as it is at one moment.
@Command(name = "backup", sortOptions = false, usageHelpAutoWidth = true,
        description = "Back up all that a broker that runs has kept: what it had acknowledged before is in it.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:the backup is whole, and on the disk", "1 and up:there is none"})
final class BackupCommand implements Callable<Integer> {

    private static final String NOT_UNDERSTOOD = "the broker's answer is not understood";
    /// A piece of 256 KiB then takes 16 s. The broker gives up a backup that nobody reads for a minute.
    private static final long BYTES_PER_SECOND_MIN = 16 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final Streams streams;

    @Mixin
    private ConnectOptions connection;

    @Parameters(index = "0", paramLabel = "DIR", description = "A new folder; - writes a tar archive to the output.")
    private String target;

    @Option(names = "--rate", paramLabel = "BYTES",
            description = "Most bytes a second, 16384 or more. Default: what the broker's backup.bytes_per_second"
                    + " allows")
    private Long bytesPerSecond;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Data folder of a broker on this machine: who can read it, may. Default: ~/.tern")
    private Path data;

    BackupCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        try {
            connection.check();
            if (bytesPerSecond != null && bytesPerSecond < BYTES_PER_SECOND_MIN) {
                throw new UsageException("Error: --rate has to be " + BYTES_PER_SECOND_MIN
                        + " or more: the broker gives up a backup that goes on too slowly.");
            }
            try (MqttClient client = ControlCommands.client(connection, data, streams)) {
                client.connect();
                backup(new ControlSession(client, PATIENCE));
            }
            return ExitCode.OK;
        } catch (UsageException e) {
            streams.err().println(e.getMessage());
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            return ExitCode.FAILED;
        } catch (MqttException e) {
            return ControlCommands.failed(e, streams);
        } catch (IOException e) {
            streams.err().println("Error: There is no backup: " + Escaped.of(String.valueOf(e.getMessage())));
            return ExitCode.FAILED;
        } finally {
            streams.out().flush();
        }
    }

    private void backup(ControlSession session) throws IOException, MqttException, InterruptedException {
        Map<String, Object> begun = asked(session, ControlCommands.named("beginBackup"));
        String id = ControlCommands.word(begun, "backup");
        long startNanos = System.nanoTime();
        long allBytes = 0;
        try (BackupTarget to = target.equals("-")
                ? BackupTarget.stream(streams.out(), number(begun, "frame"))
                : BackupTarget.folder(Path.of(target), number(begun, "frame"))) {
            List<Object> files = Json.array(begun.get("files"));
            for (Object each : files == null ? List.of() : files) {
                allBytes = copy(session, id, members(Json.object(each)), to, allBytes, startNanos);
            }
            to.finish();
        } finally {
            asked(session, named("endBackup", Map.of("backup", id)));
        }
    }

    private long copy(ControlSession session, String id, Map<String, Object> file, BackupTarget to, long before,
            long startNanos)
            throws IOException, MqttException, InterruptedException {
        String name = ControlCommands.word(file, "name");
        long bytes = number(file, "bytes");
        to.begin(name, bytes);
        long at = 0;
        while (at < bytes) {
            Map<String, Object> data =
                    asked(session, named("readBackup", Map.of("backup", id, "file", name, "offset", at)));
            byte[] piece = Base64.getDecoder().decode(String.valueOf(data.get("data")));
            long waitMillis = number(data, "wait_millis");
            if (piece.length == 0 && waitMillis == 0 || at + piece.length > bytes) {
                throw new IOException("file " + name + " has not the " + bytes + " bytes that it should have");
            }
            to.write(piece);
            at += piece.length;
            pause(waitMillis, before + at, startNanos);
        }
        to.end();
        return before + bytes;
    }

    private void pause(long waitMillis, long doneBytes, long startNanos) {
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        if (bytesPerSecond != null) {
            untilNanos = Math.max(untilNanos, startNanos + (long) (doneBytes * 1e9 / bytesPerSecond));
        }
        for (long left = untilNanos - System.nanoTime(); left > 0; left = untilNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static Map<String, Object> asked(ControlSession session, Map<String, Object> command)
            throws IOException, MqttException, InterruptedException {
        byte[] answer = session.ask(command);
        if (answer == null) {
            throw new IOException("the broker has not answered");
        }
        Map<String, Object> response = ControlSession.response(answer);
        if (response == null) {
            throw new IOException(NOT_UNDERSTOOD);
        }
        if (response.get("error") instanceof String error) {
            throw new IOException(error);
        }
        return members(Json.object(response.get("data")));
    }

    private static Map<String, Object> named(String command, Map<String, Object> arguments) {
        Map<String, Object> named = ControlCommands.named(command);
        named.putAll(arguments);
        return named;
    }

    private static Map<String, Object> members(Map<String, Object> object) {
        return object == null ? Map.of() : object;
    }

    private static long number(Map<String, Object> object, String name) throws IOException {
        if (object.get(name) instanceof Long number && number >= 0) {
            return number;
        }
        throw new IOException(NOT_UNDERSTOOD);
    }
}
