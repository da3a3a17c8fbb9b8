/// An ordered store of bytes under keys of bytes: the port [io.tern.store.table.Table], RocksDB behind it, and a model
/// of it in memory for the simulator.
///
/// Nothing here knows what the bytes mean; that is the archive's.
package io.tern.store.table;
