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
/// @param waits told there, before the answer, that frames have to be applied for it
/// @param answer gets them in the same order, null for each that is not what is retained any more. What is missing at
///     the end was not read: behind the first that was waited for, and behind those that are there
public record RetainedRequest(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> answer) {}
