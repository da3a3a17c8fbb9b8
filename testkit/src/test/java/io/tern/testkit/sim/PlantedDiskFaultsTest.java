package io.tern.testkit.sim;

import io.tern.store.disk.Disk;
import io.tern.store.disk.DiskFile;
import io.tern.store.table.Batch;
import io.tern.store.table.Table;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Shows that the simulator finds what goes wrong between the journal and its disk, and between the archive and its
/// table.
class PlantedDiskFaultsTest {

    private static final String LOST = "can't be opened|the disk has less than was promised|the store has";

    @Test
    void a_disk_that_forces_nothing() {
        findsOnDisk(disk -> files(disk, (file, call, arguments) -> !call.equals("force")));
    }

    @Test
    void a_segment_used_again_that_keeps_its_old_header_and_frames() {
        findsOnDisk(disk -> files(disk, (file, call, arguments) -> !call.equals("write") || !arguments[1].equals(0L)));
    }

    @Test
    void a_file_that_can_not_be_read_is_put_aside() {
        findsOnDisk(disk -> (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    Object answer = invoke(method, disk, arguments);
                    return answer instanceof DiskFile file ? aside(disk, (String) arguments[0], file) : answer;
                }));
    }

    private static DiskFile aside(Disk disk, String name, DiskFile file) {
        return (DiskFile) Proxy.newProxyInstance(
                DiskFile.class.getClassLoader(), new Class<?>[] {DiskFile.class}, (proxy, method, arguments) -> {
                    try {
                        return invoke(method, file, arguments);
                    } catch (IOException e) {
                        if (method.getName().equals("read")) {
                            disk.delete(name);
                        }
                        throw e;
                    }
                });
    }

    private static Object invoke(Method method, Object real, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void an_archive_that_is_not_flushed_before_the_journal_is_let_go() {
        findsInTable(table -> planted(Table.class, table, (call, arguments) -> !call.equals("flush")));
    }

    @Test
    void an_archive_that_is_written_by_halves() {
        findsInTable(table -> planted(Table.class, table, (call, arguments) -> {
            if (!call.equals("write")) {
                return true;
            }
            Batch[] halves = {new Batch(), new Batch()};
            int[] count = {0};
            ((Batch) arguments[0]).each(new Batch.Changes() {
                @Override
                public void put(byte[] key, byte[] value) {
                    halves[count[0]++ % 2].put(key, value);
                }

                @Override
                public void delete(byte[] key) {
                    halves[count[0]++ % 2].delete(key);
                }

                @Override
                public void deleteRange(byte[] from, byte[] toExclusive) {
                    halves[count[0]++ % 2].deleteRange(from, toExclusive);
                }
            });
            table.write(halves[1]);
            table.write(halves[0]);
            return false;
        }));
    }

    /// Whether a call is passed on.
    private interface Passes {
        boolean test(String call, Object[] arguments) throws Exception;
    }

    private interface FilePasses {
        boolean test(DiskFile file, String call, Object[] arguments) throws Exception;
    }

    private static Disk files(Disk disk, FilePasses passes) {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    Object answer = invoke(method, disk, arguments);
                    return answer instanceof DiskFile file
                            ? planted(DiskFile.class, file, (call, with) -> passes.test(file, call, with))
                            : answer;
                });
    }

    private static <T> T planted(Class<T> kind, T real, Passes passes) {
        return kind.cast(Proxy.newProxyInstance(
                kind.getClassLoader(), new Class<?>[] {kind}, (proxy, method, arguments) -> {
                    if (!passes.test(method.getName(), arguments)) {
                        return null;
                    }
                    return invoke(method, real, arguments);
                }));
    }

    private static void findsOnDisk(UnaryOperator<Disk> plant) {
        PlantedFaultsTest.finds(1, LOST, () -> new Faults() {
            @Override
            public Disk disk(Disk disk) {
                return plant.apply(disk);
            }
        });
    }

    private static void findsInTable(UnaryOperator<Table> plant) {
        PlantedFaultsTest.finds(1, LOST, () -> new Faults() {
            @Override
            public Table table(Table table) {
                return plant.apply(table);
            }
        });
    }
}
