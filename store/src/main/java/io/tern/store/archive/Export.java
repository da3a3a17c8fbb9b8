package io.tern.store.archive;

import io.tern.api.DueSequence;
import io.tern.api.Message;
import io.tern.api.Owner;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.json.JsonLines;
import io.tern.store.table.Cursor;
import io.tern.store.table.Table;
import io.tern.wire.Will;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/// Writes all that an archive holds as text that a person can read and [Import] takes in again: one JSON object a line.
/// Messages that queues share stand there once and are named by their id; payloads and properties are in Base64.
///
/// What waits for its commit is left out: [Archive#endRun] comes first. For the archive's thread.
public final class Export {

    /// Version of the form of the lines. Format 1 had neither the owner of a session nor the end of what was sent; in
    /// formats 1 and 2 groups looked like sessions; format 3 had neither the place that a session without a user came
    /// from nor the owner of a retained message; formats 1 to 4 had no delayed messages.
    public static final int FORMAT = 5;

    private final Archive archive;
    private final Table table;
    private final JsonLines out;

    private Export(Archive archive, Appendable out) {
        this.archive = archive;
        this.table = archive.table();
        this.out = new JsonLines(out);
    }

    /// Writes it.
    ///
    /// @param archive all of it
    /// @param program what writes it, e.g. `Tern 0.1.0`
    /// @param out gets the lines; not closed
    /// @throws IOException if the archive can't be read or the lines not be written
    public static void write(Archive archive, String program, Appendable out) throws IOException {
        new Export(archive, out).write(program);
    }

    private void write(String program) throws IOException {
        out.line("tern_export").put("format", FORMAT).put("written_by", program).endLine();
        bodies();
        archive.recover(new Lines());
        long lines = out.lines();
        out.line("end")
                .put("lines", lines)
                .put("highest_epoch", archive.highestEpoch())
                .put("highest_id", archive.highestId())
                .put("highest_retained", archive.highestRetained())
                .endLine();
    }

    private void bodies() throws IOException {
        byte[] all = Keys.kind(Keys.BODY);
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                ByteReader value = new ByteReader(key, cursor.value(), 0);
                value.varint();
                out.line("body").put("id", Keys.read(key).ordered());
                message(MessageForm.read(value));
                out.endLine();
            }
        }
    }

    private void queue(long epoch) throws IOException {
        byte[] queue = Keys.queue(epoch);
        try (Cursor cursor = table.cursor(queue, Keys.after(queue))) {
            for (; cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                Entries.Entry entry = Entries.read(key, cursor.value(), true);
                if (entry.delayed()) {
                    delayed(epoch, QueueReader.sequence(key), entry.message());
                    continue;
                }
                out.line("queued").put("epoch", epoch).put("sequence", QueueReader.sequence(key));
                out.put("qos", entry.qos()).put("retain", entry.retain());
                if (entry.identifiers() != null) {
                    out.put("identifiers", entry.identifiers());
                }
                if (entry.bodyId() != 0) {
                    out.put("body", entry.bodyId());
                } else if (entry.message() != null) {
                    message(entry.message());
                } else {
                    out.put("received", true);
                }
                out.endLine();
            }
        }
    }

    private void delayed(long epoch, long sequence, Message message) throws IOException {
        out.line("delayed_message").put("epoch", epoch).put("due_millis", DueSequence.dueMillis(sequence));
        out.put("number", DueSequence.number(sequence));
        if (message.owner() != null) {
            owner(message.owner());
        }
        message(message);
        out.endLine();
    }

    private void message(Message message) {
        out.begin("message").put("topic", message.topic().value()).put("payload", message.payload());
        out.put("qos", message.qos()).put("retain", message.retain());
        if (!message.properties().isEmpty()) {
            out.put("properties", message.properties().encoded());
        }
        if (message.publisherId() != null) {
            out.put("publisher_id", message.publisherId());
        }
        if (message.expiresAtMillis() != Message.NEVER) {
            out.put("expires_at_millis", message.expiresAtMillis());
        }
        out.end();
    }

    private void owner(Owner owner) {
        out.begin("owner");
        if (owner.userName() != null) {
            out.put("user_name", owner.userName());
        } else if (owner.place() != null) {
            out.put("place", owner.place());
        }
        out.end();
    }

    private void will(Will will) {
        out.begin("will").put("topic", will.topic().value()).put("payload", will.payload());
        out.put("qos", will.qos()).put("retain", will.retain());
        if (!will.properties().isEmpty()) {
            out.put("properties", will.properties().encoded());
        }
        out.end();
    }

    private final class Lines implements Recovered {

        private interface Line {
            void write();
        }

        private void line(Line line) {
            try {
                line.write();
                out.endLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void session(
                long epoch,
                String clientId,
                Owner owner,
                long expirySeconds,
                Will will,
                long leftMillis,
                long sentEnd) {
            line(() -> {
                out.line("session").put("epoch", epoch).put("client_id", clientId);
                if (owner != null) {
                    owner(owner);
                }
                out.put("expiry_seconds", expirySeconds);
                if (leftMillis != CONNECTED) {
                    out.put("left_millis", leftMillis);
                }
                if (sentEnd != Records.SENT_UNKNOWN) {
                    out.put("sent_end", sentEnd);
                }
                if (will != null) {
                    will(will);
                }
            });
        }

        @Override
        public void group(long epoch, String filter) {
            line(() -> out.line("group").put("epoch", epoch).put("filter", filter));
        }

        @Override
        public void delayed(long epoch) {
            line(() -> out.line("delayed").put("epoch", epoch));
        }

        @Override
        public void subscription(long epoch, String filter, int options, int identifier) {
            line(() -> out.line("subscription").put("epoch", epoch).put("filter", filter).put("options", options)
                    .put("identifier", identifier));
        }

        @Override
        public void inbound(long epoch, int packetId) {
            line(() -> out.line("inbound").put("epoch", epoch).put("packet_id", packetId));
        }

        @Override
        public void loose(long epoch, long first, long end) {
            line(() -> out.line("loose").put("epoch", epoch).put("first", first).put("end", end));
        }

        @Override
        public void queue(long epoch, long first, long end, long messages, long bytes) {
            line(() -> out.line("queue").put("epoch", epoch).put("end", end));
            try {
                Export.this.queue(epoch);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void retained(
                RetainedId id, Owner owner, long expiresAtMillis, int costBytes, Supplier<Message> message) {
            line(() -> {
                out.line("retained").put("sequence", id.sequence());
                if (owner != null) {
                    owner(owner);
                }
                message(message.get());
            });
        }
    }
}
