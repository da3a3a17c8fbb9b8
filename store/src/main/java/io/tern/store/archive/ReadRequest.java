package io.tern.store.archive;

import io.tern.api.Loop;
import java.util.function.Consumer;

/// Somebody wants to have a stretch of a queue read back.
///
/// @param epoch of the session
/// @param fromSequence where to begin
/// @param endSequence where to end, not read itself
/// @param maxBytes no message is read after this many bytes are reached; at least one is read
/// @param loop where the answer is given
/// @param answer gets what was there
public record ReadRequest(
        long epoch, long fromSequence, long endSequence, long maxBytes, Loop loop, Consumer<QueueSlice> answer) {}
