package io.tern.testkit.sim;

import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import io.tern.store.disk.MemoryDisk;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// The machine's disk: the journal's folder on it, and what others take of its room. It survives the processes.
final class SimDisk implements Disk {

    private final long capacityBytes;
    private MemoryDisk disk;
    private long takenBytes;

    SimDisk(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.disk = new MemoryDisk(capacityBytes);
    }

    /// Somebody else takes room, or gives it back.
    ///
    /// @param bytes that are not free, though nothing of ours lies there
    void taken(long bytes) {
        takenBytes = bytes;
    }

    boolean isTaken() {
        return takenBytes > 0;
    }

    void faults(MemoryDisk.Faults faults) {
        disk.faults(faults);
    }

    /// The process ends, and maybe the machine as well.
    ///
    /// @param random decides what is left, null if the machine goes on
    void crash(SimRandom random) {
        disk = random == null ? disk.kill() : disk.powerLoss(random);
    }

    /// What an accident now would leave.
    ///
    /// @param power whether the machine goes off
    MemoryDisk after(SimRandom random, boolean power) {
        return power ? disk.afterPowerLoss(random) : disk.afterKill();
    }

    @Override
    public String name() {
        return disk.name();
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return disk.open(name);
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        if (bytes > usableBytes()) {
            throw new IOException("No space left on device");
        }
        return disk.create(name, bytes);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void sync() throws IOException {
        disk.sync();
    }

    @Override
    public Closeable lock() throws IOException {
        return disk.lock();
    }

    @Override
    public long usableBytes() {
        return Math.max(0, disk.usableBytes() - takenBytes);
    }

    @Override
    public long totalBytes() {
        return capacityBytes;
    }
}
