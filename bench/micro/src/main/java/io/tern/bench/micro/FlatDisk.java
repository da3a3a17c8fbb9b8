package io.tern.bench.micro;

import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;

/// Files in memory that cost nothing but the copy: nothing is allocated to write one. For one thread.
final class FlatDisk implements Disk {

    private final TreeMap<String, Content> files = new TreeMap<>();
    private final long capacityBytes;

    FlatDisk(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    @Override
    public String name() {
        return "flat";
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Content content = files.get(name);
        if (content == null) {
            throw new IOException("no file '" + name + "'");
        }
        return content;
    }

    @Override
    public DiskFile create(String name, long bytes) {
        Content content = new Content(new byte[Math.toIntExact(bytes)]);
        files.put(name, content);
        return content;
    }

    @Override
    public void rename(String from, String to) {
        files.put(to, files.remove(from));
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void sync() {
        // It is all there.
    }

    @Override
    public Closeable lock() {
        return () -> { };
    }

    @Override
    public long usableBytes() {
        return capacityBytes - files.values().stream().mapToLong(Content::size).sum();
    }

    @Override
    public long totalBytes() {
        return capacityBytes;
    }

    private record Content(byte[] bytes) implements DiskFile {

        @Override
        public void write(ByteBuffer src, long offset) {
            src.get(bytes, (int) offset, src.remaining());
        }

        @Override
        public int read(ByteBuffer dst, long offset) {
            int length = (int) Math.min(dst.remaining(), bytes.length - offset);
            dst.put(bytes, (int) offset, length);
            return length;
        }

        @Override
        public void force() {
            // It is all there.
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
