package io.tern.store.archive;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.json.Json;
import io.tern.json.JsonException;
import io.tern.store.journal.JournalRecords;
import io.tern.wire.Properties;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Takes in what [Export] wrote, into an archive that holds nothing yet and waits for the first frame of a journal that
/// has none. For the archive's thread.
///
/// Sessions, ids and retained messages keep their numbers, so the journal that follows has to begin above
/// [Archive#highestEpoch], [Archive#highestId] and [Archive#highestRetained].
public final class Import {

    private static final int STEP_KEYS = 10_000;

    /// Stands in for a message that nobody needs any more.
    private static final Message LET_GO =
            new Message(TopicName.of("gone"), new byte[0], 0, false, Properties.NONE, null, Message.NEVER);

    private final Archive archive;
    private final JournalRecords records;
    private final ImportRules rules = new ImportRules();
    private long line;
    private long format;
    /// Of the session in the line before.
    private long sentEnd;

    private Import(Archive archive) {
        this.archive = archive;
        this.records = archive.records();
    }

    /// Reads all lines, and makes what they say safe.
    ///
    /// @param lines as [Export] wrote them; not closed
    /// @param archive a new one
    /// @throws IOException naming the line that is wrong. The archive holds a part then, and is of no use
    public static void read(BufferedReader lines, Archive archive) throws IOException {
        new Import(archive).read(lines);
    }

