/// The command-line tools on the client library: `tern pub` and `tern sub`, with the flags, output and exit codes
/// that users of mosquitto_pub and mosquitto_sub know by heart. Start at [Cli].
package io.tern.cli;
