package io.tern.store;

import io.tern.api.Figure;
import io.tern.store.archive.Archiver;
import io.tern.store.journal.Committer;
import io.tern.store.journal.Segments;
import io.tern.store.journal.Staging;
import java.util.ArrayList;
import java.util.List;

/// The figures of a [JournaledStore].
final class StoreFigures {

    private static final double NANOS = 1e9;

    private StoreFigures() {}

    static List<Figure> of(JournaledStore store) {
        List<Figure> all = new ArrayList<>(journal(store));
        all.addAll(fsyncs(store.committer()));
        all.addAll(archive(store));
        return all;
    }

    private static List<Figure> journal(JournaledStore store) {
        Segments segments = store.segments();
        Committer committer = store.committer();
        return List.of(
                Figure.gauge("tern_journal_segments", "Segments that hold frames.", segments::count),
                Figure.gauge("tern_journal_bytes", "What the segments take whose frames the archive has not.",
                        segments::heldBytes),
                Figure.counter("tern_journal_commits_total", "Frames written, each with what all shards had.",
                        committer::frames),
                Figure.counter("tern_journal_written_bytes_total", "What was in these frames.", committer::bytes),
                Figure.counter("tern_journal_records_total", "Records of what has to outlast the process.",
                        () -> store.stagings().stream().mapToLong(Staging::stagedRecords).sum()),
                Figure.counter("tern_journal_records_cut_total",
                        "Of these, records that were settled and cut out before they were written.",
                        () -> store.stagings().stream().mapToLong(Staging::cutRecords).sum()),
                Figure.gauge("tern_journal_cut_bytes",
                        "What was cut behind the journal's last whole frame at the start: 0 if its end was clean.",
                        segments::tornBytes),
                Figure.gauge("tern_journal_missing_frames",
                        "Frames that the journal had no more at the start and the archive had, so that later ones may"
                                + " be lost: only a power failure with `durability: os` does that, or an old copy.",
                        segments::missingFrames),
                Figure.counter("tern_journal_blocked_total", "Times that writing had to wait for a free segment.",
                        committer::timesBlocked));
    }

    private static List<Figure> fsyncs(Committer committer) {
        return List.of(
                Figure.counter("tern_journal_fsyncs_total", "Times that the disk was asked to make frames safe.",
                        committer::forces),
                Figure.counter("tern_journal_fsync_seconds_total", "How long that took in all.",
                        () -> committer.forcedNanos() / NANOS),
                Figure.gauge("tern_journal_fsync_last_seconds", "How long it took the last time.",
                        () -> committer.lastForceNanos() / NANOS),
                Figure.gauge("tern_journal_fsync_longest_seconds", "How long it took at most since the start.",
                        () -> committer.longestForceNanos() / NANOS));
    }

    private static List<Figure> archive(JournaledStore store) {
        Archiver archiver = store.archiver();
        return List.of(
                Figure.gauge("tern_archive_bytes", "What the archive's files take.", store::archiveBytes),
                Figure.gauge("tern_archive_lag_frames",
                        "Frames that the archive has not taken over; it waits until the journal is large.",
                        () -> Math.max(0, store.segments().durableSequence() - archiver.appliedTo())),
                Figure.counter("tern_archive_frames_total", "Frames that it has taken over.", archiver::appliedFrames),
                Figure.counter("tern_archive_flushes_total", "Times that it made them safe and let the journal go.",
                        archiver::flushes),
                Figure.gauge("tern_archive_reads_waiting", "Readings of queues that wait for their answer.",
                        archiver::waitingReads),
                Figure.counter("tern_archive_reads_refused_total", "Readings put off, since too many waited.",
                        archiver::refusedReads));
    }
}
