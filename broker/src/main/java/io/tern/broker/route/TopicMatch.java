package io.tern.broker.route;

import io.tern.broker.index.FilterEntry;
import io.tern.wire.TopicName;

/// What a topic matched, as its publisher remembers it: good for as long as the index has the version that was read
/// before matching.
///
/// @param topic what was looked up
/// @param version of the index, read before
/// @param entries filters that matched; some may be dead by now
/// @param handling how messages to it are handled
record TopicMatch(TopicName topic, long version, FilterEntry[] entries, TopicRules.Handling handling) {}
