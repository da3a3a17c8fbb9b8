package io.tern.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The contract of [Disk] for both disks, and what the one in memory loses.
class DisksTest {

    @TempDir
    static Path temporary;

    static Stream<Disk> disks() throws IOException {
        return Stream.of(new MemoryDisk(1 << 20), new RealDisk(Files.createTempDirectory(temporary, "disk")));
    }

    private static byte[] read(Disk disk, String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            byte[] bytes = new byte[(int) file.size()];
            assertThat(file.read(ByteBuffer.wrap(bytes), 0)).isEqualTo(bytes.length);
            return bytes;
        }
    }

    @ParameterizedTest
    @MethodSource("disks")
    void files_keep_what_is_written_under_whatever_name(Disk disk) throws IOException {
        try (DiskFile file = disk.create("b", 10_000)) {
            assertThat(file.size()).isEqualTo(10_000);
            assertThat(read(disk, "b")).containsOnly(0).hasSize(10_000);
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 4095);
            disk.create("a", 0).close();
            disk.rename("b", "c");
            file.write(ByteBuffer.wrap(new byte[] {4}), 9999);
            file.force();
            assertThat(file.read(ByteBuffer.allocate(100), 9990)).isEqualTo(10);
            assertThat(file.read(ByteBuffer.allocate(100), 10_000)).isZero();
        }
        disk.sync();
        assertThat(disk.list()).containsExactly("a", "c");
        byte[] bytes = read(disk, "c");
        assertThat(bytes).startsWith(0).endsWith(4);
        assertThat(new byte[] {bytes[4095], bytes[4096], bytes[4097]}).containsExactly(1, 2, 3);
        disk.rename("a", "c");
        assertThat(read(disk, "c")).isEmpty();
        disk.delete("c");
        assertThat(disk.list()).isEmpty();
        assertThat(disk.usableBytes()).isBetween(1L, disk.totalBytes());
    }

    @ParameterizedTest
    @MethodSource("disks")
    void what_is_missing_or_there_already_is_an_error(Disk disk) throws IOException {
        disk.create("a", 1).close();
        assertThatThrownBy(() -> disk.create("a", 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.open("b")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.delete("b")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.rename("b", "c")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("disks")
    void a_folder_is_locked_once_and_says_so(Disk disk) throws IOException {
        try (Closeable lock = disk.lock()) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(disk::lock).isInstanceOf(IOException.class)
                    .hasMessageContaining("folder " + disk.name() + " is in use by another process");
        }
        disk.lock().close();
    }

    @Test
    void a_power_failure_keeps_what_was_forced_and_any_part_of_the_rest() throws IOException {
        TreeSet<Integer> survived = new TreeSet<>();
        TreeSet<String> names = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            MemoryDisk disk = new MemoryDisk(1 << 20);
            DiskFile file = disk.create("a", 8192);
            disk.sync();
            file.write(ByteBuffer.allocate(512).put(0, (byte) 1), 0);
            file.force();
            for (int sector = 1; sector < 16; sector++) {
                file.write(ByteBuffer.allocate(512).put(0, (byte) 1), 512 * sector);
            }
            disk.create("b", 1);
            disk.rename("b", "c");
            MemoryDisk after = disk.powerLoss(new Random(seed));
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("off");
            byte[] bytes = read(after, "a");
            assertThat(bytes[0]).isEqualTo((byte) 1);
            int count = 0;
            for (int sector = 1; sector < 16; sector++) {
                count += bytes[512 * sector];
            }
            survived.add(count);
            names.add(after.list().toString());
        }
        assertThat(survived).contains(0, 15).hasSizeGreaterThan(6);
        assertThat(names).containsExactlyInAnyOrder("[a]", "[a, b]", "[a, c]");
    }

    @Test
    void a_force_after_one_that_failed_does_not_bring_back_what_was_dropped() throws IOException {
        int lost = 0;
        for (int seed = 0; seed < 20; seed++) {
            MemoryDisk disk = new MemoryDisk(1 << 20);
            DiskFile file = disk.create("a", 4096);
            disk.sync();
            file.write(ByteBuffer.allocate(4096).put(0, (byte) 1), 0);
            disk.faults((operation, name) -> {
                if (operation == MemoryDisk.Operation.FORCE) {
                    throw new IOException("bad sector");
                }
            });
            assertThatThrownBy(file::force).hasMessage("bad sector");
            disk.faults((operation, name) -> { });
            file.force();
            MemoryDisk killed = disk.kill();
            assertThat(read(killed, "a")[0]).isEqualTo((byte) 1);
            lost += 1 - read(killed.powerLoss(new Random(seed)), "a")[0];
        }
        assertThat(lost).isPositive();
    }

    /// One asks what there would be, and both go on by themselves.
    @Test
    void what_an_accident_would_leave_can_be_asked_for() throws IOException {
        MemoryDisk disk = new MemoryDisk(1 << 20);
        DiskFile file = disk.create("a", 4096);
        disk.sync();
        file.write(ByteBuffer.wrap(new byte[] {1}), 0);
        file.force();
        file.write(ByteBuffer.wrap(new byte[] {2}), 0);
        TreeSet<Integer> found = new TreeSet<>();
        for (int seed = 0; seed < 20; seed++) {
            MemoryDisk other = disk.afterPowerLoss(new Random(seed));
            found.add((int) read(other, "a")[0]);
            other.open("a").write(ByteBuffer.wrap(new byte[] {7}), 0);
        }
        MemoryDisk killed = disk.afterKill();
        file.write(ByteBuffer.wrap(new byte[] {3}), 0);
        disk.create("b", 1).close();

        assertThat(found).containsExactly(1, 2);
        assertThat(read(killed, "a")[0]).isEqualTo((byte) 2);
        assertThat(killed.list()).containsExactly("a");
        assertThat(read(disk, "a")[0]).isEqualTo((byte) 3);
        assertThat(read(disk.powerLoss(new Random(1)), "a")[0]).isBetween((byte) 1, (byte) 3);
    }
}
