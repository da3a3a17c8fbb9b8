package io.tern.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The secret by which a broker on this machine knows whoever can read its data folder.
final class OperatorSecret {

    /// The user who shows it.
    static final String USER = "$operator";

    private static final String FILE = "operator.secret";

    private OperatorSecret() {}

    /// Looks for it.
    ///
    /// @param dataDir the broker's; null for where it is unless something else was set
    /// @param place where it is to be shown, as in [ConnectOptions#localPlace]; null for another machine
    /// @return null if there is none for a broker there
    /// @throws UsageException if there is none in a folder that was named
    static byte[] find(Path dataDir, String place) throws UsageException {
        Path folder = dataDir != null ? dataDir : Path.of(System.getProperty("user.home"), ".tern");
        List<String> lines;
        try {
            lines = place == null ? List.of() : Files.readAllLines(folder.resolve(FILE));
        } catch (IOException e) {
            lines = List.of();
        }
        boolean fits = !lines.isEmpty() && lines.subList(1, lines.size()).contains(place);
        if (!fits && dataDir != null) {
            throw new UsageException("Error: No broker that listens "
                    + (place == null ? "on another machine" : "at " + place) + " has its data in " + dataDir
                    + ", or you may not read it.");
        }
        return fits ? lines.getFirst().getBytes(StandardCharsets.US_ASCII) : null;
    }
}
