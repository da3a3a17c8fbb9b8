package io.tern.cli.conformance;

/// The properties of MQTT 5.0 under the names that scripts use.
enum Field {
    FORMAT(0x01, Kind.BYTE),
    EXPIRY(0x02, Kind.FOUR_BYTE),
    TYPE(0x03, Kind.TEXT),
    RESPONSE(0x08, Kind.TEXT),
    CORRELATION(0x09, Kind.TEXT),
    SUBID(0x0B, Kind.VARINT),
    SESSION_EXPIRY(0x11, Kind.FOUR_BYTE),
    ASSIGNED(0x12, Kind.TEXT),
    SERVER_KEEPALIVE(0x13, Kind.TWO_BYTE),
    METHOD(0x15, Kind.TEXT),
    DATA(0x16, Kind.TEXT),
    PROBLEM(0x17, Kind.BYTE),
    DELAY(0x18, Kind.FOUR_BYTE),
    REQUEST_RESPONSE(0x19, Kind.BYTE),
    RESPONSE_INFO(0x1A, Kind.TEXT),
    REFERENCE(0x1C, Kind.TEXT),
    WHY(0x1F, Kind.TEXT),
    RECEIVE_MAX(0x21, Kind.TWO_BYTE),
    ALIAS_MAX(0x22, Kind.TWO_BYTE),
    ALIAS(0x23, Kind.TWO_BYTE),
    MAX_QOS(0x24, Kind.BYTE),
    RETAIN_AVAILABLE(0x25, Kind.BYTE),
    PROP(0x26, Kind.PAIR),
    MAX_PACKET(0x27, Kind.FOUR_BYTE),
    WILDCARDS(0x28, Kind.BYTE),
    SUBIDS(0x29, Kind.BYTE),
    SHARED(0x2A, Kind.BYTE);

    enum Kind {
        BYTE(1),
        TWO_BYTE(2),
        FOUR_BYTE(4),
        VARINT(0),
        TEXT(0),
        /// Two texts, written `name:value`.
        PAIR(0);

        final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }
    }

    final int id;
    final Kind kind;

    Field(int id, Kind kind) {
        this.id = id;
        this.kind = kind;
    }

    String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /// @return null if no property is called so
    static Field of(String word) {
        for (Field field : values()) {
            if (field.word().equals(word)) {
                return field;
            }
        }
        return null;
    }

    /// @return null if no property has this identifier
    static Field of(int id) {
        for (Field field : values()) {
            if (field.id == id) {
                return field;
            }
        }
        return null;
    }
}
