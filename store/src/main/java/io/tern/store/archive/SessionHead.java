package io.tern.store.archive;

import io.tern.api.Owner;
import io.tern.store.table.DamagedTableException;
import java.nio.charset.StandardCharsets;

/// The bytes of a session's head: one number of its expiry and, in the bits above, what is known of its owner; the
/// owner's user name or place, if that is known; the client id. In format 1 nothing is known of an owner, in formats 2
/// and 3 nothing of a place.
///
/// @param clientId whose, any text
/// @param owner null if it isn't known
/// @param expirySeconds how long it outlives its connection
record SessionHead(String clientId, Owner owner, long expirySeconds) {

    private static final int OWNER_SHIFT = 32;
    private static final long UNKNOWN = 0;
    private static final long ANONYMOUS = 1;
    private static final long NAMED = 2;
    private static final long PLACED = 3;

    static void write(String clientId, Owner owner, long expirySeconds, ByteWriter out) {
        if (owner != null && owner.userName() != null) {
            out.varint(expirySeconds | NAMED << OWNER_SHIFT).text(owner.userName());
        } else if (owner != null && owner.place() != null) {
            out.varint(expirySeconds | PLACED << OWNER_SHIFT).text(owner.place());
        } else {
            out.varint(expirySeconds | (owner == null ? UNKNOWN : ANONYMOUS) << OWNER_SHIFT);
        }
        out.raw(clientId.getBytes(StandardCharsets.UTF_8));
    }

    static SessionHead read(ByteReader in) throws DamagedTableException {
        long first = in.varint();
        long kind = first >>> OWNER_SHIFT;
        Owner owner;
        if (kind == UNKNOWN) {
            owner = null;
        } else if (kind == ANONYMOUS) {
            owner = Owner.of(null);
        } else if (kind == NAMED) {
            owner = Owner.of(in.text());
        } else if (kind == PLACED) {
            owner = Owner.at(in.text());
        } else {
            throw in.damaged("its owner is of kind " + kind);
        }
        return new SessionHead(new String(in.rest(), StandardCharsets.UTF_8), owner, first & 0xFFFF_FFFFL);
    }
}
