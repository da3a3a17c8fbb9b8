package io.tern.store.archive;

import io.tern.api.Stored;
import java.util.List;

/// A stretch of a session's queue, read back.
///
/// @param messages in their order, each with its sequence; some numbers between may be missing
/// @param more whether others are behind the last, before the end that was asked for
public record QueueSlice(List<Stored> messages, boolean more) {}
