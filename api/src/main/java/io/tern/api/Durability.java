package io.tern.api;

/// How safe a message is before its publisher hears that it was taken.
public enum Durability {
    /// On the disk: it outlives the loss of power.
    SYNC,
    /// With the operating system: it outlives the end of the process, however that comes.
    OS,
    /// In memory.
    NONE
}
