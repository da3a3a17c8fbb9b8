/// The journal: what happened to durable state, in the order it happened, safe on disk before anybody is told.
///
/// Read it in this order. [io.tern.store.journal.Staging] takes one shard's records
/// ([io.tern.store.journal.RecordWriter] gives them their bytes) and hands them over as a chunk.
/// [io.tern.store.journal.Committer] writes the chunks of all shards as one frame into
/// [io.tern.store.journal.Segments], forces it, and tells each [io.tern.api.Progress]. After a restart, and for the
/// archive, [io.tern.store.journal.FrameReader] gives the frames back, and [io.tern.store.journal.RecordReader] says
/// their records again.
///
/// Nothing here starts a thread or reads a clock, [io.tern.store.journal.CommitterThread] apart: work is done by steps,
/// so that a simulator can take them.
package io.tern.store.journal;
