package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.store.disk.DamagedDataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of damage to each kind of file, against check, start, repair and export: what isn't damaged is not lost,
/// and nothing is lost unsaid.
class DamageTest {

    @TempDir
    private static Path temp;
    private static Path whole;
    private static Set<String> ledger;
    private static int copies;

    /// Changes a file.
    private interface Kind {
        void change(Path file) throws IOException;
    }

    @BeforeAll
    static void make() throws IOException {
        whole = temp.resolve("whole");
        ledger = Kept.make(whole);
    }

    private static Path copy() throws IOException {
        Path copy = temp.resolve("copy-" + copies++);
        Kept.copy(whole, copy);
        return copy;
    }

    private static final Map<String, Kind> KINDS = new TreeMap<>(Map.of(
            "flipped at the beginning", file -> flip(file, 13),
            "flipped in the middle", file -> flip(file, Files.size(file) / 2),
            "flipped near the end", file -> flip(file, Math.max(0, Files.size(file) - 30)),
            "cut to half", file -> cut(file, Files.size(file) / 2),
            "cut by one byte", file -> cut(file, Math.max(0, Files.size(file) - 1)),
            "emptied", file -> cut(file, 0),
            "deleted", Files::delete,
            "a page of zeros", DamageTest::zeros));

    private static void flip(Path file, long at) throws IOException {
        if (Files.size(file) > at) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.seek(at);
                int before = bytes.read();
                bytes.seek(at);
                bytes.write(before ^ 0x10);
            }
        }
    }

    private static void cut(Path file, long bytes) throws IOException {
        try (RandomAccessFile all = new RandomAccessFile(file.toFile(), "rw")) {
            all.setLength(bytes);
        }
    }

    private static void zeros(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = bytes.length() / 2 / 4096 * 4096;
            bytes.seek(at);
            bytes.write(new byte[(int) Math.min(4096, bytes.length() - at)]);
        }
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(whole)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> whole.relativize(file).toString())
                    .filter(name -> name.startsWith("journal/") || name.startsWith("archive/"))
                    .filter(name -> name.matches(".*(\\.sst|MANIFEST.*|CURRENT|newest|store)")
                            || name.matches(".*journal-\\d+") && isChosen(name))
                    .sorted()
                    .toList();
        }
    }

    /// Of the journal the first, one in the middle, the last.
    private static boolean isChosen(String name) {
        return List.of(segment(0), segment(segments() / 2), segment(segments() - 1)).contains(name);
    }

    private static int segments() {
        return segmentNames().size();
    }

    private static String segment(int index) {
        return segmentNames().get(index);
    }

    private static List<String> segmentNames() {
        String[] names = whole.resolve("journal").toFile().list((folder, name) -> name.startsWith("journal-"));
        return Arrays.stream(names).sorted().map(name -> "journal/" + name).toList();
    }

    private static Map<String, Integer> contents(Path folder) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(each).toString(), Arrays.hashCode(Files.readAllBytes(each)));
            }
        }
        return contents;
    }

    private static Set<String> opened(Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        try (OfflineStore store = new OfflineStore(folder, Kept.PROGRAM)) {
            store.export(lines);
        }
        return Kept.told(lines.toString().lines());
    }

    private static Set<String> missing(Set<String> told) {
        Set<String> missing = new TreeSet<>(ledger);
        missing.removeAll(told);
        return missing;
    }

    @Test
    void a_whole_store_is_clean_and_stays_as_it_is() throws IOException {
        Path folder = copy();
        Map<String, Integer> before = contents(folder);
        StoreReport report = StoreCheck.check(folder, Kept.PROGRAM);
        assertThat(report.faults()).isEmpty();
        assertThat(report.losses()).isEmpty();
        assertThat(StoreRepair.repair(folder, Kept.PROGRAM, false, null, said -> { })).isEmpty();
        Map<String, Integer> after = contents(folder);
        after.remove("journal/lock");
        before.remove("journal/lock");
        assertThat(after).isEqualTo(before);
        assertThat(missing(opened(folder))).isEmpty();
    }

    @TestFactory
    List<DynamicTest> every_kind_of_damage_to_every_file() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : files()) {
            KINDS.forEach((name, kind) -> tests.add(DynamicTest.dynamicTest(file + " " + name, () -> {
                Path folder = copy();
                kind.change(folder.resolve(file));
                check(file + " " + name, folder);
            })));
        }
        for (String half : List.of("journal", "archive")) {
            tests.add(DynamicTest.dynamicTest(half + " deleted", () -> {
                Path folder = copy();
                StoreFolder.delete(folder.resolve(half));
                check(half + " deleted", folder);
            }));
        }
        return tests;
    }

    private static void check(String what, Path folder) throws IOException {
        Map<String, Integer> damaged = contents(folder);
        StoreReport report = StoreCheck.check(folder, Kept.PROGRAM);
        assertThat(contents(folder)).as("a check changes nothing").isEqualTo(damaged);

        Path started = temp.resolve("started-" + copies++);
        Kept.copy(folder, started);
        Set<String> afterStart = null;
        try {
            afterStart = opened(started);
        } catch (DamagedDataException e) {
            assertThat(e).hasMessageContaining("tern store");
            assertThat(report.faults()).as("a start that stops on damage, and a check that finds it").isNotEmpty();
        }
        if (afterStart == null) {
            for (String file : damaged.keySet()) {
                if (file.endsWith(".sst") || file.contains("/journal-")) {
                    assertThat(started.resolve(file)).as("a start that stops deletes nothing").exists();
                }
            }
        }

        StringBuilder lines = new StringBuilder();
        StoreExport.write(folder, Kept.PROGRAM, null, lines);
        Set<String> exported = Kept.told(lines.toString().lines());

        Path repaired = temp.resolve("repaired-" + copies++);
        Kept.copy(folder, repaired);
        StoreRepair.repair(repaired, Kept.PROGRAM, false, null, said -> { });
        Set<String> afterRepair = opened(repaired);
        Set<String> lost = missing(afterRepair);
        if (Boolean.getBoolean("tern.full")) {
            System.out.println("| " + what + " | " + (report.isDamaged() ? "damaged" : "clean") + " | "
                    + (afterStart == null ? "stops" : "starts, " + missing(afterStart).size() + " lost") + " | "
                    + lost.size() + " of " + ledger.size() + " |");
        }
        assertThat(exported).as("an export has what a repair keeps").isEqualTo(afterRepair);
        assertThat(StoreCheck.check(repaired, Kept.PROGRAM).faults()).as("after the repair").isEmpty();
        assertThat(lost.isEmpty() || report.isDamaged()).as("lost unsaid: " + lost).isTrue();
        boolean bounded = report.losses().stream().noneMatch(
                line -> line.contains("frames of the journal") || line.contains("can't be told")
                        || line.contains("parts of sessions") || line.contains("archive alone"));
        if (bounded) {
            assertThat(lost.stream().filter(each -> each.startsWith("queued")).count())
                    .as("what it says is lost, and what is").isLessThanOrEqualTo(report.lostMessages());
        }
        assertThat(lost.isEmpty() || !report.losses().isEmpty()).as("lost: " + lost).isTrue();
    }

    /// One changed byte in a message that is retained: what else stood in its frame can still be read.
    @Test
    void what_is_left_of_a_lost_frame_says_whose_it_was() throws IOException {
        Path folder = copy();
        Path file = folder.resolve(segment(segments() - 1));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("retained/");
        String topic = text.substring(at).replaceFirst("(?s)^(retained/\\d+).*", "$1");
        flip(file, at + topic.length() + 50);

        StoreReport report = StoreCheck.check(folder, Kept.PROGRAM);
        StoreRepair.repair(folder, Kept.PROGRAM, false, null, said -> { });
        Set<String> lost = missing(opened(folder));

        assertThat(report.losses()).anyMatch(line -> line.startsWith("lost: 1 frames of the journal"))
                .contains("lost: maybe the retained message of '" + topic + "'");
        assertThat(lost).contains("retained " + topic).anyMatch(each -> each.startsWith("queued "));
        assertThat(lost).filteredOn(each -> each.startsWith("queued ")).allSatisfy(each -> assertThat(report.losses())
                .anyMatch(line -> line.contains(" in the queue of " + named(each.split(" ")[1]))));
        assertThat(report.lostMessages())
                .isEqualTo(lost.stream().filter(each -> each.startsWith("queued ")).count());
    }

    private static String named(String whose) {
        if (whose.equals(Kept.DELAYED)) {
            return "delayed messages ";
        }
        return Kept.isGroup(whose) ? "group '$share/g/own/#'" : "client 'client-" + whose + "'";
    }

    /// One changed byte in the payload of a delayed message: it is said where it would have gone, and when.
    @Test
    void of_a_delayed_message_in_a_lost_frame_it_is_said_where_it_would_have_gone() throws IOException {
        Path folder = copy();
        Path file = folder.resolve(segment(segments() - 1));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("later/");
        String topic = text.substring(at).replaceFirst("(?s)^(later/\\d+).*", "$1");
        flip(file, at + topic.length() + 50);

        StoreReport report = StoreCheck.check(folder, Kept.PROGRAM);

        assertThat(report.losses())
                .anyMatch(line -> line.startsWith("lost: maybe the delayed message to '" + topic + "', due at 20"))
                .anyMatch(line -> line.contains(" in the queue of delayed messages "));
        StoreRepair.repair(folder, Kept.PROGRAM, false, null, said -> { });
        assertThat(missing(opened(folder))).contains("queued delayed " + topic);
    }

    @Test
    void delayed_messages_are_counted_with_those_in_the_journal() throws IOException {
        long delayed = ledger.stream().filter(each -> each.startsWith("queued delayed")).count();
        assertThat(StoreCheck.check(copy(), Kept.PROGRAM).facts())
                .contains("delayed messages: " + delayed + " in 1 queues, with what the journal adds");
    }

    @Test
    void a_store_that_is_in_use_is_not_looked_at() throws IOException {
        Path folder = copy();
        OfflineStore inUse = new OfflineStore(folder, Kept.PROGRAM);
        try (inUse) {
            assertThatThrownBy(() -> StoreCheck.check(folder, Kept.PROGRAM)).hasMessageContaining("in use");
        }
    }
}
