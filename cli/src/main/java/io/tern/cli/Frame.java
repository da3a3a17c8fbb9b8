package io.tern.cli;

import io.tern.client.MqttException;
import java.io.IOException;

/// What the tools have in common around what they do: each error is said as mosquitto's tools say it, and becomes an
/// exit code.
///
/// @param command what `tern` calls it
/// @param streams where it is said
/// @param connection the version, and whether it is to be quiet
record Frame(String command, Streams streams, ConnectOptions connection) {

    /// What a tool does.
    @FunctionalInterface
    interface Task {

        /// @return the exit code
        int run() throws UsageException, IOException, InterruptedException;
    }

    /// Runs it.
    ///
    /// @param publishes whether that is its purpose, of which a failure speaks
    /// @return its exit code, or that of what has kept it from its end
    int run(boolean publishes, Task task) {
        try {
            return connected(publishes, task);
        } catch (UsageException e) {
            streams.err().println(e.getMessage());
            streams.err().println();
            streams.err().println("Use 'tern " + command + " --help' to see usage.");
            return ExitCode.FAILED;
        } catch (IOException e) {
            complain(e.getMessage());
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            return ExitCode.FAILED;
        } finally {
            streams.out().flush();
        }
    }

    private int connected(boolean publishes, Task task) throws UsageException, IOException, InterruptedException {
        try {
            return task.run();
        } catch (MqttException e) {
            Failure failure = Failure.of(e, connection.version(), publishes);
            failure.lines().forEach(this::complain);
            return failure.exitCode();
        }
    }

    /// Says a line about what has gone wrong.
    void complain(String line) {
        if (!connection.isQuiet()) {
            streams.err().println(line);
        }
    }
}
