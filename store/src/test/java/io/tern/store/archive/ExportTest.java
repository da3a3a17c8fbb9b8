package io.tern.store.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.store.table.MemoryTable;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExportTest {

    private static final String ODD = "\"\\ \n\t\u0001\u007F\u00e4\u20ac\ud83d\ude00/";

    private static String export(Archive archive) throws IOException {
        StringBuilder lines = new StringBuilder();
        Export.write(archive, "a test", lines);
        return lines.toString();
    }

    private static Archive open() throws IOException {
        return Archive.open(new MemoryTable(), "a test");
    }

    private static Archive read(String lines) throws IOException {
        Archive archive = open();
        Import.read(new BufferedReader(new StringReader(lines)), archive);
        return archive;
    }

    private static Message message(String text) {
        return new Message(TopicName.of("a/b"), text.getBytes(StandardCharsets.UTF_8), 2, true,
                Properties.builder().with(Property.CONTENT_TYPE, "text/\u00e4").build(), "p" + ODD, 77);
    }

    private static Archive filled() throws IOException {
        Archive archive = open();
        archive.frame(1);
        var records = archive.records();
        records.sessionOpened(3, "client " + ODD, Owner.of("user " + ODD), 0xFFFF_FFFFL,
                new Will(TopicName.of("w"), new byte[] {1}, 1, true, Properties.NONE));
        records.sessionLeft(3, 1_700_000_000_000L, 0xFFFF_FFFFL, true, 7);
        records.sessionOpened(4, "other", Owner.of(null), 0, null);
        records.subscribed(3, "z/#", 5, 0);
        records.subscribed(3, "a/+", 1, 268_435_455);
        records.inboundOpened(3, 65_535, 0);
        records.body(9, message("shared"));
        records.queuedShared(3, 6, 9, 1, false, new int[] {1, 268_435_455}, 0);
        records.queuedShared(4, 0, 9, 2, true, null, 0);
        records.queued(3, 7, message("own"), 2, false, null, 0);
        records.queued(3, 8, message("gone"), 2, false, null, 0);
        records.received(3, 8);
        records.settled(3, 20);
        records.retainedSet(message("retained").ownedBy(Owner.of("user " + ODD)), 55);
        records.retainedSet(new Message(TopicName.of("y"), new byte[1], 0, true, Properties.NONE, null, Message.NEVER)
                .ownedBy(Owner.at("192.0.2.7")), 57);
        records.sessionOpened(13, "placed", Owner.at("2001:db8:0:0::/64"), 5, null);
        records.retainedCleared(TopicName.of("x"), 56);
        records.groupOpened(11, "$share/g/a/\"ä");
        records.queued(11, 4, message("for the group"), 1, false, null, 0);
        records.delayedOpened(14);
        records.delayed(14, DueSequence.of(1_790_000_000_000L, 2),
                message("later").ownedBy(Owner.of("user " + ODD)), 0);
        records.delayed(14, DueSequence.of(1_790_000_000_000L, 1), new Message(TopicName.of("a"), new byte[] {1}, 0,
                false, Properties.NONE, "p", Message.NEVER).ownedBy(Owner.of(null)), 0);
        records.sessionOpened(12, "gone", null, 0, null);
        records.sessionEnded(12);
        archive.commit(2);
        archive.endRun();
        return archive;
    }

    @Test
    void what_was_exported_is_imported() throws IOException {
        Archive archive = filled();
        String lines = export(archive);
        Archive again = read(lines);
        assertThat(Described.of(again, new Random(1))).isEqualTo(Described.of(archive, new Random(1)));
        assertThat(Described.of(again, new Random(1))).hasSizeGreaterThan(9);
        assertThat(again.highestEpoch()).isEqualTo(14);
        assertThat(again.highestId()).isEqualTo(9);
        assertThat(again.highestRetained()).isEqualTo(57);
        assertThat(again.position()).isEqualTo(1);
        assertThat(export(again)).isEqualTo(lines);
        Described.check(again, false);
    }

    @Test
    void random_archives_come_back_the_same() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            RandomJournal journal = new RandomJournal(new Random(seed));
            Archive archive = open();
            for (int frame = 1; frame <= 100; frame++) {
                journal.addFrame();
                archive.frame(frame);
                journal.frames.getLast().forEach(record -> record.accept(archive.records()));
                archive.commit(frame + 1);
            }
            archive.endRun();
            Archive again = read(export(archive));
            assertThat(Described.of(again, new Random(1)))
                    .as("seed %d", seed)
                    .isEqualTo(Described.of(archive, new Random(1)));
        }
    }

    @Test
    void it_is_text_that_a_person_can_read() throws IOException {
        assertThat(export(filled()).lines())
                .contains("{\"tern_export\":{\"format\":5,\"written_by\":\"a test\"}}")
                .contains("{\"session\":{\"epoch\":4,\"client_id\":\"other\",\"owner\":{},\"expiry_seconds\":0}}")
                .contains("{\"subscription\":{\"epoch\":3,\"filter\":\"z/#\",\"options\":5,\"identifier\":0}}")
                .contains("{\"queued\":{\"epoch\":3,\"sequence\":8,\"qos\":2,\"retain\":false,\"received\":true}}")
                .contains("{\"queue\":{\"epoch\":3,\"end\":21}}")
                .contains("{\"delayed\":{\"epoch\":14}}")
                .contains("{\"delayed_message\":{\"epoch\":14,\"due_millis\":1790000000000,\"number\":1,\"owner\":{},"
                        + "\"message\":{\"topic\":\"a\",\"payload\":\"AQ==\",\"qos\":0,\"retain\":false,"
                        + "\"publisher_id\":\"p\"}}}")
                .anyMatch(line -> line.startsWith("{\"group\":{\"epoch\":11,\"filter\":\"$share/g/a/"));
    }

    @Test
    void a_session_exported_in_format_1_comes_without_an_owner() throws IOException {
        Archive old = read(export(filled())
                .replace("\"format\":5", "\"format\":1")
                .replaceAll("\"owner\":\\{[^}]*},", ""));

        assertThat(Described.of(old, new Random(1)))
                .contains(NaiveState.session(4, "other", null, 0, null, Recovered.CONNECTED, Records.SENT_UNKNOWN));
    }

    @Test
    void a_group_exported_in_format_2_is_told_from_a_client_of_its_name() throws IOException {
        String name = "$share/g/a";
        Archive older = open();
        older.frame(1);
        older.records().sessionOpened(3, name, null, 0xFFFF_FFFFL, null);
        older.records().queued(3, 4, message("for the group"), 1, false, null, 0);
        older.records().sessionOpened(4, name, Owner.of(null), 0xFFFF_FFFFL, null);
        older.commit(2);

        Archive archive = read(export(older).replace("\"format\":5", "\"format\":2"));

        assertThat(Described.of(archive, new Random(1))).contains(
                NaiveState.group(3, name),
                NaiveState.queue(3, 4, 5, 1),
                NaiveState.session(
                        4, name, Owner.of(null), 0xFFFF_FFFFL, null, Recovered.CONNECTED, Records.SENT_UNKNOWN));
    }

    @Test
    void a_file_that_is_wrong_is_refused_with_its_line() throws IOException {
        String lines = export(filled());
        assertThatThrownBy(() -> read(lines.substring(0, lines.lastIndexOf("{\"end"))))
                .isInstanceOf(IOException.class).hasMessageContaining("cut off");
        assertThatThrownBy(() -> read(lines.replace("\"epoch\":4,\"client_id\"", "\"client_id\"")))
                .isInstanceOf(IOException.class).hasMessageMatching("line \\d+: 'session' has no 'epoch'");
        assertThatThrownBy(() -> read(lines.replaceFirst("\\{\"inbound.*\\n", "")))
                .isInstanceOf(IOException.class).hasMessageContaining("lines before");
        assertThatThrownBy(() -> read(lines + "\n"))
                .isInstanceOf(IOException.class).hasMessageContaining("follows");
        assertThatThrownBy(() -> read(lines.replace("\"format\":5", "\"format\":6")))
                .isInstanceOf(IOException.class).hasMessageContaining("format 6").hasMessageContaining("a test");
        assertThatThrownBy(() -> read(lines.substring(lines.indexOf('\n') + 1)))
                .isInstanceOf(IOException.class).hasMessageContaining("line 1");
        assertThatThrownBy(() -> read(lines.replace("$share/g/", "$share//")))
                .isInstanceOf(IOException.class).hasMessageMatching("(?s)line \\d+: .*");
        assertThatThrownBy(() -> read(lines.replace("z/#", "z/\\q")))
                .isInstanceOf(IOException.class).hasMessageMatching("line \\d+: column \\d+: .*");
        assertThatThrownBy(() -> read(lines.replace("\"number\":2", "\"number\":0")))
                .isInstanceOf(IOException.class).hasMessageContaining("comes after");
        assertThatThrownBy(() -> read(lines.replace("\"due_millis\":179", "\"due_millis\":179000")))
                .isInstanceOf(IOException.class).hasMessageContaining("'due_millis' is");
        assertThatThrownBy(() -> read(lines.replace("{\"delayed\":{\"epoch\":14}}",
                "{\"group\":{\"epoch\":14,\"filter\":\"$share/x/y\"}}")))
                .isInstanceOf(IOException.class).hasMessageContaining("no queue of delayed messages");
        Archive used = filled();
        assertThatThrownBy(() -> Import.read(new BufferedReader(new StringReader(lines)), used))
                .isInstanceOf(IOException.class).hasMessageContaining("not empty");
    }

    @Test
    void numbers_say_what_is_there() throws IOException {
        ArchiveStats stats = ArchiveStats.of(filled());
        assertThat(stats.sessions()).isEqualTo(3);
        assertThat(stats.groups()).isEqualTo(1);
        assertThat(stats.subscriptions()).isEqualTo(2);
        assertThat(stats.queuedMessages()).isEqualTo(7);
        assertThat(stats.delayedQueues()).isEqualTo(1);
        assertThat(stats.delayedMessages()).isEqualTo(2);
        assertThat(stats.sharedMessages()).isEqualTo(1);
        assertThat(stats.retained()).isEqualTo(2);
        assertThat(stats.largest()).extracting(ArchiveStats.QueueStats::name)
                .containsExactlyInAnyOrder("client " + ODD, "other", "$share/g/a/\"ä", "14");
        assertThat(stats.largest()).filteredOn(each -> each.of() == ArchiveStats.QueueOf.GROUP).hasSize(1);
        assertThat(stats.largest()).filteredOn(each -> each.name().startsWith("client"))
                .singleElement().satisfies(each -> assertThat(each.messages()).isEqualTo(3));
        assertThat(stats.queuedBytes())
                .isEqualTo(stats.largest().stream().mapToLong(ArchiveStats.QueueStats::bytes).sum())
                .isPositive();
        assertThat(stats.sessionFileBytes()).isPositive();
        assertThat(stats.sharedFileBytes()).isPositive();
    }
}
