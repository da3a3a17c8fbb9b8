/// The words of MQTT as Java values: the fifteen control packets of 3.1, 3.1.1 and 5.0, their properties and reason
/// codes, topic names and topic filters.
///
/// One [Packet] type serves all three versions. What a version doesn't have is simply empty: packets of 3.1 and 3.1.1
/// carry [Properties#NONE] and only those reason codes that they can express. How packets become bytes and back is the
/// business of `io.tern.wire.codec`; here nothing knows a byte stream, a socket, a thread or a clock.
///
/// Everything here is immutable and may be shared between threads. Byte arrays are handed over, not copied: neither the
/// maker nor a reader of a packet changes an array after that.
package io.tern.wire;
