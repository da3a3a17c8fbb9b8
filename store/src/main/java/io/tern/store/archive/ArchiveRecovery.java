package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.store.table.Cursor;
import io.tern.store.table.DamagedTableException;
import io.tern.store.table.Table;
import io.tern.wire.Will;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Tells what the table holds. Queue entries are not touched, however many there are.
final class ArchiveRecovery {

    private record Subscription(long frame, long ordinal, String filter, int options, int identifier) {}

    private final Table table;

    private Recovered into;
    private long epoch;
    private SessionHead head;
    private String group;
    private boolean delayed;
    private long expirySeconds;
    private long leftMillis;
    private long sentEnd;
    private long looseFirst;
    private long looseEnd;
    private Will will;
    private Bounds bounds;
    private final List<Integer> inbound = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();

    ArchiveRecovery(Table table) {
        this.table = table;
    }

    void tell(Recovered to) throws IOException {
        tellSessions(to);
        retained();
    }

    /// Tells sessions, groups and queues of delayed messages, and what belongs to them.
    void tellSessions(Recovered to) throws IOException {
        into = to;
        byte[] all = Keys.kind(Keys.SESSION);
        begin(0);
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                ByteReader parts = Keys.read(key);
                long whose = parts.ordered();
                if (whose != epoch) {
                    tellSession();
                    begin(whose);
                }
                part(parts.octet(), parts, new ByteReader(key, cursor.value(), 0), key, cursor.value());
            }
        }
        tellSession();
    }

    private void begin(long whose) {
        epoch = whose;
        head = null;
        group = null;
        delayed = false;
        leftMillis = Recovered.CONNECTED;
        sentEnd = Records.SENT_UNKNOWN;
        looseFirst = 0;
        looseEnd = 0;
        will = null;
        bounds = null;
        inbound.clear();
        subscriptions.clear();
    }

    private void part(int part, ByteReader keyRest, ByteReader value, byte[] key, byte[] bytes)
            throws DamagedTableException {
        switch (part) {
            case Keys.HEAD -> {
                head = SessionHead.read(value);
                expirySeconds = head.expirySeconds();
            }
            case Keys.LEFT -> {
                expirySeconds = value.varint();
                leftMillis = value.varint();
                sentEnd = value.left() == 0 ? Records.SENT_UNKNOWN : value.varint();
            }
            case Keys.WILL -> will = MessageForm.readWill(value);
            case Keys.BOUNDS -> bounds = Bounds.read(key, bytes);
            case Keys.INBOUND -> inbound.add(SessionCache.packetId(key));
            case Keys.SUBSCRIPTION -> {
                String filter = new String(keyRest.rest(), StandardCharsets.UTF_8);
                subscriptions.add(new Subscription(
                        value.varint(), value.varint(), filter, value.octet(), value.small(268_435_455)));
            }
            case Keys.SENDABLE -> sentEnd = leftMillis == Recovered.CONNECTED ? value.varint() : sentEnd;
            case Keys.LOOSE -> {
                looseFirst = value.varint();
                looseEnd = value.varint();
            }
            case Keys.GROUP -> group = new String(value.rest(), StandardCharsets.UTF_8);
            case Keys.DELAYED -> delayed = true;
            default -> throw value.damaged("its key is unknown");
        }
    }

    private void tellSession() {
        if (group != null) {
            into.group(epoch, group);
        } else if (delayed) {
            into.delayed(epoch);
        } else if (head != null) {
            into.session(epoch, head.clientId(), head.owner(), expirySeconds, will, leftMillis, sentEnd);
        } else {
            return;
        }
        subscriptions.sort(Comparator.comparingLong(Subscription::frame).thenComparingLong(Subscription::ordinal));
        for (Subscription each : subscriptions) {
            into.subscription(epoch, each.filter, each.options, each.identifier);
        }
        for (int packetId : inbound) {
            into.inbound(epoch, packetId);
        }
        boolean loose = looseFirst < looseEnd;
        if (loose) {
            into.loose(epoch, looseFirst, looseEnd);
        }
        if (bounds != null && bounds.end > 0) {
            into.queue(
                    epoch,
                    bounds.isEmpty() ? bounds.end : bounds.first,
                    bounds.end,
                    bounds.count,
                    bounds.bytes);
        } else if (loose) {
            into.queue(epoch, 0, 0, 0, 0);
        }
    }

    private void retained() throws IOException {
        byte[] all = Keys.kind(Keys.RETAINED);
        try (Cursor cursor = table.cursor(all, Keys.after(all))) {
            for (; cursor.valid(); cursor.next()) {
                byte[] key = cursor.key();
                byte[] value = cursor.value();
                MessageForm.Outline outline = RetainedForm.readOutline(key, value);
                if (outline != null) {
                    RetainedId id = new RetainedId(RetainedForm.topic(key), RetainedForm.sequence(key, value));
                    into.retained(id, outline.owner(), outline.expiresAtMillis(), outline.costBytes(),
                            () -> message(key, value));
                }
            }
        }
    }

    private static Message message(byte[] key, byte[] value) {
        try {
            return RetainedForm.read(key, value).message();
        } catch (DamagedTableException e) {
            throw new UncheckedIOException(e);
        }
    }
}
