package io.tern.store;

import io.tern.api.Durability;
import io.tern.api.Option;
import io.tern.store.journal.JournalOptions;
import java.util.List;

/// The settings of what is kept on disk.
public final class StoreOptions {

    private static final long MIB = 1024 * 1024;

    /// How safe.
    public static final Option<Durability> DURABILITY = Option.choice(
            "durability",
            Durability.SYNC,
            "When a message of QoS 1 or 2 for a session that outlives its connection is acknowledged: sync, when it is"
                    + " on the disk; os, when the operating system has it, so that it outlives this process but not the"
                    + " power; none, when it is in memory: then nothing at all outlives the process.");

    /// What is left free on the disk.
    public static final Option<Long> DISK_RESERVE_BYTES = Option.bytes(
            "disk.reserve_bytes",
            256 * MIB,
            16 * MIB,
            1L << 50,
            "With less than this free on the disk of data_dir, beside two files of the journal, what the journal may"
                    + " still grow by and what the archive needs to put itself in order (up to an eighth of a small"
                    + " disk, up to some GiB elsewhere), messages of QoS 1 and 2 that would have to be kept are"
                    + " refused, and new sessions and subscriptions that would outlive their connection; what ends and"
                    + " what is acknowledged still has room.");

    /// How much of the disk.
    public static final Option<Integer> DISK_SHARE = Option.integer(
            "disk.share_percent",
            80,
            1,
            100,
            "%",
            "Most that data_dir may take of what it has and what is free on its disk, together; beyond it is as full as"
                    + " without the reserve.");

    /// How fast a backup may be read.
    public static final Option<Long> BACKUP_BYTES_PER_SECOND = Option.bytes(
            "backup.bytes_per_second",
            32 * MIB,
            MIB / 4,
            1L << 40,
            "Most that `tern backup` reads in a second, so that the clients' messages have the disk as well.");

    private StoreOptions() {}

    /// All of them.
    ///
    /// @return in the order of the reference page
    public static List<Option<?>> all() {
        return List.of(
                DURABILITY, DISK_RESERVE_BYTES, DISK_SHARE, JournalOptions.SEGMENT_BYTES, JournalOptions.MAX_BYTES,
                BACKUP_BYTES_PER_SECOND);
    }
}
