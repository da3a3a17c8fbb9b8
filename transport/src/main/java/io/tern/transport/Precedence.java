package io.tern.transport;

import io.tern.api.LostProcess;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who runs first when all processors are busy: the loops, before the JVM's compilers. Linux only; see decision 015.
///
/// A thread that is woken then waits until one of those that run has had its slice of some 3 ms, unless its own is
/// shorter; Linux heeds that from 6.12 on. A loop's is: it gets no more of the processor than before, only sooner and
/// in smaller pieces. The compilers, busy for a minute or so after a start, get a higher nice value, as any thread
/// may have.
final class Precedence {

    /// The shortest slice that Linux gives. Unit: nanoseconds.
    static final long SLICE_NANOS = 100_000;

    /// What is added to the compilers' nice value: of a processor for which one competes with a loop it gets a third.
    static final int COMPILERS_NICE = 3;

    private static final int NICE_MAX = 19;

    private static final Logger LOG = LoggerFactory.getLogger(Precedence.class);
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final String COMPILERS = "C[12] CompilerThre.*";

    /// struct sched_attr as sched_setattr(2) had it first: its size, the policy (0: no real time), flags, the nice
    /// value, the priority, and three times, the first of which is the slice (0: the kernel's).
    private static final int ATTR_BYTES = 48;
    private static final int POLICY_AT = 4;
    private static final int NICE_AT = 16;
    private static final int SLICE_AT = 24;

    private static final long THIS_THREAD = 0;

    private final MethodHandle systemCall;
    private final long get;
    private final long set;

    private Precedence(MethodHandle systemCall, long get, long set) {
        this.systemCall = systemCall;
        this.get = get;
        this.set = set;
    }

    /// Looks for the way into this kernel, which takes tens of milliseconds.
    ///
    /// @return empty on other systems and processors
    static Optional<Precedence> find() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> Optional.of(new Precedence(link(), 315, 314));
            case "aarch64" -> Optional.of(new Precedence(link(), 275, 274));
            default -> Optional.empty();
        };
    }

    /// syscall(2): the C library has had functions for these two calls only since 2024.
    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor form = FunctionDescriptor.of(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"), form, Linker.Option.firstVariadicArg(1));
    }

    /// Shortens the slice of the thread that calls, unless it runs in real time.
    void shortenSlice() {
        change(THIS_THREAD, Thread.currentThread().getName(), false);
    }

    /// Lets the JVM's compilers step back; those it adds later inherit it. Nothing happens where there are none.
    void compilersStepBack() {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            threads.forEach(this::stepBackIfCompiler);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("the compilers don't step back", e);
        }
    }

    private void stepBackIfCompiler(Path thread) {
        try {
            String name = Files.readString(thread.resolve("comm")).strip();
            if (name.matches(COMPILERS)) {
                change(Long.parseLong(thread.getFileName().toString()), name, true);
            }
        } catch (IOException ended) {
            LOG.debug("thread {} has ended meanwhile", thread.getFileName());
        }
    }

    private void change(long thread, String name, boolean stepBack) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, Long.BYTES);
            if (call(get, thread, attr, ATTR_BYTES) != 0 || attr.get(ValueLayout.JAVA_INT, POLICY_AT) != 0) {
                return;
            }
            int nice = attr.get(ValueLayout.JAVA_INT, NICE_AT);
            attr.set(ValueLayout.JAVA_INT, NICE_AT, stepBack ? Math.min(NICE_MAX, nice + COMPILERS_NICE) : nice);
            attr.set(ValueLayout.JAVA_LONG, SLICE_AT, stepBack ? 0 : SLICE_NANOS);
            boolean agreed = call(set, thread, attr, 0) == 0;
            LOG.debug("{}: the kernel {}", name, agreed ? "agrees" : "refuses");
        }
    }

    private long call(long number, long thread, MemorySegment attr, long size) {
        try {
            return (long) systemCall.invokeExact(number, thread, attr, size, 0L);
        } catch (Throwable e) {
            LostProcess.endIf(e); // Who can't step back goes on, whatever it was.
            throw new IllegalStateException(e);
        }
    }
}
