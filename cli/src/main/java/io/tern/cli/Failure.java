package io.tern.cli;

import io.tern.client.MqttException;
import io.tern.wire.MqttVersion;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/// What the user reads, and the shell gets, when it did not work.
///
/// @param lines for standard error
/// @param exitCode see [ExitCode]
record Failure(List<String> lines, int exitCode) {

    private static final String PROTOCOL_ERROR =
            "Error: A network protocol error occurred when communicating with the broker.";

    /// What an exception of the client means.
    ///
    /// @param publishing mosquitto_pub says a little more than mosquitto_sub
    static Failure of(MqttException e, MqttVersion version, boolean publishing) {
        return switch (e.kind()) {
            case REFUSED -> refused(e, version, publishing);
            case UNREACHABLE -> e.getCause() instanceof SSLException tls
                    ? one("Error: A TLS error occurred: " + TlsFailure.words(tls) + ".", ExitCode.TLS)
                    : one(unreachable(e.getCause()), ExitCode.FAILED);
            case NETWORK, TIMEOUT -> one("Error: The connection was lost.", ExitCode.CONNECTION_LOST);
            case PROTOCOL -> one(PROTOCOL_ERROR, ExitCode.PROTOCOL);
            case DISCONNECTED -> publishing
                    ? one("Error: The client is not currently connected.", ExitCode.NOT_CONNECTED)
                    : new Failure(List.of(), ExitCode.OK);
            case REJECTED, NOT_SENT, CLOSED -> one("Error: " + e.getMessage(), ExitCode.FAILED);
        };
    }

    private static Failure refused(MqttException e, MqttVersion version, boolean publishing) {
        List<String> lines = new ArrayList<>();
        int code = version.isV5() ? e.reason().value() : ReasonText.returnCode(e.reason());
        lines.add("Connection error: "
                + (version.isV5() ? ReasonText.of(e.reason()) : ReasonText.ofReturnCode(code)));
        if (publishing) {
            lines.add(version.isV5() ? PROTOCOL_ERROR : "Error: The connection was refused.");
        }
        return new Failure(lines, code);
    }

    private static String unreachable(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "Unable to connect (Lookup error.).";
        }
        return "Error: " + (cause instanceof SocketTimeoutException ? "Connection timed out" : cause.getMessage());
    }

    private static Failure one(String line, int exitCode) {
        return new Failure(List.of(line), exitCode);
    }
}
