/// The archive: what a journal's records add up to, and where it is read from.
///
/// Read it from [io.tern.store.archive.Archive] on, which is the state and knows neither the journal's files nor
/// threads. What the keys are stands in `Keys`. [io.tern.store.archive.Archiver] brings frames to it when it is time
/// to.
package io.tern.store.archive;
