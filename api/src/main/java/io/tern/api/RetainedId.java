package io.tern.api;

import io.tern.wire.TopicName;

/// Names what was retained for a topic at one time.
///
/// @param topic whose message it is
/// @param sequence of the change that brought it, see [Records#retainedSet]
public record RetainedId(TopicName topic, long sequence) {}
