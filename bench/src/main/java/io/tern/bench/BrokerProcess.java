package io.tern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a process costs, as Linux and, for a JVM, its JDK say.
///
/// @param pid its id, 0 if unknown: then all figures are -1
record BrokerProcess(int pid) {

    /// Of /proc/PID/stat; the same on every Linux there is.
    private static final int TICKS_A_SECOND = 100;

    private static final int UTIME = 11;
    // Columns of /proc/net/tcp, and the state in which a socket listens.
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final String LISTENS = "0A";
    private static final long JCMD_SECONDS = 60;
    private static final Pattern USED = Pattern.compile("^ *(\\S.*?) +total .*?\\bused ([0-9]+)([KMG])");

    /// The process that listens on a port of this machine.
    ///
    /// @return with id 0 if that can't be seen
    static BrokerProcess listening(int port) {
        try {
            Set<String> sockets = new HashSet<>();
            String local = String.format(Locale.ROOT, ":%04X", port);
            for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
                if (Files.exists(Path.of(table))) {
                    for (String line : Files.readAllLines(Path.of(table))) {
                        String[] fields = line.strip().split(" +");
                        if (fields[LOCAL].endsWith(local) && fields[STATE].equals(LISTENS)) {
                            sockets.add("socket:[" + fields[INODE] + "]");
                        }
                    }
                }
            }
            return new BrokerProcess((int) ProcessHandle.allProcesses()
                    .mapToLong(ProcessHandle::pid)
                    .filter(each -> holds(each, sockets))
                    .findFirst()
                    .orElse(0));
        } catch (IOException e) {
            return new BrokerProcess(0); // Not Linux.
        }
    }

    private static boolean holds(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Somebody else's, or it has ended meanwhile.
        }
        return false;
    }

    static BrokerProcess self() {
        return new BrokerProcess((int) ProcessHandle.current().pid());
    }

    /// User and system time of all its threads so far, in steps of 10,000. Unit: microseconds.
    long cpuMicros() throws IOException {
        if (pid == 0) {
            return -1;
        }
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The name in parentheses may contain blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
        return ticks * (1_000_000 / TICKS_A_SECOND);
    }

    /// What of it is in memory. Unit: bytes.
    long rssBytes() throws IOException {
        if (pid == 0) {
            return -1;
        }
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS of process " + pid);
    }

    /// What is left of its heap after a full collection; -1 if it is no JVM. Unit: bytes.
    long liveHeapBytes() throws IOException, InterruptedException {
        if (pid == 0) {
            return -1;
        }
        Path program = Path.of("/proc/" + pid + "/exe").toRealPath();
        Path jcmd = program.resolveSibling("jcmd");
        // Anything but a JVM would be killed by being asked.
        if (!program.endsWith("java") || !Files.isExecutable(jcmd)) {
            return -1;
        }
        run(jcmd, "GC.run");
        long bytes = 0;
        for (String line : run(jcmd, "GC.heap_info").split("\n")) {
            Matcher used = USED.matcher(line);
            if (used.find()) {
                bytes += Long.parseLong(used.group(2)) << (10 * (1 + "KMG".indexOf(used.group(3))));
            }
        }
        return bytes;
    }

    private String run(Path jcmd, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(jcmd.toString(), Integer.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }
}
