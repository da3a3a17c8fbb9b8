package io.tern.store.archive;

import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.RetainedId;
import java.util.List;
import java.util.function.Consumer;

/// Somebody wants to have retained messages read back.
///
/// @param wanted which
/// @param loop where the answer is given
/// @param answer gets them in the same order, null for each that is not what is retained any more
public record RetainedRequest(List<RetainedId> wanted, Loop loop, Consumer<List<Message>> answer) {}
