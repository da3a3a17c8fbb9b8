/// The files of one folder, as a store sees them: the port [io.tern.store.disk.Disk], the real one, and one in memory
/// that loses what a power failure would lose.
package io.tern.store.disk;
