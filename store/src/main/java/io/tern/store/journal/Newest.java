package io.tern.store.journal;

import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The file `newest`: which segment was begun last, so that it is missed if it is gone. Written in place, behind the
/// segment: after a crash it may still name the one before.
///
///     0  magic       long
///     8  generation  long
///     16 crc         int  CRC32C of the 16 bytes above
final class Newest implements Closeable {

    static final String NAME = "newest";

    private static final long MAGIC = 0x5445_524E_4E45_5753L;
    private static final int CRC_AT = 16;
    private static final int BYTES = 20;

    private final Disk disk;
    private DiskFile file;

    Newest(Disk disk) {
        this.disk = disk;
    }

    /// @return 0 if it says none, or can't be understood
    static long read(Disk disk) throws IOException {
        if (!disk.list().contains(NAME)) {
            return 0;
        }
        try (DiskFile file = disk.open(NAME)) {
            ByteBuffer block = ByteBuffer.allocate(BYTES);
            return file.read(block, 0) == BYTES && block.getLong(0) == MAGIC && block.getInt(CRC_AT) == crc(block)
                    ? block.getLong(8)
                    : 0;
        }
    }

    /// Says it, and waits until that is on the disk.
    void write(long generation) throws IOException {
        if (file == null) {
            boolean there = disk.list().contains(NAME);
            file = there ? disk.open(NAME) : disk.create(NAME, Frame.BLOCK_BYTES);
            if (!there) {
                disk.sync();
            }
        }
        ByteBuffer block = ByteBuffer.allocate(BYTES).putLong(0, MAGIC).putLong(8, generation);
        file.write(block.putInt(CRC_AT, crc(block)), 0);
        file.force();
    }

    private static int crc(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.array(), 0, CRC_AT);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
