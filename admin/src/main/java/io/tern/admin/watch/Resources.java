package io.tern.admin.watch;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tern.api.SecurityEvent;
import io.tern.api.Worker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks once a second at what the machine has left. What runs out raises an alarm, and for memory and file descriptors
/// keeps new connections out, until a little more is free again than when it began.
public final class Resources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private static final double MEMORY_MOST = 0.92;
    private static final double DESCRIPTORS_MOST = 0.90;
    private static final double RELIEF = 0.05;
    private static final long DISK_LEAST_BYTES = 512L << 20;
    /// Queues that drop now and then would raise and end their alarm all the time; so many looks without a drop end it.
    private static final int QUIET_LOOKS = 60;

    /// What is looked at.
    ///
    /// @param memory part of the heap that was in use after the last collection, 0 to 1
    /// @param descriptors part of the file descriptors in use, 0 to 1
    /// @param diskFreeBytes what is free where the data lies
    /// @param dropped messages that full queues have dropped since the start
    public record Probes(
            DoubleSupplier memory, DoubleSupplier descriptors, LongSupplier diskFreeBytes, LongSupplier dropped) {

        /// Those of this process.
        ///
        /// @param folder where the data lies
        /// @param dropped as above
        /// @return the probes
        public static Probes ofProcess(Path folder, LongSupplier dropped) {
            return new Probes(Probes::heap, Probes::fileDescriptors, () -> freeBytes(folder), dropped);
        }

        private static double heap() {
            long used = 0;
            for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                MemoryUsage after = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
                used += after == null ? 0 : after.getUsed();
            }
            return (double) used / Runtime.getRuntime().maxMemory();
        }

        private static double fileDescriptors() {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? (double) unix.getOpenFileDescriptorCount() / Math.max(1, unix.getMaxFileDescriptorCount())
                    : 0;
        }

        private static long freeBytes(Path folder) {
            try {
                FileStore store = Files.getFileStore(folder);
                return store.getUsableSpace();
            } catch (IOException e) {
                return Long.MAX_VALUE; // A folder that is gone shows elsewhere.
            }
        }
    }

    private final Probes probes;
    private final BiConsumer<String, Boolean> guard;
    private final SecurityEvent.Sink events;
    private final Runnable besides;
    private final Map<String, Boolean> scarce = new HashMap<>();
    private boolean full;
    private int quietLooks;
    private long droppedBefore;
    private long droppedToldOf;
    private Worker worker;

    /// Prepares.
    ///
    /// @param probes what is looked at
    /// @param guard told what keeps new connections out, or doesn't any more
    /// @param events takes alarms
    /// @param besides also done each time, on the same thread
    public Resources(
            Probes probes, BiConsumer<String, Boolean> guard, SecurityEvent.Sink events, Runnable besides) {
        this.probes = probes;
        this.guard = guard;
        this.events = events;
        this.besides = besides;
    }

    /// Begins to look, on a thread of its own.
    public void start() {
        worker = Worker.start("resources", this::round, bug -> LOG.error("bug while resources are looked at", bug));
    }

    private void round() throws InterruptedException {
        try {
            look();
        } finally {
            besides.run(); // Also when a probe fails.
        }
        TimeUnit.SECONDS.sleep(1);
    }

    /// Looks once.
    void look() {
        part("memory", probes.memory.getAsDouble(), MEMORY_MOST, "of the heap is in use after a collection");
        part(
                "file_descriptors",
                probes.descriptors.getAsDouble(),
                DESCRIPTORS_MOST,
                "of the file descriptors are in use");
        long free = probes.diskFreeBytes.getAsLong();
        boolean before = scarce.getOrDefault("disk", false);
        boolean now = free < (before ? 2 * DISK_LEAST_BYTES : DISK_LEAST_BYTES);
        if (now != before) {
            scarce.put("disk", now);
            events.on(new SecurityEvent.Scarce("disk", now, (free >> 20) + " MiB are free where the data lies"));
        }
        queues(probes.dropped.getAsLong());
    }

    private void queues(long dropped) {
        if (!full && dropped > droppedToldOf) {
            full = true;
            events.on(new SecurityEvent.QueuesFull(true, dropped - droppedToldOf));
        }
        quietLooks = dropped > droppedBefore ? 0 : quietLooks + 1;
        droppedBefore = dropped;
        if (full && quietLooks >= QUIET_LOOKS) {
            full = false;
            events.on(new SecurityEvent.QueuesFull(false, dropped - droppedToldOf));
            droppedToldOf = dropped;
        }
    }

    private void part(String what, double used, double most, String text) {
        boolean before = scarce.getOrDefault(what, false);
        boolean now = used > (before ? most - RELIEF : most);
        if (now != before) {
            scarce.put(what, now);
            guard.accept(what, now);
            events.on(new SecurityEvent.Scarce(what, now, Math.round(used * 100) + " % " + text));
        }
    }

    /// Looks no more, once this has returned.
    @Override
    public void close() {
        if (worker != null) {
            worker.close();
            worker.join(Long.MAX_VALUE);
        }
    }
}
