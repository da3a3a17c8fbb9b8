package io.tern.store.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A disk in memory for tests and simulations. It keeps apart what programs see and what is on the medium, so that it
/// can lose what was not forced ([#powerLoss]), end a process and keep the rest ([#kill]), be full, and fail any
/// operation.
///
/// Slow and simple: one lock for everything.
public final class MemoryDisk implements Disk {

    /// What can be made to fail.
    public enum Operation {
        /// [Disk#open] and [Disk#list].
        OPEN,
        /// [Disk#create].
        CREATE,
        /// [Disk#rename].
        RENAME,
        /// [Disk#delete].
        DELETE,
        /// [Disk#sync].
        SYNC,
        /// [DiskFile#read].
        READ,
        /// [DiskFile#write]. All of it may or may not reach the medium when that fails.
        WRITE,
        /// [DiskFile#force]. When that fails, a later one that succeeds does not write what was dropped.
        FORCE
    }

    /// Is asked before each operation.
    @FunctionalInterface
    public interface Faults {

        /// Lets an operation go on, or makes it fail.
        ///
        /// @param operation which
        /// @param file on which file, empty for the folder
        /// @throws IOException to make it fail with
        void before(Operation operation, String file) throws IOException;
    }

    private record Change(String removed, String added, Inode file) {

        void apply(TreeMap<String, Inode> names) {
            if (removed != null) {
                names.remove(removed);
            }
            if (added != null) {
                names.put(added, file);
            }
        }
    }

    private final Object lock = new Object();
    private final long capacityBytes;
    private final TreeMap<String, Inode> seen = new TreeMap<>();
    private final TreeMap<String, Inode> kept = new TreeMap<>();
    private final List<Change> unsynced = new ArrayList<>();
    private Faults faults = (operation, file) -> { };
    private boolean locked;
    private boolean off;

    /// An empty disk.
    ///
    /// @param capacityBytes how much fits on it
    public MemoryDisk(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /// Sets who is asked before each operation, from now on.
    ///
    /// @param newFaults may throw
    public void faults(Faults newFaults) {
        synchronized (lock) {
            this.faults = newFaults;
        }
    }

    /// The machine loses power: what was not forced is there or not, sector by sector; of names changed since the last
    /// [Disk#sync] the first few count. This disk answers nothing but errors from now on.
    ///
    /// @param random decides
    /// @return the disk after the restart
    public MemoryDisk powerLoss(RandomGenerator random) {
        synchronized (lock) {
            off = true;
            return afterPowerLoss(random);
        }
    }

    /// What there would be if the machine lost power now, see [#powerLoss]. This disk goes on.
    ///
    /// @param random decides
    /// @return another disk, which shares nothing with this one
    public MemoryDisk afterPowerLoss(RandomGenerator random) {
        synchronized (lock) {
            TreeMap<String, Inode> names = new TreeMap<>(kept);
            int survive = random.nextInt(unsynced.size() + 1);
            unsynced.subList(0, survive).forEach(each -> each.apply(names));
            MemoryDisk next = new MemoryDisk(capacityBytes);
            names.forEach((name, file) -> next.kept.put(name, file.afterPowerLoss(random)));
            next.seen.putAll(next.kept);
            return next;
        }
    }

    /// What there would be if the process ended now, see [#kill]. This disk goes on.
    ///
    /// @return another disk, which shares nothing with this one
    public MemoryDisk afterKill() {
        synchronized (lock) {
            MemoryDisk next = new MemoryDisk(capacityBytes);
            seen.forEach((name, file) -> next.kept.put(name, file.afterKill()));
            next.seen.putAll(next.kept);
            return next;
        }
    }

    /// The process ends; the machine goes on, and with it all that was written. This disk answers nothing but errors
    /// from now on.
    ///
    /// @return the disk for the next process
    public MemoryDisk kill() {
        synchronized (lock) {
            off = true;
            MemoryDisk next = new MemoryDisk(capacityBytes);
            next.seen.putAll(seen);
            next.kept.putAll(kept);
            next.unsynced.addAll(unsynced);
            return next;
        }
    }

    /// Changes one byte on the medium, as a failing one would.
    ///
    /// @param name of the file
    /// @param offset of the byte
    public void flip(String name, long offset) {
        synchronized (lock) {
            seen.get(name).flip(offset);
        }
    }

    private Inode asked(Operation operation, String name, boolean there) throws IOException {
        if (off) {
            throw new IOException("this machine is off");
        }
        faults.before(operation, name);
        Inode file = seen.get(name);
        if (there && file == null) {
            throw new IOException("no file '" + name + "'");
        }
        return file;
    }

    private void change(Change change) {
        change.apply(seen);
        unsynced.add(change);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<String> list() throws IOException {
        synchronized (lock) {
            asked(Operation.OPEN, "", false);
            return List.copyOf(seen.keySet());
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        synchronized (lock) {
            return new Handle(name, asked(Operation.OPEN, name, true));
        }
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        synchronized (lock) {
            if (asked(Operation.CREATE, name, false) != null) {
                throw new IOException("file '" + name + "' is there already");
            }
            if (bytes > usableBytes()) {
                throw new IOException("No space left on device");
            }
            Inode file = new Inode(bytes);
            change(new Change(null, name, file));
            return new Handle(name, file);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        synchronized (lock) {
            change(new Change(from, to, asked(Operation.RENAME, from, true)));
        }
    }

    @Override
    public void delete(String name) throws IOException {
        synchronized (lock) {
            asked(Operation.DELETE, name, true);
            change(new Change(name, null, null));
        }
    }

    @Override
    public void sync() throws IOException {
        synchronized (lock) {
            asked(Operation.SYNC, "", false);
            unsynced.forEach(each -> each.apply(kept));
            unsynced.clear();
        }
    }

    @Override
    public Closeable lock() throws IOException {
        synchronized (lock) {
            if (locked) {
                throw new IOException("folder " + name() + " is in use by another process");
            }
            locked = true;
            return () -> {
                synchronized (lock) {
                    locked = false;
                }
            };
        }
    }

    @Override
    public long usableBytes() {
        synchronized (lock) {
            return capacityBytes - seen.values().stream().mapToLong(Inode::size).sum();
        }
    }

    @Override
    public long totalBytes() {
        return capacityBytes;
    }

    private final class Handle implements DiskFile {

        private final String name;
        private final Inode file;
        private boolean closed;

        Handle(String name, Inode file) {
            this.name = name;
            this.file = file;
        }

        private void asked(Operation operation) throws IOException {
            if (closed) {
                throw new IOException("file '" + name + "' is closed");
            }
            MemoryDisk.this.asked(operation, name, false);
        }

        @Override
        public void write(ByteBuffer src, long offset) throws IOException {
            synchronized (lock) {
                if (offset + src.remaining() > file.size()) {
                    throw new IOException("write behind the end of '" + name + "'");
                }
                if (off) {
                    throw new IOException("this machine is off");
                }
                try {
                    asked(Operation.WRITE);
                } catch (IOException e) {
                    if (!off) {
                        file.write(src, offset);
                    }
                    throw e;
                }
                file.write(src, offset);
            }
        }

        @Override
        public int read(ByteBuffer dst, long offset) throws IOException {
            synchronized (lock) {
                asked(Operation.READ);
                return file.read(dst, offset);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (lock) {
                try {
                    asked(Operation.FORCE);
                } catch (IOException e) {
                    file.forceFailed();
                    throw e;
                }
                file.force();
            }
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
