package io.tern.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The page docs/memory.md: words around a table of weights that is made anew by those who weigh.
///
/// @param file where it is
record MemoryPage(Path file) {

    private static final String BEGIN = "| what | charged | weighs |\n| --- | ---: | ---: |\n";
    private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| (\\d+) \\| (\\d+) \\|");

    /// @return what is charged, and what it weighs, by what it is
    Map<String, long[]> rows() throws IOException {
        Map<String, long[]> rows = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), new long[] {Long.parseLong(row.group(2)), Long.parseLong(row.group(3))});
            }
        }
        return rows;
    }

    void write(List<String> rows) throws IOException {
        String page = Files.readString(file);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf("\n\n", begin - 1);
        Files.writeString(file, page.substring(0, begin) + String.join("\n", rows) + page.substring(end));
    }
}
