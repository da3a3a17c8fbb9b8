package io.tern.admin.control;

import io.tern.api.Backups;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// The commands by which a backup is read: `beginBackup`, `readBackup` as often as it takes, `endBackup`.
///
/// @param backups who hands it out
record BackupCommands(Backups backups) {

    /// @return what is answered; null for nothing
    Object data(String command, String id, String file, long offset) throws IOException {
        switch (command) {
            case "beginBackup" -> {
                Backups.Begun begun = backups.begin();
                List<Map<String, Object>> files = begun.parts().stream()
                        .map(part -> Map.<String, Object>of("name", part.name(), "bytes", part.bytes()))
                        .toList();
                return Map.of("backup", begun.id(), "frame", begun.frame(), "files", files);
            }
            case "readBackup" -> {
                Backups.Piece piece = backups.read(id, file, offset);
                return Map.of("data", Base64.getEncoder().encodeToString(piece.bytes()),
                        "wait_millis", piece.waitMillis());
            }
            default -> {
                backups.end(id);
                return null;
            }
        }
    }
}
