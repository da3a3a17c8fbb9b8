package io.tern.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The properties of an MQTT 5.0 packet; packets of 3.x always carry [#NONE].
///
/// They are kept as they stand on the wire, since most travel through a broker without being looked at: taking them in
/// is one copy, sending them on another, and a question walks over a few bytes. Immutable, safe on any thread. Equal if
/// they say the same: order counts among user properties and among subscription identifiers only.
public final class Properties {

    /// No properties at all.
    public static final Properties NONE = new Properties(new byte[0], 0);

    private static final int[] NO_IDENTIFIERS = {};

    private final byte[] encoded;
    private final int present;

    Properties(byte[] encoded, int present) {
        this.encoded = encoded;
        this.present = present;
    }

    /// Takes in bytes that [#encoded] gave, or that a decoder has checked. Looks at the structure only, not at ranges
    /// or at the text.
    ///
    /// @param src holds the bytes, without the Property Length
    /// @param offset of the first
    /// @param length how many
    /// @return a copy
    /// @throws IllegalArgumentException if they are not a row of whole properties
    public static Properties ofEncoded(byte[] src, int offset, int length) {
        if (length == 0) {
            return NONE;
        }
        return new Properties(Arrays.copyOfRange(src, offset, offset + length),
                PropertyBytes.presence(src, offset, offset + length));
    }

    /// The bytes on the wire, without the Property Length in front.
    ///
    /// @return shared, not to be changed
    public byte[] encoded() {
        return encoded;
    }

    /// Whether there is none.
    ///
    /// @return true for nothing but [#NONE]
    public boolean isEmpty() {
        return present == 0;
    }

    /// Whether that property is there, at least once.
    ///
    /// @param property any
    /// @return true if so
    public boolean has(Property property) {
        return (present & 1 << property.ordinal()) != 0;
    }

    /// The value of a number; of the first, if there are more.
    ///
    /// @param property one of a byte, two-byte, four-byte or variable byte integer
    /// @param absent what to say if it isn't there
    /// @return 0 to 4,294,967,295, or `absent`
    public long number(Property property, long absent) {
        require(property.isNumber(), property, "number");
        return has(property)
                ? PropertyBytes.number(property.type(), encoded, PropertyBytes.find(property, encoded))
                : absent;
    }

    /// The value of a string.
    ///
    /// @param property one of type string
    /// @return null if it isn't there
    public String string(Property property) {
        require(property.type() == Property.Type.STRING, property, "string");
        return has(property) ? PropertyBytes.string(encoded, PropertyBytes.find(property, encoded)) : null;
    }

    /// The value of a row of bytes.
    ///
    /// @param property one of type binary
    /// @return a copy, null if it isn't there
    public byte[] binary(Property property) {
        require(property.type() == Property.Type.BINARY, property, "binary");
        if (!has(property)) {
            return null;
        }
        int at = PropertyBytes.find(property, encoded);
        return Arrays.copyOfRange(encoded, at + 2, at + 2 + PropertyBytes.twoByte(encoded, at));
    }

    /// All user properties in the order sent [MQTT-3.3.2-18].
    ///
    /// @return made anew by each call; empty if there are none
    public List<UserProperty> userProperties() {
        if (!has(Property.USER_PROPERTY)) {
            return List.of();
        }
        List<UserProperty> users = new ArrayList<>();
        for (int i = 0; i < encoded.length; i = PropertyBytes.next(encoded, i)) {
            if (encoded[i] == Property.USER_PROPERTY.id()) {
                String name = PropertyBytes.string(encoded, i + 1);
                int valueAt = i + 3 + PropertyBytes.twoByte(encoded, i + 1);
                users.add(new UserProperty(name, PropertyBytes.string(encoded, valueAt)));
            }
        }
        return List.copyOf(users);
    }

    /// The value of a user property; of the first of that name, if there are more. Makes nothing if there is none.
    ///
    /// @param name ASCII
    /// @return null if it isn't there
    public String user(String name) {
        if (!has(Property.USER_PROPERTY)) {
            return null;
        }
        for (int i = 0; i < encoded.length; i = PropertyBytes.next(encoded, i)) {
            if (encoded[i] == Property.USER_PROPERTY.id() && PropertyBytes.says(encoded, i + 1, name)) {
                return PropertyBytes.string(encoded, i + 3 + name.length());
            }
        }
        return null;
    }

    /// All subscription identifiers in the order sent.
    ///
    /// @return made anew by each call; empty if there are none
    public int[] subscriptionIdentifiers() {
        if (!has(Property.SUBSCRIPTION_IDENTIFIER)) {
            return NO_IDENTIFIERS;
        }
        int[] identifiers = new int[encoded.length / 2];
        int count = 0;
        for (int i = 0; i < encoded.length; i = PropertyBytes.next(encoded, i)) {
            if (encoded[i] == Property.SUBSCRIPTION_IDENTIFIER.id()) {
                identifiers[count++] = (int) PropertyBytes.number(Property.Type.VARINT, encoded, i + 1);
            }
        }
        return Arrays.copyOf(identifiers, count);
    }

    /// Starts with nothing.
    ///
    /// @return a new builder
    public static Builder builder() {
        return new Builder(NONE);
    }

    /// Starts with what is here.
    ///
    /// @return a new builder; what it builds is this object as long as nothing is changed
    public Builder toBuilder() {
        return new Builder(this);
    }

    private static void require(boolean holds, Property property, String kind) {
        if (!holds) {
            throw new IllegalArgumentException(property + " is no " + kind);
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Properties that
                && present == that.present
                && encoded.length == that.encoded.length
                && (Arrays.equals(encoded, that.encoded) || PropertyBytes.sameContent(encoded, that.encoded));
    }

    @Override
    public int hashCode() {
        return PropertyBytes.contentHash(encoded);
    }

    /// For people; binary values only by their length, since they may be secrets.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (Property property : Property.values()) {
            if (has(property)) {
                text.append(text.length() > 1 ? ", " : "").append(property).append('=').append(describe(property));
            }
        }
        return text.append('}').toString();
    }

    private String describe(Property property) {
        return switch (property.type()) {
            case BYTE, TWO_BYTE, FOUR_BYTE -> Long.toString(number(property, 0));
            case VARINT -> Arrays.toString(subscriptionIdentifiers());
            case STRING -> string(property);
            case BINARY -> binary(property).length + " bytes";
            case STRING_PAIR -> userProperties().toString();
        };
    }

    /// Puts properties together. For one thread; may be used on after [#build].
    public static final class Builder {

        private Properties base;
        private byte[] bytes;
        private int size;
        private int present;

        private Builder(Properties base) {
            this.base = base;
            this.bytes = base.encoded;
            this.size = base.encoded.length;
            this.present = base.present;
        }

        /// Sets a number, in place of what was there.
        ///
        /// @param property one with a number
        /// @param value [Property#min] to [Property#max]
        /// @return this
        /// @throws IllegalArgumentException if the property has no number or not this one
        public Builder with(Property property, long value) {
            require(property.isNumber(), property, "number");
            if (value < property.min() || value > property.max()) {
                throw new IllegalArgumentException(
                        property + " " + value + " is not in " + property.min() + " to " + property.max());
            }
            without(property);
            appendNumber(property, value);
            return this;
        }

        /// Sets a string, in place of what was there.
        ///
        /// @param property one of type string
        /// @param value up to 65,535 bytes of UTF-8
        /// @return this
        /// @throws IllegalArgumentException if the property is no string or the text can't be sent
        public Builder with(Property property, String value) {
            require(property.type() == Property.Type.STRING, property, "string");
            if (property == Property.RESPONSE_TOPIC) {
                TopicName.of(value);
            }
            byte[] utf8 = Utf8.encode(value);
            without(property);
            appendId(property, 2 + utf8.length);
            appendLengthAndBytes(utf8);
            return this;
        }

        /// Sets a row of bytes, in place of what was there.
        ///
        /// @param property one of type binary
        /// @param value up to 65,535 bytes, copied
        /// @return this
        /// @throws IllegalArgumentException if the property is not binary or the value too long
        public Builder with(Property property, byte[] value) {
            require(property.type() == Property.Type.BINARY, property, "binary");
            if (value.length > 0xFFFF) {
                throw new IllegalArgumentException(property + " of " + value.length + " bytes, 65535 is the most");
            }
            without(property);
            appendId(property, 2 + value.length);
            appendLengthAndBytes(value);
            return this;
        }

        /// Adds a user property behind those that are there.
        ///
        /// @param name up to 65,535 bytes of UTF-8
        /// @param value up to 65,535 bytes of UTF-8
        /// @return this
        /// @throws IllegalArgumentException if a text can't be sent
        public Builder user(String name, String value) {
            byte[] nameUtf8 = Utf8.encode(name);
            byte[] valueUtf8 = Utf8.encode(value);
            appendId(Property.USER_PROPERTY, 4 + nameUtf8.length + valueUtf8.length);
            appendLengthAndBytes(nameUtf8);
            appendLengthAndBytes(valueUtf8);
            return this;
        }

        /// Adds a subscription identifier behind those that are there. Only a PUBLISH may have more than one.
        ///
        /// @param identifier 1 to 268,435,455
        /// @return this
        /// @throws IllegalArgumentException if it is out of range
        public Builder subscriptionIdentifier(int identifier) {
            if (identifier < 1 || identifier > Property.VARINT_MAX) {
                throw new IllegalArgumentException("subscription identifier " + identifier);
            }
            appendNumber(Property.SUBSCRIPTION_IDENTIFIER, identifier);
            return this;
        }

        /// Takes a property out, each time it comes. Nothing happens if it isn't there.
        ///
        /// @param property any
        /// @return this
        public Builder without(Property property) {
            int bit = 1 << property.ordinal();
            if ((present & bit) == 0) {
                return this;
            }
            byte[] kept = new byte[size];
            int keptBytes = 0;
            for (int i = 0; i < size; ) {
                int next = PropertyBytes.next(bytes, i);
                if (bytes[i] != property.id()) {
                    System.arraycopy(bytes, i, kept, keptBytes, next - i);
                    keptBytes += next - i;
                }
                i = next;
            }
            bytes = kept;
            size = keptBytes;
            present &= ~bit;
            base = null;
            return this;
        }

        /// What was put together.
        ///
        /// @return [Properties#NONE] if that is nothing
        public Properties build() {
            if (present == 0) {
                return NONE;
            }
            if (base == null) {
                base = new Properties(Arrays.copyOf(bytes, size), present);
                // From here on the array is shared: the next change makes its own.
                bytes = base.encoded;
            }
            return base;
        }

        private void appendNumber(Property property, long value) {
            int valueBytes = PropertyBytes.numberBytes(property.type(), value);
            appendId(property, valueBytes);
            PropertyBytes.putNumber(property.type(), value, bytes, size);
            size += valueBytes;
        }

        private void appendId(Property property, int valueBytes) {
            int needed = size + 1 + valueBytes;
            if (base != null || needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * size));
                base = null;
            }
            bytes[size++] = (byte) property.id();
            present |= 1 << property.ordinal();
        }

        private void appendLengthAndBytes(byte[] value) {
            bytes[size] = (byte) (value.length >> 8);
            bytes[size + 1] = (byte) value.length;
            System.arraycopy(value, 0, bytes, size + 2, value.length);
            size += 2 + value.length;
        }
    }
}