    private void read(BufferedReader lines) throws IOException {
        if (!archive.isEmpty()) {
            throw new IOException("the archive is not empty: import needs a new one");
        }
        archive.frame(0);
        boolean ended = false;
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            line++;
            if (ended) {
                throw wrong("something follows the line 'end'", null);
            }
            try {
                ended = take(text);
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage(), e);
            }
            if (archive.weight() >= STEP_KEYS) {
                archive.commit(archive.position());
            }
        }
        if (!ended) {
            throw wrong("the last line is not 'end': the file is cut off", null);
        }
        archive.commit(archive.position());
        if (format < Archive.GROUPS_TOLD_APART) {
            archive.tellGroupsApart();
        }
        archive.flush();
    }

    private IOException wrong(String what, Exception cause) {
        return new IOException("line " + line + ": " + what, cause);
    }

    /// @return whether it was the last
    private boolean take(String text) {
        if (!(value(text) instanceof Map<?, ?> object) || object.size() != 1) {
            throw new IllegalArgumentException("this is no line of an export");
        }
        Map.Entry<?, ?> only = object.entrySet().iterator().next();
        Fields fields = Fields.of(only.getValue(), only.getKey().toString());
        if ((line == 1) != only.getKey().equals("tern_export")) {
            throw new IllegalArgumentException("an export begins with one line 'tern_export'");
        }
        switch (only.getKey().toString()) {
            case "tern_export" -> {
                format = fields.number("format");
                if (format > Export.FORMAT) {
                    throw new IllegalArgumentException("format " + format + " was written by "
                            + fields.text("written_by") + "; this Tern knows formats up to " + Export.FORMAT);
                }
            }
            case "body" -> {
                rules.body(fields.number("id"));
                records.body(fields.number("id"), message(fields.object("message")));
            }
            case "session" -> session(fields);
            case "group" -> group(fields);
            case "loose" -> {
                rules.belongs(fields.number("epoch"));
                rules.loose(fields.number("first"), fields.number("end"));
                records.mayBeSent(fields.number("epoch"), sentEnd, fields.number("first"), fields.number("end"));
            }
            case "subscription" -> {
                rules.belongs(fields.number("epoch"));
                rules.subscription(fields.text("filter"), fields.within("options", 0, 0xFF));
                records.subscribed(fields.number("epoch"), fields.text("filter"),
                        fields.within("options", 0, 0xFF), fields.within("identifier", 0, 268_435_455));
            }
            case "inbound" -> {
                rules.belongs(fields.number("epoch"));
                records.inboundOpened(fields.number("epoch"), fields.within("packet_id", 1, 0xFFFF), 0);
            }
            case "queue" -> {
                rules.belongs(fields.number("epoch"));
                rules.queue(fields.number("end"));
                archive.given(fields.number("epoch"), fields.number("end"));
            }
            case "queued" -> queued(fields);
            case "delayed" -> {
                rules.delayed(fields.number("epoch"));
                records.delayedOpened(fields.number("epoch"));
            }
            case "delayed_message" -> delayed(fields);
            case "retained" -> {
                Message message = message(fields.object("message")).ownedBy(owner(fields));
                rules.retained(message.topic().value(), fields.number("sequence"));
                records.retainedSet(message, fields.number("sequence"));
            }
            case "end" -> {
                rules.end(fields.number("highest_epoch"), fields.number("highest_id"),
                        fields.number("highest_retained"));
                if (fields.number("lines") != line - 1) {
                    throw new IllegalArgumentException(
                            "there were " + fields.number("lines") + " lines before this one, not " + (line - 1));
                }
                archive.reached(fields.number("highest_epoch"), fields.number("highest_id"),
                        fields.number("highest_retained"));
                return true;
            }
            default -> throw new IllegalArgumentException("nothing of an export is called '" + only.getKey() + "'");
        }
        return false;
    }

    private static Object value(String text) {
        try {
            return Json.read(text);
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.getMessage().replace("line 1, ", ""), e); // Each line is a document.
        }
    }

    private void session(Fields fields) {
        long epoch = fields.number("epoch");
        long expirySeconds = fields.number("expiry_seconds");
        if (format < Archive.GROUPS_TOLD_APART) {
            rules.formerSession(epoch, expirySeconds);
        } else {
            rules.session(epoch, fields.text("client_id"), expirySeconds);
        }
        Fields will = fields.has("will") ? fields.object("will") : null;
        records.sessionOpened(
                epoch, fields.text("client_id"), owner(fields), expirySeconds, will == null ? null : will(will));
        sentEnd = fields.has("sent_end") ? fields.number("sent_end") : Records.SENT_UNKNOWN;
        if (fields.has("left_millis")) {
            records.sessionLeft(epoch, fields.number("left_millis"), expirySeconds, will != null, sentEnd);
        } else if (sentEnd != Records.SENT_UNKNOWN) {
            records.mayBeSent(epoch, sentEnd, 0, 0);
        }
    }

    private void group(Fields fields) {
        String filter = fields.text("filter");
        rules.group(fields.number("epoch"), filter);
        records.groupOpened(fields.number("epoch"), filter);
    }

    private void queued(Fields fields) {
        long epoch = fields.number("epoch");
        long sequence = fields.number("sequence");
        rules.belongs(epoch);
        rules.queued(sequence, false);
        int qos = fields.within("qos", 1, 2);
        boolean retain = fields.flag("retain");
        int[] identifiers = fields.has("identifiers") ? fields.numbers("identifiers") : null;
        if (fields.has("body")) {
            rules.refers(fields.number("body"));
            records.queuedShared(epoch, sequence, fields.number("body"), qos, retain, identifiers, 0);
        } else if (fields.has("received")) {
            records.queued(epoch, sequence, LET_GO, qos, retain, identifiers, 0);
            records.received(epoch, sequence);
        } else {
            records.queued(epoch, sequence, message(fields.object("message")), qos, retain, identifiers, 0);
        }
    }

    private void delayed(Fields fields) {
        long epoch = fields.number("epoch");
        long dueMillis = fields.within("due_millis", 0L, DueSequence.DUE_MILLIS_MAX);
        long sequence = DueSequence.of(dueMillis, fields.within("number", 0, DueSequence.NUMBERS - 1));
        rules.belongs(epoch);
        rules.queued(sequence, true);
        records.delayed(epoch, sequence, message(fields.object("message")).ownedBy(owner(fields)), 0);
    }

    private static Message message(Fields fields) {
        return new Message(TopicName.of(fields.text("topic")), fields.bytes("payload"), fields.within("qos", 0, 2),
                fields.flag("retain"), properties(fields),
                fields.has("publisher_id") ? fields.text("publisher_id") : null,
                fields.has("expires_at_millis") ? fields.number("expires_at_millis") : Message.NEVER);
    }

    private static Owner owner(Fields kept) {
        if (!kept.has("owner")) {
            return null;
        }
        Fields owner = kept.object("owner");
        return owner.has("place")
                ? Owner.at(owner.text("place"))
                : Owner.of(owner.has("user_name") ? owner.text("user_name") : null);
    }

    private static Will will(Fields fields) {
        return new Will(TopicName.of(fields.text("topic")), fields.bytes("payload"), fields.within("qos", 0, 2),
                fields.flag("retain"), properties(fields));
    }

    private static Properties properties(Fields fields) {
        if (!fields.has("properties")) {
            return Properties.NONE;
        }
        byte[] encoded = fields.bytes("properties");
        return Properties.ofEncoded(encoded, 0, encoded.length);
    }

    /// An object's fields, each of the type it must have.
    private record Fields(Map<?, ?> values, String name) {

        static Fields of(Object value, String name) {
            if (value instanceof Map<?, ?> map) {
                return new Fields(map, name);
            }
            throw new IllegalArgumentException("'" + name + "' is no object");
        }

        boolean has(String field) {
            return values.containsKey(field);
        }

        private <T> T get(String field, Class<T> type) {
            Object value = values.get(field);
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException(
                        "'" + name + "' has " + (value == null ? "no '" : "a wrong '") + field + "'");
            }
            return type.cast(value);
        }

        Fields object(String field) {
            return of(get(field, Map.class), field);
        }

        String text(String field) {
            return get(field, String.class);
        }

        boolean flag(String field) {
            return get(field, Boolean.class);
        }

        byte[] bytes(String field) {
            return Base64.getDecoder().decode(text(field));
        }

        long number(String field) {
            long value = get(field, Long.class);
            if (value < 0) {
                throw new IllegalArgumentException("'" + field + "' is " + value);
            }
            return value;
        }

        int within(String field, int min, int max) {
            return (int) within(field, (long) min, (long) max);
        }

        long within(String field, long min, long max) {
            long value = number(field);
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        "'" + field + "' is " + value + ", not " + min + " to " + max);
            }
            return value;
        }

        int[] numbers(String field) {
            List<?> values = get(field, List.class);
            int[] numbers = new int[values.size()];
            for (int i = 0; i < numbers.length; i++) {
                if (!(values.get(i) instanceof Long number) || number < 1 || number > 268_435_455) {
                    throw new IllegalArgumentException("'" + field + "' has " + values.get(i));
                }
                numbers[i] = number.intValue();
            }
            return numbers;
        }
    }
}
