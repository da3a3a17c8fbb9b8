/// The client library: a blocking and an asynchronous face over one client session without I/O.
///
/// Start at [MqttClient]. [ClientSession] is the protocol alone: packets in, packets and events out, time as an
/// argument; the simulator drives it without a socket.
package io.tern.client;
