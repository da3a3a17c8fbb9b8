package io.tern.admin.figures;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.tern.api.Figure;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The figures of this process, as the machine tells them.
public final class ProcessFigures {

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private ProcessFigures() {}

    /// The figures of this process.
    ///
    /// @param version of the program
    /// @return open files only where the machine tells them
    public static List<Figure> of(String version) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        List<Figure> all = new ArrayList<>(List.of(
                Figure.gauge("tern_build_info", "Which version runs, as the label says.", "version",
                        Map.of(version, () -> 1)),
                Figure.gauge("tern_uptime_seconds", "How long the process has run.",
                        () -> ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS),
                Figure.gauge("tern_heap_used_bytes", "What of the Java heap is in use, garbage included.",
                        () -> memory.getHeapMemoryUsage().getUsed()),
                Figure.gauge("tern_heap_max_bytes", "Most that the heap may become.",
                        () -> memory.getHeapMemoryUsage().getMax()),
                Figure.counter("tern_gc_seconds_total", "Time that the garbage collector has taken.",
                        () -> ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                .sum() / MILLIS),
                Figure.gauge("tern_threads", "Threads of the operating system.",
                        () -> ManagementFactory.getThreadMXBean().getThreadCount())));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            all.add(Figure.counter("tern_cpu_seconds_total", "Processor time that the process has taken.",
                    () -> Math.max(0, system.getProcessCpuTime()) / NANOS));
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            all.add(Figure.gauge("tern_file_descriptors_open", "File descriptors in use.",
                    unix::getOpenFileDescriptorCount));
            all.add(Figure.gauge("tern_file_descriptors_max", "Most that the process may have.",
                    unix::getMaxFileDescriptorCount));
        }
        return all;
    }
}
