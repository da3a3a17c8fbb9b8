package io.tern.api;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// What to do about an Error after which nothing can be promised any more: the process ends at once, with a code and
/// words of its own, whichever thread has met it. It is as after `kill -9`: what was acknowledged is on the disk.
///
/// Lost is a process whose memory is used up, on the heap or beside it, or whose JVM is broken: any
/// [VirtualMachineError] but a [StackOverflowError], which says of one input that it was too deep. Whatever else is
/// thrown is met while one thing is done, and ends that one. Why: decision 026.
///
/// Whoever catches any Throwable asks [#endIf] first, at the latest where a thread has its last catch.
public final class LostProcess {

    /// The process's exit code then: EX_OSERR.
    public static final int EXIT_CODE = 71;

    /// An Error may come wrapped in others, each of which was caused by the next; causes beyond that are not looked at.
    private static final int CAUSES_MAX = 16;
    private static final int FRAMES_MAX = 40;

    /// All that is needed to say it is here before it is: there may be no memory left for more.
    private static final OutputStream ERR = new FileOutputStream(FileDescriptor.err);
    private static final byte[] WORDS = ("tern: out of memory, or the JVM is broken: nothing more can be promised, so"
            + " the process ends\ntern: nothing that was acknowledged is lost; start again, if it was the memory with a"
            + " larger heap (TERN_JAVA_OPTS) or a smaller limits.memory_bytes\n").getBytes(StandardCharsets.UTF_8);
    private static final byte[] BEFORE = "tern: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] AT = "    at ".getBytes(StandardCharsets.UTF_8);

    private LostProcess() {}

    /// Makes ready what is needed later, and has it done for each Error that a thread ends with. Called once, early.
    ///
    /// @param others what to do when a thread ends by something else
    public static void watch(Thread.UncaughtExceptionHandler others) {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            endIf(thrown);
            others.uncaughtException(thread, thrown);
        });
    }

    /// Says whether something that was thrown means that the process is lost.
    ///
    /// @param thrown itself or its causes say so
    /// @return false if it ends no more than what was being done
    public static boolean isSaidBy(Throwable thrown) {
        return cause(thrown) != null;
    }

    /// Ends the process if it is lost; else nothing happens. From any thread.
    ///
    /// @param thrown what was caught
    public static void endIf(Throwable thrown) {
        Throwable lost = cause(thrown);
        if (lost != null) {
            end(lost);
        }
    }

    private static Throwable cause(Throwable thrown) {
        Throwable next = thrown;
        for (int i = 0; next != null && i < CAUSES_MAX; i++) {
            if (next instanceof VirtualMachineError && !(next instanceof StackOverflowError)) {
                return next;
            }
            next = next.getCause();
        }
        return null;
    }

    /// One says it, others that come meanwhile wait here for the end.
    private static synchronized void end(Throwable lost) {
        try {
            ERR.write(WORDS);
            describe(lost);
        } catch (IOException | RuntimeException | Error unsaid) {
            // There is nobody to say it to, or no memory: the exit code says the same.
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private static void describe(Throwable lost) throws IOException {
        line(BEFORE, lost.toString());
        StackTraceElement[] frames = lost.getStackTrace();
        for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
            line(AT, frames[i].toString());
        }
    }

    private static void line(byte[] before, String text) throws IOException {
        ERR.write(before);
        ERR.write(text.getBytes(StandardCharsets.UTF_8));
        ERR.write('\n');
    }
}
