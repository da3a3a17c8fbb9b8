package io.tern.examples.house;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// How it went.
///
/// @param rows one for each receiver and QoS
/// @param sentences what else was promised
/// @param troubles connections lost and the like: no promise, but an explanation
/// @param published messages acknowledged to their publishers
/// @param received arrivals at all receivers
record Report(List<Row> rows, List<Sentence> sentences, List<String> troubles, long published, long received) {

    /// What one receiver got at one QoS, and whether that is what it was promised.
    record Row(String receiver, String filter, int qos, Tally tally, boolean isKept) { }

    /// A promise in words, and whether it was kept.
    record Sentence(String text, boolean isKept) { }

    boolean isKept() {
        return rows.stream().allMatch(Row::isKept) && sentences.stream().allMatch(Sentence::isKept);
    }

    /// Whether nothing is missing, not even at QoS 0, where something may.
    boolean isComplete() {
        return isKept() && rows.stream().allMatch(row -> row.tally.lost() == 0);
    }

    void print(PrintWriter out) {
        out.printf("%n%-15s %-42s %3s %9s %9s %6s %6s %9s%n", "receiver", "first subscription", "QoS", "owed", "got",
                "lost", "twice", "disorder");
        for (Row row : rows) {
            Tally tally = row.tally;
            out.printf("%-15s %-42s %3d %9d %9d %6d %6d %9d  %s%n", row.receiver, row.filter, row.qos, tally.owed(),
                    tally.got(), tally.lost(), tally.twice(), tally.disordered(), row.isKept ? "ok" : "BROKEN");
        }
        out.println();
        for (Sentence sentence : sentences) {
            out.printf("%-6s  %s%n", sentence.isKept ? "ok" : "BROKEN", sentence.text);
        }
        for (String trouble : troubles) {
            out.println("note    " + trouble);
        }
        out.printf("%n%s: %d messages published, %d received.%n",
                isKept() ? "All promises were kept" : "PROMISES WERE BROKEN", published, received);
        out.flush();
    }

    @Override
    public String toString() {
        StringWriter text = new StringWriter();
        print(new PrintWriter(text));
        return text.toString();
    }
}
