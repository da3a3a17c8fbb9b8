package io.tern.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A process of somebody else's program. It says things line by line, is killed when its time is over, and dies with
/// this one if it ends at the end of its input.
final class Child implements AutoCloseable {

    private static final int KEPT_LINES = 40;
    private static final int KEPT_CHARS = 400;

    private final String name;
    private final Process process;
    private final Thread reader;
    private final Deque<String> lastLines = new ArrayDeque<>();

    /// Starts it.
    ///
    /// @param name for messages
    /// @param command program and arguments
    /// @param environment added to ours
    /// @param lifeSeconds after which it is killed
    /// @param lines called for each line of its output or errors, on a thread of its own
    Child(String name, List<String> command, Map<String, String> environment, int lifeSeconds, Consumer<String> lines)
            throws IOException {
        this.name = name;
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        this.process = builder.start();
        this.reader = Thread.ofVirtual().name(name + "-lines").start(() -> read(lines));
        Thread.ofVirtual().name(name + "-deadline").start(() -> endAfter(lifeSeconds));
    }

    private void read(Consumer<String> lines) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
                lines.accept(line);
            }
        } catch (IOException e) {
            keep("(its output can't be read: " + e + ")");
        }
    }

    private void endAfter(int lifeSeconds) {
        try {
            if (!process.waitFor(lifeSeconds, TimeUnit.SECONDS)) {
                keep("(killed: its " + lifeSeconds + " seconds were over)");
                close();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void keep(String line) {
        synchronized (lastLines) {
            if (lastLines.size() == KEPT_LINES) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line.length() <= KEPT_CHARS ? line : line.substring(0, KEPT_CHARS) + "...");
        }
    }

    /// What it said last.
    String lastWords() {
        synchronized (lastLines) {
            return name + " said last:\n  " + String.join("\n  ", lastLines);
        }
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    /// Sends it a signal.
    ///
    /// @param name such as `HUP`
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " has failed");
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Asks it to end, and waits until it has.
    void end() throws InterruptedException {
        // The process's own destroy() would also end the reading of what it still has to say.
        process.toHandle().destroy();
        awaitEnd();
    }

    /// Asks it to end while it does nothing but wait for something to come, and waits until it has. To be asked in the
    /// midst of something is too much for a program that takes a lock in its handler of signals: if it holds that lock
    /// itself, it waits for ever.
    void endAtRest() throws IOException, InterruptedException {
        if (!Tools.WAITING_CALLS.isEmpty()) {
            Waiting.until(this::stopsAtRest, name + " at rest. " + lastWords());
            signal("TERM");
            signal("CONT");
            awaitEnd();
        } else {
            end();
        }
    }

    private boolean stopsAtRest() {
        try {
            signal("STOP");
            // Behind the signal it can't come out of this call any more, into code of its own.
            String call = Files.readString(Path.of("/proc", String.valueOf(pid()), "syscall"));
            if (Tools.WAITING_CALLS.contains(call.split("\\s")[0])) {
                return true;
            }
            signal("CONT");
            return false;
        } catch (IOException e) {
            throw new AssertionError(lastWords(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Waits until it has ended by itself, and all it said has been read.
    ///
    /// @return its exit code
    int awaitEnd() throws InterruptedException {
        return awaitEnd(Setup.DEADLINE_MILLIS);
    }

    /// The same, for what may take longer.
    int awaitEnd(long millis) throws InterruptedException {
        if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " doesn't end. " + lastWords());
        }
        reader.join(Duration.ofMillis(Setup.DEADLINE_MILLIS));
        return process.exitValue();
    }

    /// Kills it with all that it has started, which would live on: nginx's workers do.
    @Override
    public void close() {
        process.descendants().toList().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
