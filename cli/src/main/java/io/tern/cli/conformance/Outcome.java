package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;

/// How a case ended in one version.
///
/// @param of the case
/// @param version it was run in
/// @param line number of the line that failed, 0 if none did
/// @param expected what that line wanted, null if all was well
/// @param got what came instead, null if all was well
public record Outcome(ConformanceCase of, MqttVersion version, int line, String expected, String got) {

    /// Whether all was as it has to be.
    ///
    /// @return false if a line failed
    public boolean passed() {
        return expected == null;
    }

    @Override
    public String toString() {
        String what = of.file() + ": " + of.name() + " [" + version + "]";
        return passed() ? what : what + "\n  line " + line + " expected: " + expected + "\n  got: " + got;
    }
}
