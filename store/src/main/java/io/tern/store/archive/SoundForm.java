package io.tern.store.archive;

import io.tern.store.table.DamagedTableException;
import io.tern.store.table.SoundEntries;

/// What reading a damaged table has to know of an archive's keys and values.
final class SoundForm {

    static final SoundEntries.Form FORM = new SoundEntries.Form(SoundForm::following, SoundForm::newer);

    private SoundForm() {}

    /// @return null if it can't be said
    private static byte[] following(byte[] key) {
        try {
            ByteReader in = Keys.read(key);
            return switch (key[0]) {
                case Keys.QUEUE -> {
                    long epoch = in.ordered();
                    yield Keys.queue(epoch, in.left() == 0 ? 0 : in.ordered() + 1);
                }
                case Keys.BODY -> Keys.body(in.ordered() + 1);
                case Keys.SUSPECT -> Keys.suspect(in.ordered() + 1);
                case Keys.REFERENCE -> Keys.references(in.ordered() + 1);
                case Keys.SESSION -> {
                    long epoch = in.ordered();
                    int part = in.octet();
                    yield part < Keys.LAST_PART ? Keys.session(epoch, part + 1) : Keys.session(epoch + 1, Keys.HEAD);
                }
                default -> null;
            };
        } catch (DamagedTableException e) {
            return null;
        }
    }

    /// Without a manifest nothing says which of two values is the later: mostly they do themselves.
    private static byte[] newer(byte[] key, byte[] one, byte[] other) {
        try {
            return switch (key[0]) {
                case Keys.QUEUE -> Entries.read(key, one, false).bytes() == 0 ? one : other;
                case Keys.RETAINED ->
                    RetainedForm.sequence(key, one) > RetainedForm.sequence(key, other) ? one : other;
                case Keys.META -> first(key, one) > first(key, other) ? one : other;
                case Keys.SESSION -> newerPart(key, one, other);
                default -> other;
            };
        } catch (DamagedTableException e) {
            return other;
        }
    }

    private static long first(byte[] key, byte[] value) throws DamagedTableException {
        return new ByteReader(key, value, 0).varint();
    }

    private static byte[] newerPart(byte[] key, byte[] one, byte[] other) throws DamagedTableException {
        ByteReader in = Keys.read(key);
        in.ordered();
        return switch (in.octet()) {
            case Keys.BOUNDS -> {
                Bounds a = Bounds.read(key, one);
                Bounds b = Bounds.read(key, other);
                yield a.end > b.end || a.end == b.end && a.first > b.first ? one : other;
            }
            case Keys.SUBSCRIPTION, Keys.SENDABLE -> first(key, one) > first(key, other) ? one : other;
            default -> other;
        };
    }
}
