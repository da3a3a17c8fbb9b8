package io.tern.examples.house;

import io.tern.wire.TopicName;

/// One publisher's messages on one topic. MQTT keeps their order.
///
/// @param topic where they go
/// @param from who publishes them
record Stream(TopicName topic, String from) {
}
