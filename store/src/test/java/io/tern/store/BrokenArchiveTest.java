package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.store.archive.ArchiverLimits;
import io.tern.store.disk.Disk;
import io.tern.store.disk.MemoryDisk;
import io.tern.store.journal.JournalOptions;
import io.tern.store.table.MemoryTable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whatever the archive's thread meets, somebody is told, and it doesn't just end.
class BrokenArchiveTest {

    private static final int SEGMENT_BYTES = 64 * 1024;

    private final MemoryDisk disk = new MemoryDisk(8L << 20);
    private final List<IOException> failures = new ArrayList<>();
    private boolean broken;

    private Disk breaking() {
        return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class},
                (proxy, method, arguments) -> {
                    if (broken && method.getName().equals("usableBytes")) {
                        throw new StackOverflowError("on purpose");
                    }
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void an_error_is_told_as_a_failure_and_nothing_is_done_any_more() throws IOException {
        StoreSettings settings = new StoreSettings(new JournalOptions(SEGMENT_BYTES, 16 * SEGMENT_BYTES, 2),
                new ArchiverLimits(0, SEGMENT_BYTES, 1), true, 0, 100);
        JournaledStore store = new JournaledStore(breaking(), new MemoryTable(), settings, "test",
                () -> 1, () -> 0, nanos -> { }, () -> { }, failures::add);
        store.look();
        assertThat(failures).isEmpty();
        broken = true;

        store.look();
        store.look();

        assertThat(failures).singleElement().satisfies(
                failure -> assertThat(failure).hasCauseInstanceOf(StackOverflowError.class));
        assertThat(store.archive()).isFalse();
        assertThat(store.reclaim()).isFalse();
    }
}
