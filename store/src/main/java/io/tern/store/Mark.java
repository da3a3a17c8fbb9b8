package io.tern.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file `store` in a journal's folder: that there is an archive to this journal, which one, and whether that held
/// something that never stood in the journal. One line of text.
///
/// @param id of the archive, 32 hexadecimal digits
/// @param filled whether the archive can't be made again of a journal that is whole from its first frame on
record Mark(String id, boolean filled) {

    static final String NAME = "store";

    private static final Pattern FORM = Pattern.compile("tern store 1 archive ([0-9a-f]{32}) (new|filled)\\s*");

    /// @return null if there is none, or it can't be understood
    static Mark read(Path journal) throws IOException {
        Path file = journal.resolve(NAME);
        if (!Files.isRegularFile(file) || Files.size(file) > 200) {
            return null;
        }
        Matcher matcher = FORM.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        return matcher.matches() ? new Mark(matcher.group(1), matcher.group(2).equals("filled")) : null;
    }

    /// Puts it there at once, in place of another.
    void write(Path journal) throws IOException {
        WholeFile.write(journal.resolve(NAME), "tern store 1 archive " + id + (filled ? " filled" : " new") + "\n");
    }
}
